using System.Globalization;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Carriers;

/// <summary>
/// mosquitto's own bridge: the destination broker itself subscribes at the source. It keeps nothing on disk, and its
/// figures hold its work as the counter's broker too.
/// </summary>
internal sealed class BridgeCarrier(MosquittoServer source, MosquittoServer bridge) : ICarrier
{
    public string Name => "bridge";

    public int SourcePort => source.Port;

    public int DestinationPort => bridge.Port;

    public ProcessFigures Figures => bridge.Figures;

    public static async Task<BridgeCarrier> StartAsync()
    {
        var source = await MosquittoServer.StartAsync();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{source.Port}");
        var bridge = await MosquittoServer.StartAsync(new MosquittoServerOptions
        {
            ExtraText =
                $"""
                connection benchmark
                address {address}
                remote_clientid bridge
                bridge_protocol_version mqttv311
                cleansession false
                notifications false
                topic plant/# in 1 out/ ""
                """,
        });
        await source.WaitUntilSubscribedAsync("bridge", "plant/#");
        return new BridgeCarrier(source, bridge);
    }

    public async ValueTask DisposeAsync()
    {
        await bridge.DisposeAsync();
        await source.DisposeAsync();
    }
}
