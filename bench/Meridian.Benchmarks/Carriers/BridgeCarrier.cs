using System.Globalization;
using System.Net.Sockets;
using Meridian.Benchmarks.Instruments;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Carriers;

/// <summary>
/// mosquitto's own bridge: the destination broker itself subscribes at the source. It keeps nothing on disk, and its
/// figures hold its work as the counter's broker too.
/// </summary>
internal sealed class BridgeCarrier(MosquittoServer source, MosquittoServer bridge) : ICarrier
{
    public string Name => "bridge";

    public ProcessFigures Figures => bridge.Figures;

    public Socket OpenSource() => MqttSocket.Connect(source.Port, "generator");

    public Socket OpenDestination() => MqttSocket.Subscribe(MqttSocket.Connect(bridge.Port, "counter"), "out/#");

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
