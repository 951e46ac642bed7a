using Meridian.Fixtures;

namespace Meridian.Benchmarks.Carriers;

/// <summary>Meridian as its own process: MQTT South, the journal with fsync on, MQTT North.</summary>
internal sealed class MeridianCarrier(MosquittoServer source, MosquittoServer destination) : ICarrier
{
    private const string ClientId = "meridian";

    private readonly TempFolder _folder = new("meridian-bench-");
    private GatewayProcess? _gateway;

    public string Name => "meridian";

    public int SourcePort => source.Port;

    public int DestinationPort => destination.Port;

    public ProcessFigures Figures =>
        (_gateway ?? throw new InvalidOperationException("The gateway was not started.")).Process.Figures;

    public static async Task<MeridianCarrier> StartAsync()
    {
        var carrier = new MeridianCarrier(await MosquittoServer.StartAsync(), await MosquittoServer.StartAsync());
        try
        {
            await carrier.StartGatewayAsync();
            return carrier;
        }
        catch
        {
            await carrier.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_gateway?.DisposeAsync() ?? ValueTask.CompletedTask);
        await destination.DisposeAsync();
        await source.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartGatewayAsync()
    {
        var file = _folder.At("meridian.json");
        await File.WriteAllTextAsync(
            file,
            $$"""
            {
              "souths": [
                {
                  "name": "plant",
                  "type": "mqtt",
                  "settings": { "host": "127.0.0.1", "port": {{SourcePort}}, "clientId": "{{ClientId}}" },
                  "items": [ { "name": "all", "topic": "plant/#", "payload": { "format": "text" } } ]
                }
              ],
              "norths": [
                {
                  "name": "out",
                  "type": "mqtt",
                  "settings": {
                    "host": "127.0.0.1", "port": {{DestinationPort}}, "topic": "out/{point}", "format": "value"
                  }
                }
              ]
            }
            """);
        _gateway = GatewayProcess.Run(file, _folder.At("data"));
        await _gateway.WaitUntilReadyAsync();
        await source.WaitUntilSubscribedAsync(ClientId, "plant/#");
    }
}
