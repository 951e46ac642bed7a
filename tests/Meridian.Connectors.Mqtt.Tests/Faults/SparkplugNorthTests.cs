using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Mqtt.Testing;
using Meridian.Sdk.Settings;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>The North as an edge node, whose every connection is a client of its own: the same faults, the same words.
/// </summary>
public sealed class SparkplugNorthTests
{
    [Fact]
    public async Task Link_HalfOpen_IsFoundByTheKeepAliveAndNothingIsMissingAfterwards()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        await using var relay = TcpRelay.Start(broker.Host, broker.Port);
        await using var plant = await StartAsync(broker, relay.Port);

        await plant.OutlastHalfOpenAsync(relay);
    }

    [Theory]
    [InlineData(MqttPacketType.PubAck, "it did not answer PUBLISH within settings.acknowledgementTimeout, 1 s")]
    [InlineData(MqttPacketType.SubAck, "SUBSCRIBE or UNSUBSCRIBE within settings.acknowledgementTimeout, 1 s")]
    [InlineData(MqttPacketType.ConnAck, "it did not accept within settings.connectTimeout, 1 s; CONNACK was still")]
    public async Task Answer_ThatNeverComes_IsATimeoutAndPasses(MqttPacketType missing, string words)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var mute = broker.Faults.OnSent(missing).Always().Drop();
        await using var plant = await StartAsync(broker, broker.Port);

        await plant.GiveAsync(100);
        await plant.UntilRetryingAsync($"Broker 127.0.0.1:{broker.Port} does not answer: ", words);
        mute.Remove();

        await plant.AllArriveAsync();
    }

    [Theory]
    [InlineData(MqttPacketType.ConnAck)]
    [InlineData(MqttPacketType.PubAck)]
    public async Task Garbage_FromTheBroker_IsNamedAndPasses(MqttPacketType struck)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var script = broker.Faults.OnSent(struck).Always().Alter(static _ => "HTTP/1.1 400 Bad Request"u8.ToArray());
        await using var plant = await StartAsync(broker, broker.Port);

        await plant.GiveAsync(100);
        await plant.UntilRetryingAsync(
            $"Broker 127.0.0.1:{broker.Port} sent what is not MQTT: ",
            "Check that an MQTT broker listens there (settings.host, settings.port)");
        script.Remove();

        await plant.AllArriveAsync();
    }

    [Fact]
    public async Task Password_Wrong_NamesTheUserAndNotTheSecret()
    {
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { UserName = "gateway", Password = "right" });
        await using var plant = await StartAsync(broker, broker.Port, "s3cret");

        var reason = await plant.UntilRetryingAsync("refuses the credentials of user 'gateway'", "settings.password");

        Assert.DoesNotContain("s3cret", reason, StringComparison.Ordinal);
    }

    private static Task<Plant> StartAsync(MqttTestBroker broker, int port, string? password = null)
    {
        var settings = ((MqttNorthSettings)IPlantPeer.SettingsOf(Side.North, port)) with
        {
            Format = MqttNorthFormat.SparkplugB,
            Sparkplug = new SparkplugNorthSettings { Group = "g", Node = "n" },
            UserName = password is null ? null : "gateway",
            Password = password is null ? null : new Secret(password),
        };
        return Plant.StartAsync(Side.North, settings, new SparkplugPeer(broker));
    }
}
