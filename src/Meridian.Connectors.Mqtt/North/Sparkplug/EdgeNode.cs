using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Meridian.Formats.Sparkplug;
using Meridian.Formats.Sparkplug.Values;
using Meridian.Formats.Templates;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>
/// The edge node that a North is: from batches to births and data (Eclipse Sparkplug 3.0). Readings in, messages
/// out; no I/O, time is passed in. One caller at a time.
/// </summary>
/// <remarks>
/// A point's first reading is the current value of the birth that names it, and is delivered by that. Aliases stay the
/// same as long as this lives; the sequence counts over all messages of a session, 0 to 255
/// [tck-id-payloads-sequence-num-incrementing].
/// </remarks>
internal sealed class EdgeNode
{
    /// <summary>What a device and a metric can be made of.</summary>
    public const TemplatePlaceholders Placeholders = TemplatePlaceholders.Point;

    private const string RebirthMetric = "Node Control/Rebirth";

    /// <summary>What a metric takes in a birth beside its name and value, with room.</summary>
    private const int BirthRowBytes = 96;
    private const int HeaderBytes = 512;

    private readonly SparkplugNorthSettings _settings;
    private readonly EdgeLimits _limits;
    private readonly TextTemplate _device;
    private readonly TextTemplate _metric;
    private readonly Dictionary<string, EdgeMetric> _metrics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EdgeDevice> _devices = new(StringComparer.Ordinal);
    private readonly EdgeDevice _own = new(null);
    private readonly SparkplugPayloadWriter _birth = new();
    private ulong _birthSequence;
    private byte _sequence;

    public EdgeNode(SparkplugNorthSettings settings, EdgeLimits limits)
    {
        _settings = settings;
        _limits = limits;
        _device = Compile(settings.Device);
        _metric = Compile(settings.Metric);
        _own.BirthBytes = HeaderBytes;
    }

    /// <summary>Where commands to it come in [tck-id-message-flow-edge-node-ncmd-subscribe].</summary>
    public string CommandTopic => TopicOf(SparkplugMessageType.NodeCommand, null);

    /// <summary>Where its death is told.</summary>
    public string DeathTopic => TopicOf(SparkplugMessageType.NodeDeath, null);

    /// <summary>
    /// The death that goes with a birth: the Will, and what is said before a farewell. Without a sequence number
    /// [tck-id-topics-ndeath-seq] [tck-id-topics-ndeath-payload].
    /// </summary>
    public static byte[] DeathOf(byte birthSequence, DateTimeOffset now) => SparkplugCodec.Encode(new SparkplugPayload
    {
        TimestampMilliseconds = SparkplugTime.ToMilliseconds(now),
        Metrics = [BirthSequenceMetric(birthSequence, null)],
    });

    /// <summary>
    /// Whether a command asks for births [tck-id-operational-behavior-data-commands-ncmd-rebirth-name].
    /// </summary>
    public static bool IsRebirth(SparkplugPayload command) => command.Metrics.Any(static metric =>
        string.Equals(metric.Name, RebirthMetric, StringComparison.Ordinal)
        && metric.Value is { Field: SparkplugField.Boolean, Bits: not 0 });

    /// <summary>A session begins: the edge node and all that is known of it is born.</summary>
    public void BeginSession(byte birthSequence, DateTimeOffset now, List<EdgeMessage> output)
    {
        _birthSequence = birthSequence;
        BearAll(now, output);
    }

    /// <summary>
    /// A complete sequence of births: NBIRTH, then each device
    /// [tck-id-operational-behavior-data-commands-rebirth-action-2].
    /// </summary>
    public void BearAll(DateTimeOffset now, List<EdgeMessage> output) => BearAll(now, output, []);

    /// <summary>Makes messages of a batch.</summary>
    /// <param name="readings">The readings.</param>
    /// <param name="now">Now.</param>
    /// <param name="output">The messages, in their order.</param>
    /// <param name="rejections">What can never be published, by ascending index.</param>
    public void Compose(
        ReadOnlySpan<Reading> readings, DateTimeOffset now, List<EdgeMessage> output, List<Rejection> rejections)
    {
        var said = BearNew(readings, now, output, rejections);
        for (var i = 0; i < readings.Length; i++)
        {
            ref readonly var reading = ref readings[i];
            if (said.Contains(i) || !_metrics.TryGetValue(reading.Point, out var metric))
            {
                continue; // Said by its birth, or rejected.
            }

            if (!metric.Takes(reading.Value))
            {
                FlushAll(output);
                metric.BecomeTypeOf(reading.Value);
                int[] indexes = metric.Remember(reading, _limits.MaxBirthValueBytes) ? [i] : [];
                Bear(metric.Device, now, output, indexes);
                if (indexes.Length > 0)
                {
                    continue;
                }
            }

            Add(metric, reading, i, now, output, rejections);
        }

        FlushAll(output);
        rejections.Sort(static (one, other) => one.Index.CompareTo(other.Index));
    }

