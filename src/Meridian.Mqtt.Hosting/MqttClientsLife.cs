using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Meridian.Mqtt.Hosting;

/// <summary>Connects the clients with the host, in the order they were added; disconnects them in reverse.</summary>
internal sealed partial class MqttClientsLife(
    MqttClients clients,
    IOptionsMonitor<MqttHostingOptions> options,
    ILogger<MqttClientsLife> logger,
    TimeProvider time)
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
                _connecting.Add(ConnectAsync(name, client, one.FirstConnectRetry));
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

    /// <summary>Until the first connection is made; from then on the client returns by itself.</summary>
    private async Task ConnectAsync(string name, MqttClient client, TimeSpan retry)
    {
        try
        {
            while (true)
            {
                try
                {
                    await client.ConnectAsync(_stop.Token).ConfigureAwait(false);
                    return;
                }
                catch (MqttException error)
                {
                    NotConnected(logger, name, retry, error.Message);
                }

                await Task.Delay(retry, time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host stops before the broker was there.
        }
    }

    [LoggerMessage(
        EventIds.NotConnected,
        LogLevel.Warning,
        "MQTT client '{Name}' is not connected and tries again in {Delay}: {Reason}")]
    private static partial void NotConnected(ILogger logger, string name, TimeSpan delay, string reason);
}
