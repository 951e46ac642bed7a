using Meridian.Connectors.Sqlite.South;
using Meridian.Formats.Sql;
using Meridian.Sdk;

namespace Meridian.Connectors.Sqlite;

/// <summary>The connectors of this project.</summary>
public static class SqliteConnectors
{
    /// <summary>One manifest per connector; immutable, for any thread.</summary>
    public static IReadOnlyList<ConnectorManifest> Manifests { get; } =
    [
        new SouthManifest
        {
            Id = "sqlite",
            Name = "SQLite",
            Description = "Asks a SQLite file for rows by windows of time or by a sequence, as readings or CSV files.",
            Category = ConnectorCategory.Database,
            ConnectorType = typeof(SqliteSouth),
            SettingsType = typeof(SqliteSouthSettings),
            ItemSettingsType = typeof(SqliteItemSettings),
            CapabilityOf = SqlItems.CapabilityOf,
            GivesFiles = SqlItems.GivesFiles,
            Create = (context, settings) => new SqliteSouth(context, (SqliteSouthSettings)settings),
            Check = (_, items) => SqlItems.FindProblems(items),
        },
    ];
}
