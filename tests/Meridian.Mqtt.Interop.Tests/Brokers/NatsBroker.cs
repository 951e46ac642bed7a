using Meridian.Fixtures;

namespace Meridian.Mqtt.Interop.Tests.Brokers;

public sealed class NatsBroker : BrokerFixture
{
    public static BrokerAbilities All { get; } = new()
    {
        Name = "nats-server 2.9",
        ShortName = "Nats",
        Versions = [MqttProtocolVersion.V311],
        Qos2Fault = typeof(MqttConnectionLostException),
        PasswordRefusal = MqttReasonCode.NotAuthorized,
        KeepsSessions = true,
        KeepsRetained = true,
        Remark = "It closes the connection on MQTT 3.1, without a CONNACK, and on a PUBLISH at QoS 2. "
            + "A session has 65,535 unacknowledged messages in all, and each subscription at QoS 1 takes "
            + "`max_ack_pending` (1,024) of them: at most 63, unless that is lowered.",
    };

    public override BrokerAbilities Abilities => All;

    protected override string UserName => NatsServer.UserName;

    protected override async Task<IBrokerServer> StartAsync() => await NatsServer.StartAsync();
}

/// <summary>The test classes that share it.</summary>
[CollectionDefinition(nameof(NatsBroker))]
public sealed class NatsCollection : ICollectionFixture<NatsBroker>;
