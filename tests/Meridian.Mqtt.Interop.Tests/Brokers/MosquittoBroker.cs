using System.Diagnostics.CodeAnalysis;
using Meridian.Fixtures;

namespace Meridian.Mqtt.Interop.Tests.Brokers;

[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "It is asked to be disposed of as the broker is.")]
public sealed class MosquittoBroker : BrokerFixture
{
    private readonly MosquittoListeners _listeners = new();

    public static BrokerAbilities All { get; } = new()
    {
        Name = "mosquitto 2.0",
        ShortName = "Mosquitto",
        Versions = [MqttProtocolVersion.V31, MqttProtocolVersion.V311, MqttProtocolVersion.V50],
        Carriers = Enum.GetValues<Carrier>(),
        SlowCarrier = Carrier.WebSocket,
        PasswordRefusal = MqttReasonCode.NotAuthorized,
        KeepsSessions = true,
        KeepsRetained = true,
        Version5 = new Version5Abilities
        {
            HasSharedSubscriptions = true,
            SendsTopicAliases = false,
            ReceiveMaximum = 1_000,
            KeepsReceiveMaximum = false,
            SaysTakenOver = false,
            KeepsMaximumPacketSize = true,
            MaximumPacketSize = 20_000_000,
            ServerKeepAlive = TimeSpan.FromMinutes(10),
            NobodyReason = MqttReasonCode.NoMatchingSubscribers,
            AuthenticationFault = typeof(MqttConnectException),
        },
        Remark = "With `persistence true`; after a kill it knows what it saved last. "
            + "It takes and gives 4 KiB of a WebSocket every 100 ms: no payload of 10 MB there. "
            + "At the first PUBACK it sends all that waits, whatever the client's Receive Maximum says; "
            + "with `PauseAtReceiveMaximum` false the client ends the connection for that.",
    };

    public override BrokerAbilities Abilities => All;

    protected override string UserName => "alice";

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _listeners.Dispose();
    }

    protected override async Task<IBrokerServer> StartAsync() => await MosquittoServer.StartAsync(
        new MosquittoServerOptions
        {
            IsPersistent = true,
            Users = new Dictionary<string, string>(StringComparer.Ordinal) { ["alice"] = "secret" },
            Listeners = _listeners,
            GlobalText = "max_keepalive 600\nmax_packet_size 20000000",
        });

    protected override MqttClientOptions Reach(Carrier carrier, MqttClientOptions options) => carrier switch
    {
        Carrier.Tls => options with { Server = _listeners.Tls, Tls = _listeners.Trust },
        Carrier.MutualTls => options with { Server = _listeners.MutualTls, Tls = _listeners.MutualTrust },
        Carrier.WebSocket => options with { Server = _listeners.WebSocket },
        Carrier.UnixSocket => options with { Server = _listeners.Unix },
        _ => options,
    };
}

/// <summary>The test classes that share it.</summary>
[CollectionDefinition(nameof(MosquittoBroker))]
public sealed class MosquittoCollection : ICollectionFixture<MosquittoBroker>;
