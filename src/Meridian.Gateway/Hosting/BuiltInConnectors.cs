using Meridian.Configuration;
using Meridian.Connectors.Basic;
using Meridian.Connectors.Files;
using Meridian.Connectors.Http;
using Meridian.Connectors.Modbus;
using Meridian.Connectors.Mqtt;
using Meridian.Connectors.Postgres;
using Meridian.Connectors.Sqlite;
using Meridian.Sdk;

namespace Meridian.Gateway.Hosting;

/// <summary>The connectors that come with Meridian. The only place that knows them by name.</summary>
internal static class BuiltInConnectors
{
    public static ConnectorCatalog Catalog { get; } = Create();

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
