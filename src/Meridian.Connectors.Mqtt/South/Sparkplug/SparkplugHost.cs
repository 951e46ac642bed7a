using Meridian.Formats.Sparkplug;
using Meridian.Formats.Sparkplug.Values;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>
/// The side of Sparkplug that listens: births, data and deaths of edge nodes become readings (Eclipse Sparkplug 3.0).
/// State and message in, readings and checkpoints out; no I/O, time is passed in. One caller at a time.
/// </summary>
/// <param name="south">The South's name, for names of points.</param>
/// <param name="rebirthInterval">The shortest time between two requests to one edge node; null asks none.</param>
/// <param name="limits">How much is remembered.</param>
/// <param name="findCheckpoint">What was stored.</param>
internal sealed class SparkplugHost(
    string south, TimeSpan? rebirthInterval, HostLimits limits, Func<string, ReadOnlyMemory<byte>?> findCheckpoint)
{
    /// <summary>The request for births [tck-id-operational-behavior-data-commands-ncmd-rebirth-name].</summary>
    public const string RebirthMetric = "Node Control/Rebirth";

    private const string BirthSequenceMetric = "bdSeq";

    /// <summary>Nobody there to tell the value (Bad_NoCommunication): what a death says of each metric.</summary>
    public static readonly Quality NoCommunication = new(0x8031_0000);

    private readonly Dictionary<(string Group, string Node), HostNode> _nodes = [];

    // What is on disk of these is older than what was forgotten, until the word of it is on disk, too.
    private readonly HashSet<(string Group, string Node)> _forgotten = [];
    private bool _restores = true;
    private int _metricCount;
    private int _partCount;

    /// <summary>How many edge nodes are known.</summary>
    public int NodeCount => _nodes.Count;

    /// <summary>How many edge nodes were forgotten and not heard since; at most as many as may be known.</summary>
    public int ForgottenCount => _forgotten.Count;

    /// <summary>
    /// A connection stands, and messages may have been missed before it: only those that go on in their sequence are
    /// named by what is known.
    /// </summary>
    public void BeginConnection()
    {
        foreach (var node in _nodes.Values)
        {
            node.MustContinue = true;
        }
    }

    /// <summary>Takes a message.</summary>
    /// <returns>False when it is none of an edge node's own: commands to it, or the state of a host.</returns>
    public bool Take(in HostMessage message, HostOutput output)
    {
        if (message.Topic.Type is SparkplugMessageType.NodeCommand or SparkplugMessageType.DeviceCommand
            or SparkplugMessageType.State or SparkplugMessageType.None)
        {
            return false;
        }

        var node = FindNode(message.Topic, message.Uptime);
        var (metricsBefore, partsBefore) = (node.MetricCount, node.Tables.PartCount);
        switch (message.Topic.Type)
        {
            case SparkplugMessageType.NodeBirth:
                TakeNodeBirth(node, message, output);
                break;
            case SparkplugMessageType.DeviceBirth:
                TakeDeviceBirth(node, message, output);
                break;
            case SparkplugMessageType.NodeDeath:
                TakeNodeDeath(node, message, output);
                break;
            case SparkplugMessageType.DeviceDeath:
                TakeDeviceDeath(node, message, output);
                break;
            default:
                TakeData(node, message, output);
                break;
        }

        _metricCount += node.MetricCount - metricsBefore;
        _partCount += node.Tables.PartCount - partsBefore;
        output.Checkpoints.Add(node.Tables.HeadOf(node));
        Limit(node, output, message.Uptime);
        return true;
    }

    private static SequencePlace Follow(HostNode node, in HostMessage message) =>
        node.Follow(message.Payload.Sequence, message.IsRepeat, message.Payload.TimestampMilliseconds);

    private void TakeNodeBirth(HostNode node, in HostMessage message, HostOutput output)
    {
        // [tck-id-topics-nbirth-seq-num] says 0; where it is another, the next will follow that one.
        node.BeginLife(
            BirthSequenceOf(message.Payload),
            (byte)(message.Payload.Sequence ?? 0),
            message.Payload.TimestampMilliseconds ?? 0);
        node.Tables.Begin(output.Checkpoints);
        Define(node, message, output);
        TakeMetrics(node, message, output);
    }

    private void TakeDeviceBirth(HostNode node, in HostMessage message, HostOutput output)
    {
        var place = Follow(node, message);
        if (place == SequencePlace.Unknown && !message.IsRepeat)
        {
            // What is still stored is of an earlier birth, which nobody may come back to.
            node.Tables.Begin(output.Checkpoints);
            node.JoinLife((byte)(message.Payload.Sequence ?? 0), message.Payload.TimestampMilliseconds ?? 0);
        }

        if (place != SequencePlace.Next || !node.IsBorn)
        {
            WantRebirth(node, place, message, output);
        }

        // A repeat says again what is known; or it is of an earlier birth, and is read by what it says itself.
        if (place is not SequencePlace.Repeat && !(place == SequencePlace.Unknown && message.IsRepeat))
        {
            Define(node, message, output);
        }

        TakeMetrics(node, message, output);
    }

    private void TakeData(HostNode node, in HostMessage message, HostOutput output)
    {
        var place = Follow(node, message);
        var isDeviceKnown = node.FindDevice(message.Topic.Device) is not null;
        if (place != SequencePlace.Next || !node.IsBorn || !isDeviceKnown)
        {
            WantRebirth(node, place, message, output);
        }

        TakeMetrics(place == SequencePlace.Unknown ? null : node, message, output);
        if (output.Problem is not null)
        {
            WantRebirth(node, SequencePlace.Unknown, message, output);
        }
    }

    /// <summary>
    /// Of the birth with the same number only: a death may come late, when the edge node is back
    /// [tck-id-payloads-ndeath-bdseq]. The time is ours, since the Will was written at the node's connect
    /// [tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-tags-stale].
    /// </summary>
    private void TakeNodeDeath(HostNode node, in HostMessage message, HostOutput output)
    {
        var number = BirthSequenceOf(message.Payload);
        if (number is null)
        {
            output.AddProblem("An NDEATH has no 'bdSeq', so nobody can tell which birth it ends.");
            return;
        }

        if (!node.IsKnown || (node.BirthSequence is { } birth && birth != number))
        {
            return;
        }

        foreach (var device in node.Devices)
        {
            AddDeaths(device, message, message.Now, output);
        }

        node.Forget();
    }

    /// <summary>[tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-tags-stale]</summary>
    private void TakeDeviceDeath(HostNode node, in HostMessage message, HostOutput output)
    {
        var place = Follow(node, message);
        if (place != SequencePlace.Next || !node.IsBorn)
        {
            WantRebirth(node, place, message, output);
        }

        // A repeat was told already, and the device may be back since.
        if (place is SequencePlace.Unknown or SequencePlace.Repeat
            || node.FindDevice(message.Topic.Device) is not { } device)
        {
            return;
        }

        AddDeaths(
            device, message, SparkplugTime.From(message.Payload.TimestampMilliseconds) ?? message.Now, output);
        node.Remove(device.Name);
        var nothing = new HostDevice(device.Name, device.BirthMilliseconds);
        node.Tables.Add(node, nothing, PartsFor(node), output.Checkpoints);
    }

    private void Define(HostNode node, in HostMessage message, HostOutput output)
    {
        var device = new HostDevice(message.Topic.Device, message.Payload.TimestampMilliseconds ?? 0);
        long length = 0;
        foreach (var metric in message.Payload.Metrics)
        {
            if (metric.Name is not { } name || IsControl(message.Topic, name))
            {
                continue;
            }

            var defined = new HostMetric(name, metric.Alias, metric.DataType, IsJson(metric));
            device.Define(defined);
            length += defined.PointOf(message.Topic, message.Names, south)?.Length ?? 0;
        }

        if (node.NameLength + length > limits.MaxNameLength || device.Metrics.Count > limits.MaxMetrics)
        {
            output.AddProblem(
                $"The births of edge node '{message.Topic.Group}/{message.Topic.Node}' name more than is remembered: "
                + $"{limits.MaxMetrics:N0} metrics, {limits.MaxNameLength:N0} characters in the names of points.");
            node.Forget();
            return;
        }

        node.Define(device);
        node.Tables.Add(node, device, PartsFor(node), output.Checkpoints);
    }

    private void TakeMetrics(HostNode? node, in HostMessage message, HostOutput output)
    {
        var device = node?.FindDevice(message.Topic.Device);
        if (message.IsRepeat && message.Payload.TimestampMilliseconds < device?.BirthMilliseconds)
        {
            device = null; // Of an earlier birth: what it names by alias may be another metric now.
        }

        var jsonBytes = limits.MaxJsonBytes;
        foreach (var metric in message.Payload.Metrics)
        {
            if ((metric.Name is { } name && IsControl(message.Topic, name))
                || metric.Value.Template is { IsDefinition: true })
            {
                continue; // Of the protocol, or a type: no value of the plant.
            }

            var known = device?.Find(metric);
            if ((known?.PointOf(message.Topic, message.Names, south) ?? PointOf(metric, message)) is not { } point)
            {
                output.AddProblem(metric.Name is null
                    ? $"No birth that is known here says what alias {metric.Alias} of '{message.Topic}' is."
                    : $"A metric of '{message.Topic}' gives no usable name of a point.");
                continue;
            }

            var value = ReadingValue.Null;
            var type = metric.DataType is null or SparkplugDataType.Unknown ? known?.DataType : metric.DataType;
            if (!metric.IsNull && !SparkplugReadingValue.TryRead(
                metric.Value, type, known?.IsJson == true || IsJson(metric), jsonBytes, out value, out var reason))
            {
                output.AddProblem($"Metric '{metric.Name ?? known?.Name}' of '{message.Topic}': {reason}");
                continue;
            }

            jsonBytes -= value.Kind == ReadingValueKind.Json ? Math.Min(jsonBytes, value.AsString().Length) : 0;
            output.Readings.Add(new Reading(
                point,
                SparkplugTime.From(metric.TimestampMilliseconds)
                    ?? SparkplugTime.From(message.Payload.TimestampMilliseconds) ?? message.Now,
                value,
                SparkplugQuality.Of(metric)));
        }
    }

    private string? PointOf(SparkplugMetric metric, in HostMessage message) => metric.Name is { } name
        ? message.Names.NameOf(message.Topic, message.Topic.Device, name, south)
        : null;

    private void AddDeaths(HostDevice device, in HostMessage message, DateTimeOffset at, HostOutput output)
    {
        var topic = message.Topic with { Device = device.Name };
        foreach (var metric in device.Metrics)
        {
            if (metric.PointOf(topic, message.Names, south) is { } point)
            {
                output.Readings.Add(new Reading(point, at, ReadingValue.Null, NoCommunication));
            }
        }
    }

    /// <summary>
    /// Asks for births, at most once an interval [tck-id-operational-behavior-host-reordering-rebirth]. A repeat proves
    /// nothing.
    /// </summary>
    private void WantRebirth(HostNode node, SequencePlace place, in HostMessage message, HostOutput output)
    {
        if (rebirthInterval is { } interval && place != SequencePlace.Repeat && message.Uptime >= node.NextRebirth)
        {
            node.NextRebirth = message.Uptime + interval;
            output.WantsRebirth = true;
        }
    }

    private HostNode FindNode(in SparkplugTopic topic, TimeSpan uptime)
    {
        var key = (topic.Group, topic.Node);
        if (!_nodes.TryGetValue(key, out var node))
        {
            node = new HostNode();
            node.Tables.Name(topic);
            if (_forgotten.Remove(key) || !_restores || !node.Tables.TryRestore(node, findCheckpoint))
            {
                node.Forget();
            }

            _nodes.Add(key, node);
            _metricCount += node.MetricCount;
            _partCount += node.Tables.PartCount;
        }

        node.LastHeard = uptime;
        return node;
    }

    /// <summary>Forgets who was heard least lately, until what is left is within the limits.</summary>
    private void Limit(HostNode spared, HostOutput output, TimeSpan uptime)
    {
        while (_nodes.Count > limits.MaxNodes || (_metricCount > limits.MaxMetrics && _nodes.Count > 1))
        {
            var (key, node) = _nodes
                .Where(one => !ReferenceEquals(one.Value, spared))
                .MinBy(one => one.Value.LastHeard - uptime);
            _metricCount -= node.MetricCount;
            node.Forget();
            node.Tables.Begin(output.Checkpoints);
            output.Checkpoints.Add(node.Tables.HeadOf(node));
            _nodes.Remove(key);
            _forgotten.Add(key);
            if (_forgotten.Count > limits.MaxNodes)
            {
                _restores = false; // So many come and go that this list would be without end.
                _forgotten.Clear();
            }
        }
    }

    private int PartsFor(HostNode node) =>
        Math.Min(limits.MaxParts, Math.Max(0, limits.MaxAllParts - _partCount + node.Tables.PartCount));

    private static ulong? BirthSequenceOf(SparkplugPayload payload)
    {
        foreach (var metric in payload.Metrics)
        {
            if (string.Equals(metric.Name, BirthSequenceMetric, StringComparison.Ordinal)
                && metric.Value.Field is SparkplugField.Int or SparkplugField.Long)
            {
                return metric.Value.Bits;
            }
        }

        return null;
    }

    private static bool IsControl(in SparkplugTopic topic, string name) => topic.Device is null
        && (string.Equals(name, BirthSequenceMetric, StringComparison.Ordinal)
            || string.Equals(name, RebirthMetric, StringComparison.Ordinal));

    private static bool IsJson(SparkplugMetric metric) => string.Equals(
        metric.ContentType, SparkplugReadingValue.JsonContentType, StringComparison.OrdinalIgnoreCase);
}
