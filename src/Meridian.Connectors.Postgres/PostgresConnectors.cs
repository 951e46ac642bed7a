using Meridian.Connectors.Postgres.North;
using Meridian.Connectors.Postgres.South;
using Meridian.Formats.Sql;
using Meridian.Sdk;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Postgres;

/// <summary>The connectors of this project.</summary>
public static class PostgresConnectors
{
    /// <summary>One manifest per connector; immutable, for any thread.</summary>
    public static IReadOnlyList<ConnectorManifest> Manifests { get; } =
    [
        new NorthManifest
        {
            Id = "postgres",
            Name = "PostgreSQL",
            Description = "Stores readings in a table of PostgreSQL or TimescaleDB, each exactly once.",
            Category = ConnectorCategory.Database,
            ConnectorType = typeof(PostgresNorth),
            SettingsType = typeof(PostgresNorthSettings),
            Guarantee = DeliveryGuarantee.ExactlyOnce,
            Create = (context, settings) => new PostgresNorth(context, (PostgresNorthSettings)settings),
            Check = settings => PostgresNorthCheck.Find((PostgresNorthSettings)settings),
        },
        new SouthManifest
        {
            Id = "postgres",
            Name = "PostgreSQL",
            Description = "Asks PostgreSQL for rows by windows of time or by a sequence, as readings or CSV files.",
            Category = ConnectorCategory.Database,
            ConnectorType = typeof(PostgresSouth),
            SettingsType = typeof(PostgresSouthSettings),
            ItemSettingsType = typeof(PostgresItemSettings),
            CapabilityOf = SqlItems.CapabilityOf,
            GivesFiles = SqlItems.GivesFiles,
            Create = (context, settings) => new PostgresSouth(context, (PostgresSouthSettings)settings),
            Check = (settings, items) => PostgresSouthCheck.Find((PostgresSouthSettings)settings, items),
        },
    ];
}
