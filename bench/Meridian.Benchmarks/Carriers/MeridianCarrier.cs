using System.Net.Sockets;
using Meridian.Benchmarks.Instruments;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Carriers;

/// <summary>Meridian as its own process between two mosquittos: MQTT South, the journal with fsync on, MQTT North.
/// </summary>
internal sealed class MeridianCarrier(MosquittoServer source, MosquittoServer destination) : ICarrier
{
    private readonly CarryingGateway _gateway = new();

    public string Name => "meridian";

    public ProcessFigures Figures => _gateway.Figures;

    private int DestinationPort => destination.Port;

    public static async Task<MeridianCarrier> StartAsync()
    {
        var source = await MosquittoServer.StartAsync();
        var carrier = new MeridianCarrier(source, await MosquittoServer.StartAsync());
        try
        {
            await carrier._gateway.StartAsync(source.Port, carrier.DestinationPort, "newest");
            await source.WaitUntilSubscribedAsync(CarryingGateway.ClientId, "plant/#");
            return carrier;
        }
        catch
        {
            await carrier.DisposeAsync();
            throw;
        }
    }

    public Socket OpenSource() => MqttSocket.Connect(source.Port, "generator");

    public Socket OpenDestination() => MqttSocket.Subscribe(MqttSocket.Connect(DestinationPort, "counter"), "out/#");

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await destination.DisposeAsync();
        await source.DisposeAsync();
    }
}
