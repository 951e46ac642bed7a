using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Meridian.Mqtt.Hosting;

/// <summary>Connects the clients with the host, in the order they were added; disconnects them in reverse.</summary>
internal sealed partial class MqttClientsLife(
    MqttClients clients,
    IOptionsMonitor<MqttHostingOptions> options,
    ILogger<MqttClientsLife> logger)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connecting = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var name in clients.Names)
        {
            var client = clients.GetClient(name);
            var one = options.Get(name);
            if (one.MustConnectAtStart)
            {
                await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            }
            else
            {
                _connecting.Add(ConnectAsync(name, client));
            }
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_connecting).ConfigureAwait(false);
        foreach (var name in clients.Names.Reverse())
        {
            await clients.GetClient(name).DisconnectAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>The client itself tries until it is connected, and returns from later losses too.</summary>
    private async Task ConnectAsync(string name, MqttClient client)
    {
        try
        {
            await client.ConnectAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (MqttException error)
        {
            NotConnected(logger, name, error.Message);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host stops before the broker was there.
        }
    }

    [LoggerMessage(
        EventIds.NotConnected,
        LogLevel.Error,
        "MQTT client '{Name}' is not connected and does not try again: {Reason}")]
    private static partial void NotConnected(ILogger logger, string name, string reason);
}
