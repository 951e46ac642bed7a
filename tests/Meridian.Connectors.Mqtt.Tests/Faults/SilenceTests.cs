using Meridian.Connectors.Mqtt.North;
using Meridian.Mqtt.Testing;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>A broker that is there and leaves one thing unanswered.</summary>
public sealed class SilenceTests
{
    [Theory]
    [InlineData(Side.South)]
    [InlineData(Side.North)]
    public async Task ConnAck_ThatNeverComes_IsATimeoutOfTheConnect(Side side)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var mute = broker.Faults.OnSent(MqttPacketType.ConnAck).Always().Drop();
        await using var plant = await StartAsync(side, broker);

        await plant.UntilRetryingAsync(
            $"127.0.0.1:{broker.Port} does not answer", "settings.connectTimeout, 1 s; CONNACK was still awaited");
        mute.Remove();

        await plant.CarryAsync();
    }

    [Fact]
    public async Task SubAck_ThatNeverComes_IsATimeoutOfTheAnswer()
    {
        await using var broker = await MqttTestBroker.StartAsync();
        var mute = broker.Faults.OnSent(MqttPacketType.SubAck).Always().Drop();
        await using var plant = await StartAsync(Side.South, broker);

        await plant.UntilRetryingAsync(
            $"127.0.0.1:{broker.Port} does not answer",
            "it did not answer SUBSCRIBE or UNSUBSCRIBE within settings.acknowledgementTimeout, 1 s");
        mute.Remove();

        await plant.CarryAsync();
    }

    [Theory]
    [InlineData(1, MqttPacketType.PubAck, "PUBLISH")]
    [InlineData(2, MqttPacketType.PubRec, "PUBLISH")]
    [InlineData(2, MqttPacketType.PubComp, "PUBREL")]
    public async Task Acknowledgement_ThatNeverComes_IsATimeoutAndTheDataComeAgain(
        int qos, MqttPacketType missing, string unanswered)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        await using var plant = await StartAsync(Side.North, broker, qos);
        await plant.UntilRunningAsync();
        var mute = broker.Faults.OnSent(missing).Always().Drop();

        await plant.GiveAsync(100);
        await plant.UntilRetryingAsync(
            $"127.0.0.1:{broker.Port} does not answer",
            $"it did not answer {unanswered} within settings.acknowledgementTimeout, 1 s");
        mute.Remove();

        await plant.AllArriveAsync();
    }

    private static Task<Plant> StartAsync(Side side, MqttTestBroker broker, int qos = 1)
    {
        var settings = IPlantPeer.SettingsOf(side, broker.Port);
        return Plant.StartAsync(
            side,
            settings is MqttNorthSettings north ? north with { Qos = qos } : settings,
            new ScriptedPeer(broker));
    }
}
