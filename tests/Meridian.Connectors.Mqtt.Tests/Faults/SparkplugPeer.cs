using Meridian.Fixtures;
using Meridian.Formats.Sparkplug;
using Meridian.Mqtt.Testing;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>A broker in this process, read as a Sparkplug host reads it: births are data, too.</summary>
/// <param name="broker">The broker; stays the caller's.</param>
internal sealed class SparkplugPeer(MqttTestBroker broker) : IPlantPeer
{
    public Task PublishAsync(IReadOnlyList<long> numbers) =>
        throw new NotSupportedException("It is a destination only.");

    public async Task<IReadOnlyCollection<long>> ReadAsync(int count)
    {
        await Deadline.UntilAsync(() => Read().Count >= count, $"{count} numbers at the broker");
        return Read();
    }

    private HashSet<long> Read()
    {
        var read = new HashSet<long>();
        foreach (var message in broker.Received)
        {
            Assert.True(SparkplugTopic.TryParse(message.Topic, out var topic));
            Assert.True(SparkplugCodec.TryDecode(message.Payload, out var payload, out var reason), reason);
            if (topic.Type is SparkplugMessageType.NodeBirth or SparkplugMessageType.NodeData)
            {
                read.UnionWith(payload.Metrics
                    .Where(static metric => metric.Alias is not null && !metric.IsNull)
                    .Select(static metric => (long)metric.Value.Bits));
            }
        }

        return read;
    }
}
