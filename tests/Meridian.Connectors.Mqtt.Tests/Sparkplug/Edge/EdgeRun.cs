using System.Globalization;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Edge;

/// <summary>
/// One edge node over sessions, rebirths and restarts: each reading of a batch is in exactly one message, as it was, or
/// rejected.
/// </summary>
internal sealed class EdgeRun
{
    private const int MaxReadings = 30;

    private static readonly DateTimeOffset Start = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _random;
    private readonly EdgeLimits _limits;
    private readonly bool _hasDevices;
    private readonly bool _hasTypes;
    private readonly List<EdgeMessage> _messages = [];
    private readonly List<Rejection> _rejections = [];
    private EdgeNode _node;
    private EdgeReader _reader;
    private DateTimeOffset _now = Start;
    private byte _birthSequence;

    public EdgeRun(int seed)
    {
        _random = new Random(seed);
        _hasDevices = _random.Next(2) == 0;
        _hasTypes = _random.Next(2) == 0;
        _limits = _random.Next(3) == 0
            ? new EdgeLimits
            {
                MaxMetrics = _random.Next(1, 10),
                MaxDataBytes = _random.Next(40, 300),
                MaxPayloadBytes = _random.Next(1_000, 3_000),
                MaxBirthValueBytes = _random.Next(0, 60),
            }
            : new EdgeLimits { MaxDataBytes = _random.Next(100, 4_000) };
        _node = NewNode();
        _reader = BeginSession();
    }

    public int DeliveredCount { get; private set; }

    public int RejectedCount { get; private set; }

    public void Run(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            _now += TimeSpan.FromMilliseconds(_random.Next(0, 2_000));
            switch (_random.Next(12))
            {
                case 0:
                    _reader = BeginSession();
                    break;
                case 1:
                    _messages.Clear();
                    _node.BearAll(_now, _messages);
                    ReadAll();
                    break;
                case 2:
                    _node = NewNode();
                    _reader = BeginSession();
                    break;
                default:
                    Deliver();
                    break;
            }
        }
    }

    private EdgeReader BeginSession()
    {
        _reader = new EdgeReader(++_birthSequence, _limits.MaxPayloadBytes, _hasTypes);
        _messages.Clear();
        _node.BeginSession(_birthSequence, _now, _messages);
        ReadAll();
        return _reader;
    }

    private void Deliver()
    {
        var readings = Enumerable.Range(0, _random.Next(1, MaxReadings)).Select(_ => Draw()).ToArray();
        _messages.Clear();
        _rejections.Clear();
        _node.Compose(readings, _now, _messages, _rejections);
        var seen = new HashSet<int>();
        foreach (var rejection in _rejections)
        {
            Assert.True(seen.Add(rejection.Index), $"Reading {rejection.Index} is rejected twice.");
            Assert.EndsWith(".", rejection.Reason, StringComparison.Ordinal);
        }

        Assert.Equal(_rejections.Select(static one => one.Index).Order(), _rejections.Select(static one => one.Index));
        foreach (var message in _messages)
        {
            Check(message, readings, seen);
        }

        Assert.Equal(Enumerable.Range(0, readings.Length), seen.Order());
        DeliveredCount += readings.Length - _rejections.Count;
        RejectedCount += _rejections.Count;
    }

    private void Check(EdgeMessage message, Reading[] readings, HashSet<int> seen)
    {
        var values = _reader.Read(message);
        var isBirth = message.Topic.Contains("BIRTH/", StringComparison.Ordinal);
        Assert.Equal(message.Indexes.Order(), message.Indexes);
        Assert.True(isBirth || message.Indexes.Length == values.Count);
        for (var i = 0; i < message.Indexes.Length; i++)
        {
            var index = message.Indexes[i];
            var reading = readings[index];
            Assert.True(seen.Add(index), $"Reading {index} is in two messages.");
            var told = isBirth
                ? values.Single(one => string.Equals(one.Metric, reading.Point, StringComparison.Ordinal))
                : values[i];
            Assert.Equal(reading.Point, told.Metric);
            Assert.Equal(_hasDevices ? reading.Point.Split('/')[0] : "", told.Device);
            Assert.Equal(reading.Quality, told.Reading.Quality);
            Assert.Equal(
                reading.Timestamp.ToUnixTimeMilliseconds(), told.Reading.Timestamp.ToUnixTimeMilliseconds());
            AssertSame(reading.Value, told.Reading.Value);
        }
    }

    private void ReadAll()
    {
        foreach (var message in _messages)
        {
            Assert.Empty(message.Indexes);
            _ = _reader.Read(message);
        }
    }

    /// <summary>A whole number may become a Double, where no digit is lost.</summary>
    private static void AssertSame(ReadingValue expected, ReadingValue actual)
    {
        if (expected.Kind == ReadingValueKind.Int64 && actual.Kind == ReadingValueKind.Double)
        {
            Assert.Equal(expected.AsInt64(), (long)actual.AsDouble());
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }

    private Reading Draw()
    {
        var point = string.Create(CultureInfo.InvariantCulture, $"d{_random.Next(3)}/p{_random.Next(4)}");
        point = _random.Next(40) == 0 ? "a+b/p" : point; // No id of a device.
        ReadingValue value = _random.Next(9) switch
        {
            0 => ReadingValue.Null,
            1 => ReadingValue.From(_random.NextDouble()),
            2 => ReadingValue.From(_random.Next(2) == 0),
            3 => ReadingValue.From(new string('x', _random.Next(100))),
            4 => ReadingValue.From(new byte[_random.Next(100)]),
            5 => ReadingValue.FromJson("[1]"),
            6 => ReadingValue.From(_random.Next(50) == 0 ? new string('y', 4_000) : "z"),
            _ => ReadingValue.From(_random.NextInt64(-1_000, 1_000)),
        };
        var quality = _random.Next(4) switch
        {
            0 => Quality.Bad,
            1 => Quality.Uncertain,
            2 => new Quality(0x8007_0000),
            _ => Quality.Good,
        };
        return new Reading(point, _now - TimeSpan.FromMilliseconds(_random.Next(-500, 3_000)), value, quality);
    }

    private EdgeNode NewNode() => new(
        new SparkplugNorthSettings
        {
            Group = "g",
            Node = "n",
            Device = _hasDevices ? "{point[0]}" : "",
            RepeatsTypes = _hasTypes,
        },
        _limits);
}
