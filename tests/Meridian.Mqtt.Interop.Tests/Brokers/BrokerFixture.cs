using Meridian.Fixtures;

namespace Meridian.Mqtt.Interop.Tests.Brokers;

/// <summary>One running broker, shared by the test classes of its versions, which run one after the other.</summary>
public abstract class BrokerFixture : IAsyncLifetime
{
    private IBrokerServer? _server;

    public abstract BrokerAbilities Abilities { get; }

    public IBrokerServer Server => _server ?? throw new InvalidOperationException("The broker is not started.");

    protected abstract string UserName { get; }

    public async Task InitializeAsync() => _server = await StartAsync();

    public virtual async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    /// <summary>Options of a client that the broker lets in and that gives up when the connection is lost.</summary>
    /// <param name="version">The version to speak.</param>
    /// <param name="carrier">What carries the bytes.</param>
    public MqttClientOptions Options(MqttProtocolVersion version, Carrier carrier = Carrier.Tcp) => Reach(carrier, new()
    {
        Server = MqttServer.Tcp("127.0.0.1", Server.Port),
        Version = version,
        UserName = UserName,
        Password = "secret"u8.ToArray(),
        ConnectTimeout = TimeSpan.FromSeconds(30),
        Reconnect = null,
    });

    /// <summary>Options that lead over a carrier other than TCP.</summary>
    protected virtual MqttClientOptions Reach(Carrier carrier, MqttClientOptions options) => carrier == Carrier.Tcp
        ? options
        : throw new NotSupportedException($"{Abilities.Name} is not reached over {carrier} here.");

    protected abstract Task<IBrokerServer> StartAsync();
}
