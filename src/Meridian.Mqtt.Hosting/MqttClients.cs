using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Meridian.Mqtt.Hosting;

/// <summary>Makes each named client at its first use and ends all with the container.</summary>
internal sealed class MqttClients : IMqttClients, IAsyncDisposable
{
    private readonly Dictionary<string, Lazy<MqttClient>> _clients = new(StringComparer.Ordinal);

    public MqttClients(
        IServiceProvider services,
        IOptionsMonitor<MqttHostingOptions> options,
        IEnumerable<MqttClientName> names,
        ILogger<MqttClient> logger,
        TimeProvider time)
    {
        foreach (var name in names)
        {
            _clients[name.Text] = new Lazy<MqttClient>(() => Create(services, options.Get(name.Text), logger, time));
        }
    }

    /// <summary>In the order they were added.</summary>
    public IEnumerable<string> Names => _clients.Keys;

    public MqttClient GetClient(string name) => _clients.TryGetValue(name, out var client)
        ? client.Value
        : throw new ArgumentException(
            $"No MQTT client '{name}' was added; there are: {string.Join(", ", _clients.Keys)}.", nameof(name));

    public async ValueTask DisposeAsync()
    {
        // The last one added may use the earlier ones, so it ends first.
        foreach (var client in _clients.Values.Reverse().Where(client => client.IsValueCreated))
        {
            await client.Value.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static MqttClient Create(
        IServiceProvider services, MqttHostingOptions options, ILogger<MqttClient> logger, TimeProvider time) =>
        new(options.ToClientOptions(), options.Receiver?.Invoke(services), logger, time);
}

/// <summary>A name that a client was added with.</summary>
internal sealed record MqttClientName(string Text);
