using Meridian.Fixtures;

namespace Meridian.Mqtt.Interop.Tests.Brokers;

public sealed class RabbitMqBroker : BrokerFixture
{
    public static BrokerAbilities All { get; } = new()
    {
        Name = "RabbitMQ 3.10",
        ShortName = "RabbitMq",
        Versions = [MqttProtocolVersion.V31, MqttProtocolVersion.V311],
        Qos2Fault = typeof(MqttProtocolException),
        PasswordRefusal = MqttReasonCode.BadUserNameOrPassword,
        KeepsSessions = true,
        KeepsRetained = true,
        FindsRetainedByWildcard = false,
        Remark = "It closes the connection on a version that it does not speak, without a CONNACK. "
            + "It answers a PUBLISH at QoS 2 with PUBACK. "
            + "Retained messages survive a restart with the `dets` store.",
    };

    public override BrokerAbilities Abilities => All;

    protected override string UserName => RabbitMqServer.UserName;

    protected override async Task<IBrokerServer> StartAsync() => await RabbitMqServer.StartAsync();
}

/// <summary>The test classes that share it.</summary>
[CollectionDefinition(nameof(RabbitMqBroker))]
public sealed class RabbitMqCollection : ICollectionFixture<RabbitMqBroker>;