    private static TextTemplate Compile(string text) =>
        TextTemplate.TryCompile(text, Placeholders, out var template, out var problems)
            ? template
            : throw new ArgumentException(problems[0], nameof(text));

    /// <summary>Names the points that are new in one birth per device; their first readings are said by it.</summary>
    private HashSet<int> BearNew(
        ReadOnlySpan<Reading> readings, DateTimeOffset now, List<EdgeMessage> output, List<Rejection> rejections)
    {
        var said = new HashSet<int>();
        var first = new Dictionary<EdgeDevice, List<int>>();
        for (var i = 0; i < readings.Length; i++)
        {
            ref readonly var reading = ref readings[i];
            if (!_metrics.TryGetValue(reading.Point, out var metric))
            {
                if (!TryName(reading, out metric, out var problem))
                {
                    rejections.Add(new Rejection(i, problem));
                    continue;
                }

                metric.Device.NeedsBirth = true;
                if (!first.TryGetValue(metric.Device, out var indexes))
                {
                    first.Add(metric.Device, indexes = []);
                }

                if (metric.Remember(reading, _limits.MaxBirthValueBytes))
                {
                    indexes.Add(i);
                    said.Add(i);
                }
            }

            if (metric.DataType is null && reading.Value.Kind != ReadingValueKind.Null)
            {
                metric.BecomeTypeOf(reading.Value);
                metric.Device.NeedsBirth = true; // It may have been born without a type, as a text.
            }
        }

        if (_own.NeedsBirth)
        {
            BearAll(now, output, first);
        }
        else
        {
            foreach (var device in _devices.Values.Where(static one => one.NeedsBirth))
            {
                Bear(device, now, output, [.. first.GetValueOrDefault(device) ?? []]);
            }
        }

        return said;
    }

    private bool TryName(
        in Reading reading, [NotNullWhen(true)] out EdgeMetric? metric, [NotNullWhen(false)] out string? problem)
    {
        metric = null;
        var arguments = new TemplateArguments { Reading = reading };
        var (deviceName, name) = (_device.Render(arguments), _metric.Render(arguments));
        problem = null;
        if (deviceName.Length > 0 && !SparkplugTopic.IsValidId(deviceName))
        {
            problem = $"Point '{reading.Point}' gives the device '{deviceName}', but an id has no '/', '+', '#' and "
                + "U+0000; change the template 'device'.";
        }
        else if (name.Length == 0)
        {
            problem = $"Point '{reading.Point}' gives a metric without a name; change the template 'metric'.";
        }
        else if (_metrics.Count >= _limits.MaxMetrics)
        {
            problem = string.Create(
                CultureInfo.InvariantCulture,
                $"Edge node '{_settings.Node}' has {_limits.MaxMetrics:N0} metrics, as many as it may; give point ")
                + $"'{reading.Point}' to another North with a node of its own.";
        }

        if (problem is not null)
        {
            return false;
        }

        var device = DeviceOf(deviceName);
        var bytes = BirthRowBytes + Encoding.UTF8.GetByteCount(name) + _limits.MaxBirthValueBytes;
        if (device.Points.TryGetValue(name, out var other))
        {
            problem = $"Points '{other}' and '{reading.Point}' give the same metric '{name}' of the "
                + "same device; change "
                + "the templates 'device' and 'metric' so that each point has its own.";
        }
        else if (device.BirthBytes + bytes > _limits.MaxPayloadBytes)
        {
            problem = string.Create(
                CultureInfo.InvariantCulture,
                $"The birth of '{device.Name ?? _settings.Node}' with {device.Metrics.Count:N0} metrics "
                + $"is as large as ")
                + $"maxPacketSize lets it be; give point '{reading.Point}' to another device by the template 'device'.";
        }

        if (problem is not null)
        {
            return false;
        }

        metric = new EdgeMetric(device, name, (ulong)_metrics.Count + 1);
        device.BirthBytes += bytes;
        device.Points.Add(name, reading.Point);
        device.Metrics.Add(metric);
        _metrics.Add(reading.Point, metric);
        return true;
    }

    private EdgeDevice DeviceOf(string name)
    {
        if (name.Length == 0)
        {
            return _own;
        }

        if (!_devices.TryGetValue(name, out var device))
        {
            _devices.Add(name, device = new EdgeDevice(name) { BirthBytes = HeaderBytes });
        }

        return device;
    }

