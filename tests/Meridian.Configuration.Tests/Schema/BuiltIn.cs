using Meridian.Connectors.Basic;
using Meridian.Connectors.Mqtt;
using Meridian.Connectors.Postgres;
using Meridian.Sdk;

namespace Meridian.Configuration.Tests.Schema;

/// <summary>The connectors that come with Meridian, in the host's order.</summary>
internal static class BuiltIn
{
    public static ConnectorCatalog Catalog { get; } = Create();

    /// <summary>The same, with what only code can tell left out.</summary>
    public static ConnectorCatalog WithoutChecks { get; } = new(
        Catalog.Souths.Select(south => south with { Check = (_, _) => [] }),
        Catalog.Norths.Select(north => north with { Check = _ => [] }));

    private static ConnectorCatalog Create()
    {
        ConnectorManifest[] all =
            [.. MqttConnectors.Manifests, .. PostgresConnectors.Manifests, .. BasicConnectors.Manifests];
        return new ConnectorCatalog(all.OfType<SouthManifest>(), all.OfType<NorthManifest>());
    }
}
