using Meridian.Fixtures;

namespace Meridian.Mqtt.Interop.Tests.Brokers;

public sealed class EjabberdBroker : BrokerFixture
{
    public static BrokerAbilities All { get; } = new()
    {
        Name = "ejabberd 23.01",
        ShortName = "Ejabberd",
        Versions = [MqttProtocolVersion.V311, MqttProtocolVersion.V50],
        Carriers = [Carrier.Tcp, Carrier.WebSocket],
        PasswordRefusal = MqttReasonCode.NotAuthorized,
        KeepsSessions = false,
        KeepsRetained = true,
        Version5 = new Version5Abilities
        {
            HasSharedSubscriptions = false,
            SendsTopicAliases = false,
            ReceiveMaximum = ushort.MaxValue,
            KeepsReceiveMaximum = true,
            KeepsMaximumPacketSize = false,
            SaysTakenOver = true,
            ServerKeepAlive = TimeSpan.FromHours(1),
            NobodyReason = MqttReasonCode.NoMatchingSubscribers,
            AuthenticationFault = typeof(MqttConnectException),
        },
        Remark = "Sessions live in memory. It sends one message at QoS 1 or 2 at a time.",
    };

    public override BrokerAbilities Abilities => All;

    protected override string UserName => EjabberdServer.UserName;

    protected override MqttClientOptions Reach(Carrier carrier, MqttClientOptions options) =>
        carrier == Carrier.WebSocket
            ? options with { Server = MqttServer.Parse($"ws://127.0.0.1:{((EjabberdServer)Server).WebSocketPort}") }
            : base.Reach(carrier, options);

    protected override async Task<IBrokerServer> StartAsync() => await EjabberdServer.StartAsync();
}

/// <summary>The test classes that share it.</summary>
[CollectionDefinition(nameof(EjabberdBroker))]
public sealed class EjabberdCollection : ICollectionFixture<EjabberdBroker>;
