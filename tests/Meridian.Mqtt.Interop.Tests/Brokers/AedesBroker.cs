using Meridian.Fixtures;

namespace Meridian.Mqtt.Interop.Tests.Brokers;

public sealed class AedesBroker : BrokerFixture
{
    public static BrokerAbilities All { get; } = new()
    {
        Name = "aedes 1.2",
        ShortName = "Aedes",
        Versions = [MqttProtocolVersion.V31, MqttProtocolVersion.V311],
        PasswordRefusal = MqttReasonCode.BadUserNameOrPassword,
        KeepsSessions = false,
        KeepsRetained = false,
        Remark = "Everything lives in memory.",
    };

    public override BrokerAbilities Abilities => All;

    protected override string UserName => AedesServer.UserName;

    protected override async Task<IBrokerServer> StartAsync() => await AedesServer.StartAsync();
}

/// <summary>The test classes that share it.</summary>
[CollectionDefinition(nameof(AedesBroker))]
public sealed class AedesCollection : ICollectionFixture<AedesBroker>;
