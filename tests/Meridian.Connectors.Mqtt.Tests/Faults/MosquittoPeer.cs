using System.Collections.Concurrent;
using System.Globalization;
using Meridian.Fixtures;

namespace Meridian.Connectors.Mqtt.Tests.Faults;

/// <summary>A mosquitto, with its own clients as machine and application.</summary>
/// <param name="mosquitto">The broker; stays the caller's.</param>
/// <param name="clientArguments">What its clients need beside the port, such as <c>-u alice -P secret</c>.</param>
internal sealed class MosquittoPeer(MosquittoServer mosquitto, params string[] clientArguments) : IPlantPeer
{
    public async Task PublishAsync(IReadOnlyList<long> numbers)
    {
        foreach (var part in numbers.GroupBy(static number => number % 2))
        {
            await MosquittoClients.PublishAsync(
                mosquitto.Port,
                IPlantPeer.TopicOf(part.Key),
                part.Select(static number => number.ToString(CultureInfo.InvariantCulture)),
                qos: part.Key == 0 ? 1 : 2,
                moreArguments: clientArguments);
        }
    }

    /// <summary>They are retained, so that a reader who comes later has them, too.</summary>
    public async Task<IReadOnlyCollection<long>> ReadAsync(int count)
    {
        var read = new ConcurrentDictionary<long, bool>();
        await using var reader = MosquittoClients.Subscribe(
            mosquitto.Port,
            "out/#",
            "reader",
            moreArguments: clientArguments,
            onLine: line => read[long.Parse(line, CultureInfo.InvariantCulture)] = true);
        await Deadline.UntilAsync(() => read.Count >= count, $"{count} numbers at the broker");
        return [.. read.Keys];
    }
}
