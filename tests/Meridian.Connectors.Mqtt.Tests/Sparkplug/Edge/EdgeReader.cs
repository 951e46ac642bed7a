using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Formats.Sparkplug;
using Meridian.Formats.Sparkplug.Values;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Edge;

/// <summary>
/// Reads an edge node's messages as the specification has them, and demands what it demands: births before data, the
/// sequence, aliases that are unique, types that stay, no value older than the current one but as a historical one.
/// </summary>
internal sealed class EdgeReader(byte birthSequence, int maxPayloadBytes, bool hasTypes)
{
    private readonly Dictionary<string, Dictionary<ulong, BornMetric>> _born = new(StringComparer.Ordinal);
    private byte? _sequence;

    /// <summary>The values of one message, in its order, each with the metric it is of.</summary>
    public IReadOnlyList<EdgeValue> Read(EdgeMessage message)
    {
        Assert.True(SparkplugTopic.TryParse(message.Topic, out var topic));
        Assert.InRange(message.Payload.Length, 1, maxPayloadBytes);
        Assert.True(SparkplugCodec.TryDecode(message.Payload, out var payload, out var reason), reason);
        Assert.NotNull(payload.TimestampMilliseconds);
        var isFirst = topic.Type == SparkplugMessageType.NodeBirth;
        Assert.Equal(isFirst ? 0UL : (byte)(_sequence!.Value + 1), payload.Sequence); // [tck-id-topics-nbirth-seq-num]
        _sequence = (byte)payload.Sequence!;
        return topic.Type switch
        {
            SparkplugMessageType.NodeBirth => ReadNodeBirth(payload),
            SparkplugMessageType.DeviceBirth => ReadBirth(topic.Device!, payload.Metrics),
            SparkplugMessageType.NodeData => ReadData("", payload),
            SparkplugMessageType.DeviceData => ReadData(topic.Device!, payload),
            _ => throw new InvalidOperationException($"An edge node does not send '{topic}' by itself."),
        };
    }

    private List<EdgeValue> ReadNodeBirth(SparkplugPayload payload)
    {
        _born.Clear();
        Assert.Equal("bdSeq", payload.Metrics[0].Name);
        Assert.Equal(birthSequence, payload.Metrics[0].Value.Bits);
        Assert.Equal("Node Control/Rebirth", payload.Metrics[1].Name);
        Assert.Null(payload.Metrics[1].Alias);
        return ReadBirth("", payload.Metrics.Skip(2));
    }

    private List<EdgeValue> ReadBirth(string device, IEnumerable<SparkplugMetric> metrics)
    {
        _born.Remove(device);
        var taken = _born.Values.SelectMany(static one => one.Keys).ToHashSet();
        var born = _born[device] = [];
        var values = new List<EdgeValue>();
        foreach (var metric in metrics)
        {
            Assert.True(taken.Add(metric.Alias!.Value), $"Alias {metric.Alias} is that of another metric.");
            var one = new BornMetric(metric.Name!, metric.DataType!.Value, metric.ContentType is not null)
            {
                Newest = metric.TimestampMilliseconds!.Value,
            };
            born.Add(metric.Alias.Value, one);
            values.Add(ValueOf(device, one, metric));
        }

        return values;
    }

    private List<EdgeValue> ReadData(string device, SparkplugPayload payload)
    {
        var values = new List<EdgeValue>();
        foreach (var metric in payload.Metrics)
        {
            Assert.Null(metric.Name);
            Assert.True(
                _born[device].TryGetValue(metric.Alias!.Value, out var born), $"Alias {metric.Alias} is unborn.");
            Assert.Equal(hasTypes ? born.Type : null, metric.DataType);
            Assert.Equal(metric.TimestampMilliseconds < born.Newest, metric.IsHistorical);
            born.Newest = Math.Max(born.Newest, metric.TimestampMilliseconds!.Value);
            values.Add(ValueOf(device, born, metric));
        }

        return values;
    }

    private static EdgeValue ValueOf(string device, BornMetric born, SparkplugMetric metric)
    {
        var value = ReadingValue.Null;
        Assert.True(metric.IsNull || SparkplugReadingValue.TryRead(
            metric.Value, born.Type, born.IsJson, int.MaxValue, out value, out _));
        var at = SparkplugTime.From(metric.TimestampMilliseconds)!.Value; // All of ours have one.
        return new EdgeValue(device, born.Name, new Reading("", at, value, SparkplugQuality.Of(metric)));
    }

    private sealed class BornMetric(string name, SparkplugDataType type, bool isJson)
    {
        public string Name => name;

        public SparkplugDataType Type => type;

        public bool IsJson => isJson;

        public ulong Newest { get; set; }
    }
}

/// <summary>What a message says of one metric.</summary>
/// <param name="Device">The device; empty for the edge node itself.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Reading">The time, value and quality; the point is left out.</param>
internal sealed record EdgeValue(string Device, string Metric, Reading Reading);
