using System.Buffers;
using Meridian.Fixtures;
using Meridian.Mqtt.Testing;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Torture;

/// <summary>
/// Every flow, cut at every boundary of its packets and within each of them, in both directions. In the long mode at
/// every byte, in every manner.
/// </summary>
public sealed class CutPointTests
{
    private static readonly TortureMessage[] Least =
        [new(0, MqttQos.AtLeastOnce), new(0, MqttQos.AtLeastOnce), new(1, MqttQos.AtLeastOnce)];

    private static readonly TortureMessage[] Exact =
        [new(0, MqttQos.ExactlyOnce), new(0, MqttQos.ExactlyOnce), new(1, MqttQos.ExactlyOnce)];

    public enum Flow
    {
        PublishQos1,
        PublishQos2,
        ReceiveQos1,
        ReceiveQos2,
    }

    public static TheoryData<Flow, MqttProtocolVersion, bool> Cases
    {
        get
        {
            var cases = new TheoryData<Flow, MqttProtocolVersion, bool>();
            foreach (var flow in Enum.GetValues<Flow>())
            {
                cases.Add(flow, MqttProtocolVersion.V311, p3: true);
                cases.Add(flow, MqttProtocolVersion.V311, p3: false);
                cases.Add(flow, MqttProtocolVersion.V50, p3: true);
                cases.Add(flow, MqttProtocolVersion.V50, p3: false);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Spec("3.1.1", "MQTT-4.1.0-1", "MQTT-4.3.2-1", "MQTT-4.3.3-1", "MQTT-4.4.0-1", "MQTT-4.6.0-1", "MQTT-4.6.0-6")]
    [Spec("5.0", "MQTT-4.1.0-1", "MQTT-4.4.0-1", "MQTT-4.6.0-1")]
    public async Task Flow_CutAnywhere_LosesNothingAndRepeatsNothingAtQos2(
        Flow flow, MqttProtocolVersion version, bool isSessionKept)
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            MaxKeptMessages = 500,
            MaxKeptPackets = 500,
        });
        var plain = new TortureCase
        {
            Version = version,
            IsSessionKept = isSessionKept,
            MaxInFlight = 2,
            ReceiveMaximum = isSessionKept ? 2 : 10, // A full one makes the end of a connection wait for its grace.
            Out = flow switch { Flow.PublishQos1 => Least, Flow.PublishQos2 => Exact, _ => [] },
            In = flow switch { Flow.ReceiveQos1 => Least, Flow.ReceiveQos2 => Exact, _ => [] },
        };
        var number = 0;
        var whole = new TortureRun(broker, plain, number++, new Random(0));
        await whole.RunAsync();
        var first = whole.First ?? throw new InvalidOperationException("There was no connection.");

        foreach (var cut in Cuts(first))
        {
            // The return is cut at the same place, too: what was sent again is sent once more.
            var run = new TortureRun(broker, plain with { Cuts = [cut, cut] }, number++, new Random(0));
            await run.RunAsync();
        }

        Assert.InRange(number, 20, int.MaxValue); // The flow has packets.
    }

    private static IEnumerable<Cut> Cuts(CuttingTransport whole)
    {
        var kinds = Enum.GetValues<CutKind>();
        var index = 0;
        foreach (var side in Enum.GetValues<CutSide>())
        {
            var bytes = side == CutSide.Sent ? whole.Sent : whole.Received;
            foreach (var place in TestMode.IsLong ? Enumerable.Range(0, bytes.Length + 1) : Places(bytes))
            {
                foreach (var kind in TestMode.IsLong ? kinds : [kinds[index++ % kinds.Length]])
                {
                    yield return new Cut(side, place, kind);
                }
            }
        }
    }

    /// <summary>Each boundary, behind the first byte of each packet, and before its last.</summary>
    private static SortedSet<int> Places(byte[] bytes)
    {
        var places = new SortedSet<int> { bytes.Length };
        var rest = new ReadOnlySequence<byte>(bytes);
        var start = 0;
        while (Frame.TryRead(ref rest, int.MaxValue, out _))
        {
            var end = bytes.Length - (int)rest.Length;
            places.UnionWith([start, start + 1, (start + end) / 2, end - 1]);
            start = end;
        }

        return places;
    }
}
