using System.Globalization;
using Meridian.Formats.Sparkplug;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Host;

/// <summary>
/// An edge node as the specification has it, written down from there: each value is a number that no other has, and the
/// aliases are drawn anew with each birth.
/// </summary>
internal sealed class ModelNode(string name, Random random, ModelClock clock)
{
    private const string Group = "g";
    private const string OwnDevice = "";

    private readonly Dictionary<string, (string Metric, ulong Alias)[]> _alive = new(StringComparer.Ordinal);
    private ulong _birthSequence;
    private byte _sequence;
    private bool _isConnected;

    public string Name => name;

    /// <summary>The devices that are alive.</summary>
    private string[] Devices => [.. _alive.Keys.Where(static one => one.Length > 0)];

    /// <summary>Something that an edge node does next.</summary>
    public IEnumerable<ModelMessage> Act() => !_isConnected
        ? Connect()
        : random.Next(20) switch
        {
            0 => Die(),
            1 => Bear(),
            2 when Devices is [var device, ..] => [DeviceDeath(device)],
            3 => [DeviceBirth(DrawDevice())],
            4 => [Stranger()],
            _ => [Data()],
        };

    /// <summary>As it was asked to: all births again.</summary>
    public IEnumerable<ModelMessage> Bear()
    {
        if (!_isConnected)
        {
            yield break;
        }

        clock.Pass(1);
        var devices = Devices;
        _alive.Clear();
        _sequence = 0;
        yield return NodeBirth();
        foreach (var device in devices)
        {
            yield return DeviceBirth(device);
        }
    }

    private IEnumerable<ModelMessage> Connect()
    {
        clock.Pass(1);
        _isConnected = true;
        _birthSequence++;
        _alive.Clear();
        foreach (var device in Enumerable.Range(0, random.Next(3)))
        {
            _alive[Text($"d{device}")] = [];
        }

        return Bear();
    }

    /// <summary>The connection is lost and the broker tells its death; sometimes only after the next birth.</summary>
    private IEnumerable<ModelMessage> Die()
    {
        _isConnected = false;
        var death = new ModelMessage(
            new SparkplugTopic(Group, SparkplugMessageType.NodeDeath, name),
            new SparkplugPayload { TimestampMilliseconds = clock.Milliseconds, Metrics = [BirthSequence()] },
            []);
        return random.Next(3) == 0 ? [.. Connect(), death] : [death];
    }

    private ModelMessage NodeBirth()
    {
        var drawn = Draw(OwnDevice);
        return Message(
            SparkplugMessageType.NodeBirth,
            null,
            [BirthSequence(), .. drawn.Select(Born)],
            drawn.Select(one => PointOf(null, one.Metric)));
    }

    private ModelMessage DeviceBirth(string device)
    {
        clock.Pass(1);
        var drawn = Draw(device);
        return Message(
            SparkplugMessageType.DeviceBirth,
            device,
            [.. drawn.Select(Born)],
            drawn.Select(one => PointOf(device, one.Metric)));
    }

    private ModelMessage DeviceDeath(string device)
    {
        _alive.Remove(device);
        return Message(SparkplugMessageType.DeviceDeath, device, [], []);
    }

    private ModelMessage Data()
    {
        var (device, metrics) = _alive.ElementAt(random.Next(_alive.Count));
        var some = metrics.Where(_ => random.Next(2) == 0).ToArray();
        var isOwn = device.Length == 0;
        return Message(
            isOwn ? SparkplugMessageType.NodeData : SparkplugMessageType.DeviceData,
            isOwn ? null : device,
            [.. some.Select(one => Value() with { Alias = one.Alias })],
            some.Select(one => PointOf(isOwn ? null : device, one.Metric)));
    }

    /// <summary>Data with an alias that no birth has said.</summary>
    private ModelMessage Stranger() =>
        Message(SparkplugMessageType.NodeData, null, [Value() with { Alias = 1_000_000 }], [null]);

    private ModelMessage Message(
        SparkplugMessageType type, string? device, SparkplugMetric[] metrics, IEnumerable<string?> points)
    {
        clock.Pass(random.Next(2));
        return new ModelMessage(
            new SparkplugTopic(Group, type, name, device),
            new SparkplugPayload
            {
                TimestampMilliseconds = clock.Milliseconds,
                Sequence = _sequence++,
                Metrics = metrics,
            },
            [.. points]);
    }

    private (string Metric, ulong Alias)[] Draw(string device)
    {
        // From few numbers, so that another birth's alias is another metric's.
        var aliases = Enumerable.Range(1, 6).Select(static one => (ulong)one).ToArray();
        random.Shuffle(aliases);
        return _alive[device] =
            [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => (Text($"m{i}"), aliases[i]))];
    }

    private string DrawDevice() => Text($"d{random.Next(3)}");

    private SparkplugMetric Born((string Metric, ulong Alias) one) =>
        Value() with { Name = one.Metric, Alias = one.Alias, DataType = Long };

    private SparkplugMetric Value() => new() { Value = SparkplugValue.FromLong(clock.NextValue()) };

    private SparkplugMetric BirthSequence() => new()
    {
        Name = "bdSeq",
        DataType = Long,
        Value = SparkplugValue.FromLong(_birthSequence),
    };

    private string PointOf(string? device, string metric) =>
        device is null ? $"{Group}/{name}/{metric}" : $"{Group}/{name}/{device}/{metric}";

    private static SparkplugDataType Long => SparkplugDataType.Int64;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The time and the numbers that all nodes of a run share.</summary>
internal sealed class ModelClock
{
    private ulong _value;

    public ulong Milliseconds { get; private set; } = 1_800_000_000_000;

    public void Pass(int milliseconds) => Milliseconds += (ulong)milliseconds;

    public ulong NextValue() => ++_value;
}
