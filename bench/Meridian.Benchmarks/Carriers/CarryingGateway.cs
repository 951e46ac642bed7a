using Meridian.Fixtures;

namespace Meridian.Benchmarks.Carriers;

/// <summary>The gateway as a process of its own that carries from one port of 127.0.0.1 to another.</summary>
internal sealed class CarryingGateway : IAsyncDisposable
{
    /// <summary>What its South is called.</summary>
    public const string ClientId = "meridian";

    private readonly TempFolder _folder = new("meridian-bench-");
    private GatewayProcess? _gateway;

    public ProcessFigures Figures =>
        (_gateway ?? throw new InvalidOperationException("The gateway was not started.")).Process.Figures;

    /// <summary>Starts it.</summary>
    /// <param name="source">The port that is subscribed at.</param>
    /// <param name="destination">The port that is published to.</param>
    /// <param name="version">The version of MQTT, as the configuration names it.</param>
    public async Task StartAsync(int source, int destination, string version)
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
                  "settings": {
                    "host": "127.0.0.1", "port": {{source}}, "clientId": "{{ClientId}}", "version": "{{version}}",
                    "keepAlive": "1 h"
                  },
                  "items": [ { "name": "all", "topic": "plant/#", "payload": { "format": "text" } } ]
                }
              ],
              "norths": [
                {
                  "name": "out",
                  "type": "mqtt",
                  "settings": {
                    "host": "127.0.0.1", "port": {{destination}}, "topic": "out/{point}", "format": "value",
                    "version": "{{version}}", "keepAlive": "1 h"
                  }
                }
              ]
            }
            """);
        _gateway = GatewayProcess.Run(file, _folder.At("data"));
        await _gateway.WaitUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await (_gateway?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }
}
