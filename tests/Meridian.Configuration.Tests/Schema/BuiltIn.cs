using Meridian.Connectors.Basic;
using Meridian.Connectors.Files;
using Meridian.Connectors.Http;
using Meridian.Connectors.Modbus;
using Meridian.Connectors.Mqtt;
using Meridian.Connectors.Postgres;
using Meridian.Connectors.Sqlite;
using Meridian.Sdk;

namespace Meridian.Configuration.Tests.Schema;

/// <summary>The connectors that come with Meridian, in the host's order.</summary>
internal static class BuiltIn
{
    public static ConnectorCatalog Catalog { get; } = Create();

    /// <summary>The same, with what only code can tell left out.</summary>
    public static ConnectorCatalog WithoutChecks { get; } = new(
        Catalog.Souths.Select(south => south with { Check = (_, _) => [], SetpointProblem = null }),
        Catalog.Norths.Select(north => north with { Check = _ => [] }));

    private static ConnectorCatalog Create()
    {
        ConnectorManifest[] all =
        [
            .. MqttConnectors.Manifests,
            .. ModbusConnectors.Manifests,
            .. PostgresConnectors.Manifests,
            .. SqliteConnectors.Manifests,
            .. HttpConnectors.Manifests,
            .. FilesConnectors.Manifests,
            .. BasicConnectors.Manifests,
        ];
        return new ConnectorCatalog(all.OfType<SouthManifest>(), all.OfType<NorthManifest>());
    }
}
