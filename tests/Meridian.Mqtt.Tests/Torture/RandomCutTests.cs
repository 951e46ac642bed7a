using Meridian.Fixtures;
using Meridian.Mqtt.Testing;
using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Torture;

/// <summary>Random traffic both ways over connections that end anywhere, against brokers of several limits.</summary>
public sealed class RandomCutTests
{
    private static readonly int RunsPerBroker = TestMode.Pick(full: 25_000, brief: 250);

    [Theory]
    [InlineData(MqttProtocolVersion.V311, 65_535, 0, 1_000)]
    [InlineData(MqttProtocolVersion.V311, 65_535, 0, 2)]
    [InlineData(MqttProtocolVersion.V50, 2, 0, 1_000)]
    [InlineData(MqttProtocolVersion.V50, 65_535, 2, 3)]
    [Spec("3.1.1", "MQTT-4.1.0-1", "MQTT-4.3.2-1", "MQTT-4.3.3-1", "MQTT-4.3.3-2", "MQTT-4.4.0-1", "MQTT-4.6.0-6")]
    [Spec("5.0", "MQTT-4.1.0-1", "MQTT-4.3.3-10", "MQTT-4.4.0-1")]
    public async Task Client_CutAtRandom_LosesNothingAndRepeatsNothingAtQos2(
        MqttProtocolVersion version, int receiveMaximum, int topicAliasMaximum, int maxInFlight)
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            ReceiveMaximum = receiveMaximum,
            TopicAliasMaximum = topicAliasMaximum,
            MaxInFlight = maxInFlight,
            MaxKeptMessages = 500,
            MaxKeptPackets = 500,
        });
        var seed = Seed.Draw();
        for (var i = 0; i < RunsPerBroker; i++)
        {
            var random = new Random(seed + i);
            var run = new TortureRun(broker, TortureCase.Draw(random, version), i, random);
            try
            {
                await run.RunAsync();
            }
            catch (Exception error)
            {
                throw Seed.Failure(seed + i, error);
            }
        }
    }
}
