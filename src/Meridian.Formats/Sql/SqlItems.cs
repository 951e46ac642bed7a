using System.Globalization;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Formats.Sql;

/// <summary>The items of a South that asks by SQL.</summary>
public static class SqlItems
{
    /// <summary>What is wrong with items, each with its path.</summary>
    /// <param name="items">The items; their settings are <see cref="SqlItemSettings"/>.</param>
    public static IEnumerable<SettingsProblem> FindProblems(IReadOnlyList<Item> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.SelectMany(static (item, index) =>
        {
            SqlQuery.TryCompile((SqlItemSettings)item.Settings, item.Name, "south", out _, out var problems);
            return problems.Select(problem => problem with
            {
                Path = string.Create(CultureInfo.InvariantCulture, $"items[{index}].{problem.Path}"),
            });
        });
    }

    /// <summary>What serves an item: the past where rows of windows become readings, else what comes next.</summary>
    /// <param name="settings">The item's settings, a <see cref="SqlItemSettings"/>.</param>
    public static SouthCapabilities CapabilityOf(object settings) =>
        settings is SqlItemSettings { Mode: SqlMode.Window, Result: SqlResult.Readings }
            ? SouthCapabilities.History
            : SouthCapabilities.Next;

    /// <summary>Whether an item gives files.</summary>
    /// <param name="settings">The item's settings, a <see cref="SqlItemSettings"/>.</param>
    public static bool GivesFiles(object settings) => settings is SqlItemSettings { Result: SqlResult.Csv };

    /// <summary>The query of an item that was checked.</summary>
    /// <param name="item">The item; its settings are a <see cref="SqlItemSettings"/>.</param>
    /// <param name="south">The South's name.</param>
    /// <exception cref="ConnectorException">It was not.</exception>
    public static SqlQuery Require(Item item, string south)
    {
        ArgumentNullException.ThrowIfNull(item);
        return SqlQuery.TryCompile((SqlItemSettings)item.Settings, item.Name, south, out var query, out var problems)
            ? query
            : throw new ConnectorException(
                Fault.Misconfigured,
                $"Item '{item.Name}': {string.Join(' ', problems.Select(static problem => problem.Message))}");
    }
}
