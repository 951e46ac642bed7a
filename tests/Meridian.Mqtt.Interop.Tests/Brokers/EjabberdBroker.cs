using Meridian.Fixtures;

namespace Meridian.Mqtt.Interop.Tests.Brokers;

public sealed class EjabberdBroker : BrokerFixture
{
    public static BrokerAbilities All { get; } = new()
    {
        Name = "ejabberd 23.01",
        ShortName = "Ejabberd",
        Versions = [MqttProtocolVersion.V311, MqttProtocolVersion.V50],
        PasswordRefusal = MqttReasonCode.NotAuthorized,
        KeepsSessions = false,
        KeepsRetained = true,
        Remark = "Sessions live in memory.",
    };

    public override BrokerAbilities Abilities => All;

    protected override string UserName => EjabberdServer.UserName;

    protected override async Task<IBrokerServer> StartAsync() => await EjabberdServer.StartAsync();
}

/// <summary>The test classes that share it.</summary>
[CollectionDefinition(nameof(EjabberdBroker))]
public sealed class EjabberdCollection : ICollectionFixture<EjabberdBroker>;
