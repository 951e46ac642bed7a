using Meridian.Connectors.Postgres.North;
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
            Description = "Stores each reading exactly once as a row of a table in PostgreSQL.",
            Category = ConnectorCategory.Database,
            ConnectorType = typeof(PostgresNorth),
            SettingsType = typeof(PostgresNorthSettings),
            Guarantee = DeliveryGuarantee.ExactlyOnce,
            Create = (context, settings) => new PostgresNorth(context, (PostgresNorthSettings)settings),
            Check = settings => PostgresNorthCheck.Find((PostgresNorthSettings)settings),
        },
    ];
}
