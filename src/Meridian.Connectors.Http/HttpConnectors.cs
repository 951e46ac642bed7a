using Meridian.Connectors.Http.Influx;
using Meridian.Connectors.Http.North;
using Meridian.Connectors.Http.South;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http;

/// <summary>The connectors of this project.</summary>
public static class HttpConnectors
{
    /// <summary>One manifest per connector; immutable, for any thread.</summary>
    public static IReadOnlyList<ConnectorManifest> Manifests { get; } =
    [
        new NorthManifest
        {
            Id = "http",
            Name = "HTTP",
            Description = "Sends readings and files to a web server, each with a key by which it recognises them.",
            Category = ConnectorCategory.Web,
            ConnectorType = typeof(HttpNorth),
            SettingsType = typeof(HttpNorthSettings),
            Guarantee = DeliveryGuarantee.EffectivelyOnce,
            NeedsExactBatches = true,
            Create = (context, settings) => new HttpNorth(context, (HttpNorthSettings)settings),
            Check = settings => HttpNorthCheck.Find((HttpNorthSettings)settings),
        },
        new NorthManifest
        {
            Id = "influxdb",
            Name = "InfluxDB",
            Description = "Writes readings to InfluxDB 1, 2 or 3 as line protocol.",
            Category = ConnectorCategory.Database,
            ConnectorType = typeof(InfluxNorth),
            SettingsType = typeof(InfluxNorthSettings),
            Guarantee = DeliveryGuarantee.EffectivelyOnce,
            Create = (context, settings) => new InfluxNorth(context, (InfluxNorthSettings)settings),
            Check = settings => InfluxCheck.Find((InfluxNorthSettings)settings),
        },
        new SouthManifest
        {
            Id = "http",
            Name = "HTTP",
            Description = "Asks a web server for the past by windows of time, page by page, or for the values of now.",
            Category = ConnectorCategory.Web,
            ConnectorType = typeof(HttpSouth),
            SettingsType = typeof(HttpSouthSettings),
            ItemSettingsType = typeof(HttpItemSettings),
            CapabilityOf = settings => ((HttpItemSettings)settings).Mode == HttpMode.LastPoint
                ? SouthCapabilities.LastPoint
                : SouthCapabilities.History,
            Create = (context, settings) => new HttpSouth(context, (HttpSouthSettings)settings),
            Check = (settings, items) => HttpSouthCheck.Find((HttpSouthSettings)settings, items),
        },
    ];
}
