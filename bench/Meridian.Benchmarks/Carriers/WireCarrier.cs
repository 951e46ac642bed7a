using System.Net;
using System.Net.Sockets;
using Meridian.Benchmarks.Instruments;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Carriers;

/// <summary>
/// The gateway with the instruments themselves in place of the brokers: they answer its CONNECT and its SUBSCRIBE, and
/// from then on do only wire work.
/// </summary>
internal sealed class WireCarrier : ICarrier
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _sources = MqttSocket.Listen();
    private readonly Socket _destinations = MqttSocket.Listen();
    private readonly CarryingGateway _gateway = new();
    private Socket? _source;
    private Socket? _destination;

    public string Name => "wire";

    public ProcessFigures Figures => _gateway.Figures;

    public static async Task<WireCarrier> StartAsync()
    {
        var carrier = new WireCarrier();
        try
        {
            await carrier.ConnectAsync();
            return carrier;
        }
        catch
        {
            await carrier.DisposeAsync();
            throw;
        }
    }

    public Socket OpenSource() => _source!; // accepted before anyone has the carrier

    public Socket OpenDestination() => _destination!; // as above

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _destination?.Dispose();
        _source?.Dispose();
        _destinations.Dispose();
        _sources.Dispose();
    }

    private async Task ConnectAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var source = MqttSocket.AcceptAsync(_sources, subscribes: true, patience.Token);
        var destination = MqttSocket.AcceptAsync(_destinations, subscribes: false, patience.Token);
        await _gateway.StartAsync(PortOf(_sources), PortOf(_destinations), "v311");
        (_source, _destination) = (await source, await destination);
    }

    private static int PortOf(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port; // bound
}
