using System.Globalization;
using System.Text;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>A broker in this process, which breaks as its script says.</summary>
/// <param name="broker">The broker; stays the caller's.</param>
internal sealed class ScriptedPeer(MqttTestBroker broker) : IPlantPeer
{
    public Task PublishAsync(IReadOnlyList<long> numbers)
    {
        foreach (var number in numbers)
        {
            var payload = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));
            broker.Publish(
                IPlantPeer.TopicOf(number), payload, number % 2 == 0 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce);
        }

        return Task.CompletedTask;
    }

    public async Task<IReadOnlyCollection<long>> ReadAsync(int count)
    {
        await Deadline.UntilAsync(() => Read().Count >= count, $"{count} numbers at the broker");
        return Read();
    }

    private HashSet<long> Read() =>
    [
        .. broker.Received
            .Where(static message => message.Topic.StartsWith("out/", StringComparison.Ordinal))
            .Select(static message => long.Parse(message.Payload.Span, CultureInfo.InvariantCulture)),
    ];
}
