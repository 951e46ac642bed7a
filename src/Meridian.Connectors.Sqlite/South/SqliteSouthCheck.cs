using Meridian.Formats.Sql;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>Checks what attributes cannot say about the items of a SQLite South.</summary>
internal static class SqliteSouthCheck
{
    /// <summary>Every problem, each with its path.</summary>
    public static IEnumerable<SettingsProblem> Find(IReadOnlyList<Item> items) =>
        SqlItems.FindProblems(items, static item => TryCompile(item, "south").Problems);

    /// <summary>An item's query, or what is wrong with it.</summary>
    public static (SqlQuery? Query, IReadOnlyList<SettingsProblem> Problems) TryCompile(Item item, string south)
    {
        var settings = (SqliteItemSettings)item.Settings;
        SqlQuery.TryCompile(
            settings.Query, settings.TimeType, settings.Rows, item.Name, south, out var query, out var problems);
        return (query, problems);
    }
}
