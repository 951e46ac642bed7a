using System.Globalization;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Formats.Sql;

/// <summary>The items of a South that asks by SQL.</summary>
public static class SqlItems
{
    /// <summary>What is wrong with items, each with its path.</summary>
    /// <param name="items">The items.</param>
    /// <param name="find">What is wrong with one.</param>
    public static IEnumerable<SettingsProblem> FindProblems(
        IReadOnlyList<Item> items, Func<Item, IReadOnlyList<SettingsProblem>> find)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(find);
        return items.SelectMany((item, index) => find(item).Select(problem => problem with
        {
            Path = string.Create(CultureInfo.InvariantCulture, $"items[{index}].{problem.Path}"),
        }));
    }

    /// <summary>The query of an item that was checked.</summary>
    /// <param name="item">The item.</param>
    /// <param name="compiled">What compiling it gave.</param>
    /// <exception cref="ConnectorException">It was not.</exception>
    public static SqlQuery Require(
        Item item, (SqlQuery? Query, IReadOnlyList<SettingsProblem> Problems) compiled)
    {
        ArgumentNullException.ThrowIfNull(item);
        return compiled.Query ?? throw new ConnectorException(
            Fault.Misconfigured,
            $"Item '{item.Name}': {string.Join(' ', compiled.Problems.Select(static problem => problem.Message))}");
    }
}
