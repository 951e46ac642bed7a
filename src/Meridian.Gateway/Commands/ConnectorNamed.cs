using Meridian.Configuration;
using Meridian.Configuration.Words;

namespace Meridian.Gateway.Commands;

/// <summary>Finds the connector that a user names on the command line.</summary>
internal static class ConnectorNamed
{
    /// <summary>
    /// Finds it: NAME, or south/NAME or north/NAME where both sides have one; without regard to case.
    /// </summary>
    /// <param name="config">Where to look.</param>
    /// <param name="name">What the user wrote.</param>
    /// <param name="problem">Why there is none, in words; null when there is.</param>
    /// <returns>The one that was found; null for the other.</returns>
    public static (SouthConfig? South, NorthConfig? North) Find(
        MeridianConfig config, string name, out string? problem)
    {
        var parts = name.Split('/', 2);
        var (side, bare) = parts.Length == 2 ? (parts[0].ToLowerInvariant(), parts[1]) : (string.Empty, name);
        var south = side is "north" ? null : config.Souths.FirstOrDefault(one => Is(one.Name, bare));
        var north = side is "south" ? null : config.Norths.FirstOrDefault(one => Is(one.Name, bare));
        problem = (south, north) switch
        {
            (null, null) => $"There is no connector '{name}' in the configuration; "
                + $"{Suggestion.Hint(bare, Names(config))}.",
            (not null, not null) =>
                $"'{name}' is the name of a South and of a North; write south/{name} or north/{name}.",
            _ => null,
        };
        return (south, north);
    }

    /// <summary>Finds an item of a South.</summary>
    /// <param name="south">The South.</param>
    /// <param name="name">What the user wrote.</param>
    /// <param name="problem">Why there is none, in words; null when there is.</param>
    public static ItemConfig? FindItem(SouthConfig south, string name, out string? problem)
    {
        var found = south.Items.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.Ordinal));
        problem = found is null
            ? $"South '{south.Name}' has no item '{name}'; "
                + $"{Suggestion.Hint(name, [.. south.Items.Select(static one => one.Name)])}."
            : null;
        return found;
    }

    private static string[] Names(MeridianConfig config) =>
        [.. config.Souths.Select(static one => one.Name), .. config.Norths.Select(static one => one.Name)];

    private static bool Is(string name, string asked) => string.Equals(name, asked, StringComparison.OrdinalIgnoreCase);
}