    /// <summary>A birth with the metrics of the edge node itself is followed by those of all devices.</summary>
    private void Bear(EdgeDevice device, DateTimeOffset now, List<EdgeMessage> output, int[] indexes)
    {
        if (ReferenceEquals(device, _own))
        {
            BearAll(now, output, new Dictionary<EdgeDevice, List<int>> { [_own] = [.. indexes] });
            return;
        }

        _birth.Begin(SparkplugTime.ToMilliseconds(now));
        AddMetrics(device, now);
        output.Add(new EdgeMessage(
            TopicOf(SparkplugMessageType.DeviceBirth, device.Name),
            _birth.End(_sequence++).ToArray(),
            indexes,
            IsBirth: true));
    }

    private void BearAll(DateTimeOffset now, List<EdgeMessage> output, Dictionary<EdgeDevice, List<int>> first)
    {
        FlushAll(output);
        _sequence = 0; // [tck-id-topics-nbirth-seq-num]
        _birth.Begin(SparkplugTime.ToMilliseconds(now));
        var at = SparkplugTime.ToMilliseconds(now);
        _birth.Add(BirthSequenceMetric(_birthSequence, at));
        _birth.Add(new SparkplugMetric
        {
            // [tck-id-topics-nbirth-rebirth-metric]; without an alias
            // [tck-id-operational-behavior-data-commands-rebirth-name-aliases].
            Name = RebirthMetric,
            TimestampMilliseconds = at,
            DataType = SparkplugDataType.Boolean,
            Value = SparkplugValue.From(false),
        });
        AddMetrics(_own, now);
        output.Add(new EdgeMessage(
            TopicOf(SparkplugMessageType.NodeBirth, null),
            _birth.End(_sequence++).ToArray(),
            [.. first.GetValueOrDefault(_own) ?? []],
            IsBirth: true));
        foreach (var device in _devices.Values)
        {
            Bear(device, now, output, [.. first.GetValueOrDefault(device) ?? []]);
        }
    }

    private void AddMetrics(EdgeDevice device, DateTimeOffset now)
    {
        device.NeedsBirth = false;
        foreach (var metric in device.Metrics)
        {
            _birth.Add(metric.InBirth(now));
        }
    }

    private void Add(
        EdgeMetric metric,
        in Reading reading,
        int index,
        DateTimeOffset now,
        List<EdgeMessage> output,
        List<Rejection> rejections)
    {
        var (device, row) = (metric.Device, metric.InData(reading, _settings.RepeatsTypes));
        for (var isSecondTry = false; ; isSecondTry = true)
        {
            if (device.Data.Count == 0)
            {
                device.Data.Begin(SparkplugTime.ToMilliseconds(now));
            }

            var limit = device.Data.Count == 0 ? _limits.MaxPayloadBytes - HeaderBytes : _limits.MaxDataBytes;
            if (device.Data.TryAdd(row, limit))
            {
                break;
            }

            if (isSecondTry || device.Data.Count == 0)
            {
                rejections.Add(new Rejection(
                    index,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The value of point '{reading.Point}' makes a message larger than maxPacketSize, ")
                        + "which the broker takes at most; raise it if the broker takes such messages."));
                return;
            }

            Flush(device, output);
        }

        device.Indexes.Add(index);
        _ = metric.Remember(reading, _limits.MaxBirthValueBytes);
    }

    private void FlushAll(List<EdgeMessage> output)
    {
        Flush(_own, output);
        foreach (var device in _devices.Values)
        {
            Flush(device, output);
        }
    }

    private void Flush(EdgeDevice device, List<EdgeMessage> output)
    {
        if (device.Indexes.Count == 0)
        {
            return;
        }

        var type = device.Name is null ? SparkplugMessageType.NodeData : SparkplugMessageType.DeviceData;
        output.Add(new EdgeMessage(
            TopicOf(type, device.Name), device.Data.End(_sequence++).ToArray(), [.. device.Indexes], IsBirth: false));
        device.Indexes.Clear();
        device.Data.Begin(null);
    }

    private string TopicOf(SparkplugMessageType type, string? device) =>
        new SparkplugTopic(_settings.Group, type, _settings.Node, device).ToString();

    /// <summary>[tck-id-message-flow-edge-node-birth-publish-nbirth-payload-bdSeq]</summary>
    private static SparkplugMetric BirthSequenceMetric(ulong number, ulong? at) => new()
    {
        Name = "bdSeq",
        TimestampMilliseconds = at,
        DataType = SparkplugDataType.Int64,
        Value = SparkplugValue.FromLong(number),
    };
}
