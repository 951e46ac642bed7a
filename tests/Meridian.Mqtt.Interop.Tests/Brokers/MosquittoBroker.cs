using Meridian.Fixtures;

namespace Meridian.Mqtt.Interop.Tests.Brokers;

public sealed class MosquittoBroker : BrokerFixture
{
    public static BrokerAbilities All { get; } = new()
    {
        Name = "mosquitto 2.0",
        ShortName = "Mosquitto",
        Versions = [MqttProtocolVersion.V31, MqttProtocolVersion.V311, MqttProtocolVersion.V50],
        PasswordRefusal = MqttReasonCode.NotAuthorized,
        KeepsSessions = true,
        KeepsRetained = true,
        Remark = "With `persistence true`; after a kill it knows what it saved last.",
    };

    public override BrokerAbilities Abilities => All;

    protected override string UserName => "alice";

    protected override async Task<IBrokerServer> StartAsync() => await MosquittoServer.StartAsync(
        new MosquittoServerOptions
        {
            IsPersistent = true,
            Users = new Dictionary<string, string>(StringComparer.Ordinal) { ["alice"] = "secret" },
        });
}

/// <summary>The test classes that share it.</summary>
[CollectionDefinition(nameof(MosquittoBroker))]
public sealed class MosquittoCollection : ICollectionFixture<MosquittoBroker>;
