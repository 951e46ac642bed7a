using Meridian.Configuration;
using Meridian.Connectors.Basic;
using Meridian.Connectors.Mqtt;
using Meridian.Connectors.Postgres;
using Meridian.Sdk;

namespace Meridian.Gateway.Hosting;

/// <summary>The connectors that come with Meridian. The only place that knows them by name.</summary>
internal static class BuiltInConnectors
{
    public static ConnectorCatalog Catalog { get; } = Create();

    private static ConnectorCatalog Create()
    {
        ConnectorManifest[] all =
            [.. MqttConnectors.Manifests, .. PostgresConnectors.Manifests, .. BasicConnectors.Manifests];
        return new ConnectorCatalog(all.OfType<SouthManifest>(), all.OfType<NorthManifest>());
    }
}
