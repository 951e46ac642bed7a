using Meridian.Configuration;
using Meridian.Configuration.Words;

namespace Meridian.Engine.Backfills;

/// <summary>Whether an order can be done, in words.</summary>
internal static class BackfillCheck
{
    /// <summary>What is wrong with an order under a configuration; null when nothing is.</summary>
    public static string? Find(BackfillOrder order, MeridianConfig config) =>
        FindInName(order.Name)
        ?? FindInWindow(order)
        ?? FindInItems(order, config)
        ?? (config.NorthOf(order) is null
            ? $"There is no North '{order.North}' in the configuration; "
                + $"{Suggestion.Hint(order.North, [.. config.Norths.Select(static north => north.Name)])}."
            : null);

    /// <summary>The South of an order, without regard to case.</summary>
    public static SouthConfig? SouthOf(this MeridianConfig config, BackfillOrder order) => config.Souths.FirstOrDefault(
        south => string.Equals(south.Name, order.South, StringComparison.OrdinalIgnoreCase));

    /// <summary>The North of an order, without regard to case.</summary>
    public static NorthConfig? NorthOf(this MeridianConfig config, BackfillOrder order) => config.Norths.FirstOrDefault(
        north => string.Equals(north.Name, order.North, StringComparison.OrdinalIgnoreCase));

    private static string? FindInName(string name) =>
        name.Length is > 0 and <= ConfigurationLimits.MaxNameLength
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? null
            : $"'{name}' is no name for a backfill; use 1 to {ConfigurationLimits.MaxNameLength} letters (a to z), "
                + "digits, '-', '_' or '.', the first a letter or a digit.";

    private static string? FindInWindow(BackfillOrder order) =>
        order.Window.End > order.Window.Start
            ? null
            : $"The window ends at {order.Window.End:O}, which is not after its start at {order.Window.Start:O}; "
                + "exchange them.";

    private static string? FindInItems(BackfillOrder order, MeridianConfig config)
    {
        if (config.SouthOf(order) is not { } south)
        {
            return $"There is no South '{order.South}' in the configuration; "
                + $"{Suggestion.Hint(order.South, [.. config.Souths.Select(static one => one.Name)])}.";
        }

        var all = BackfillJob.ItemsOf(order with { Items = [] }, south).Select(static item => item.Name).ToArray();
        if (all.Length == 0)
        {
            return $"South '{south.Name}' has no item whose past can be asked for; choose another South.";
        }

        var known = all.ToHashSet(StringComparer.Ordinal);
        return order.Items.FirstOrDefault(item => !known.Contains(item)) is { } missing
            ? $"South '{south.Name}' has no item '{missing}' whose past can be asked for; "
                + $"{Suggestion.Hint(missing, all)}."
            : null;
    }
}
