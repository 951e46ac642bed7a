using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Formats.Sparkplug;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Host;

/// <summary>
/// What may be expected of a host by what reached it. Always: no value under a wrong name, and requests not more often
/// than once an interval. As long as nothing of an edge node was missed: exactly its readings.
/// </summary>
internal sealed class HostJudge
{
    private readonly Dictionary<(string Group, string Node), NodeView> _nodes = [];

    /// <summary>How many messages were judged to the last reading.</summary>
    public int StrictCount { get; private set; }

    public HostJudge Clone()
    {
        var clone = new HostJudge { StrictCount = StrictCount };
        foreach (var (owner, view) in _nodes)
        {
            clone._nodes.Add(owner, view.Clone());
        }

        return clone;
    }

    /// <summary>A message never comes. That of a death, which is in no sequence, nobody can miss.</summary>
    public void NoteLost(ModelMessage message)
    {
        if (message.Topic.Type == SparkplugMessageType.NodeDeath)
        {
            return;
        }

        var view = ViewOf(message);
        view.IsInSync = false;
        view.HasLoss = true;
        view.HasLostBirth |= message.IsBirth;
    }

    /// <summary>The host has forgotten when it asked.</summary>
    public void NoteKill()
    {
        foreach (var view in _nodes.Values)
        {
            view.LastRequest = null;
        }
    }

    /// <summary>Whether a birth was missed just before, and the sequence goes on all the same.</summary>
    public bool IsBlind(ModelMessage message)
    {
        var view = ViewOf(message);
        return view.HasLostBirth
            && message.Topic.Type is not (SparkplugMessageType.NodeBirth or SparkplugMessageType.NodeDeath)
            && (byte)(view.Sequence + 1) == message.Payload.Sequence;
    }

    public void Judge(
        ModelMessage message, bool isRepeat, HostOutput output, bool isTight, TimeSpan uptime, TimeSpan interval)
    {
        var view = ViewOf(message);
        var said = Said(message);
        var values = output.Readings.Where(static one => !one.Value.Equals(ReadingValue.Null)).ToArray();
        foreach (var reading in values)
        {
            Assert.Equal(said[reading.Value.AsInt64()], reading.Point);
        }

        // What is sent again from before a birth ends nothing of it.
        Assert.True(
            !isRepeat || message.Payload.TimestampMilliseconds >= view.BirthMilliseconds
            || message.Topic.Type == SparkplugMessageType.NodeDeath || output.Readings.Count == values.Length,
            $"An old '{message.Topic}' ended points of the present birth.");
        if (!isTight)
        {
            JudgeRequest(view, message, isRepeat, output, uptime, interval);
            if (!isRepeat && (view.IsInSync || message.Topic.Type == SparkplugMessageType.NodeBirth))
            {
                JudgeStrictly(view, message, said, output, values);
            }
        }

        view.Take(message, isRepeat);
    }

    private static void JudgeRequest(
        NodeView view, ModelMessage message, bool isRepeat, HostOutput output, TimeSpan uptime, TimeSpan interval)
    {
        var mayAsk = view.LastRequest is not { } last || uptime - last >= interval;
        if (output.WantsRebirth)
        {
            Assert.True(mayAsk, $"'{message.Topic}' was asked {uptime - view.LastRequest} after the last time.");
            view.LastRequest = uptime;
            return;
        }

        var isMissing = !view.WasBorn || view.HasLoss;
        Assert.False(
            message.IsData && !isRepeat && isMissing && mayAsk, $"Nobody asked '{message.Topic}' for its births.");
    }

    private void JudgeStrictly(
        NodeView view,
        ModelMessage message,
        Dictionary<long, string?> said,
        HostOutput output,
        Reading[] values)
    {
        StrictCount++;
        var hasStranger = said.ContainsValue(null);
        Assert.Equal(hasStranger, output.Problem is not null);
        Assert.True(hasStranger || !output.WantsRebirth, $"Nothing of '{message.Topic}' is missing.");
        Assert.Equal(
            said.Where(static one => one.Value is not null).Select(static one => one.Key),
            values.Select(static one => one.Value.AsInt64()));
        var dead = output.Readings.Where(static one => one.Value.Equals(ReadingValue.Null)).ToArray();
        Assert.All(dead, static one => Assert.Equal(SparkplugHost.NoCommunication, one.Quality));
        Assert.Equal(
            view.DyingBy(message).Order(StringComparer.Ordinal),
            dead.Select(static one => one.Point).Order(StringComparer.Ordinal));
    }

    /// <summary>The numbers of a message, with the points that they are of.</summary>
    private static Dictionary<long, string?> Said(ModelMessage message) => message.Payload.Metrics
        .Where(static one => !string.Equals(one.Name, "bdSeq", StringComparison.Ordinal))
        .Zip(message.Points)
        .ToDictionary(static one => (long)one.First.Value.Bits, static one => one.Second);

    private NodeView ViewOf(ModelMessage message)
    {
        if (!_nodes.TryGetValue(message.Owner, out var view))
        {
            _nodes.Add(message.Owner, view = new NodeView());
        }

        return view;
    }

    /// <summary>What a host should know of an edge node.</summary>
    private sealed class NodeView
    {
        private Dictionary<string, string[]> _points = new(StringComparer.Ordinal);
        private ulong _birthSequence;

        /// <summary>Whether nothing was missed since its NBIRTH.</summary>
        public bool IsInSync { get; set; }

        public bool WasBorn { get; private set; }

        /// <summary>Whether messages were lost since the last one that came.</summary>
        public bool HasLoss { get; set; }

        /// <summary>Whether a birth was among them.</summary>
        public bool HasLostBirth { get; set; }

        public byte Sequence { get; private set; }

        public TimeSpan? LastRequest { get; set; }

        public ulong BirthMilliseconds { get; private set; }

        public NodeView Clone()
        {
            var clone = (NodeView)MemberwiseClone();
            clone._points = new Dictionary<string, string[]>(_points, StringComparer.Ordinal);
            return clone;
        }

        /// <summary>The points that a message ends.</summary>
        public IEnumerable<string> DyingBy(ModelMessage message) => message.Topic.Type switch
        {
            SparkplugMessageType.NodeDeath when message.Payload.Metrics[0].Value.Bits == _birthSequence =>
                _points.Values.SelectMany(static one => one),
            SparkplugMessageType.DeviceDeath => _points.GetValueOrDefault(message.Topic.Device!, []),
            _ => [],
        };

        public void Take(ModelMessage message, bool isRepeat)
        {
            var device = message.Topic.Device ?? "";
            switch (message.Topic.Type)
            {
                case SparkplugMessageType.NodeBirth:
                    (IsInSync, WasBorn) = (true, true);
                    _birthSequence = message.Payload.Metrics[0].Value.Bits;
                    BirthMilliseconds = message.Payload.TimestampMilliseconds!.Value; // Each has one.
                    _points.Clear();
                    _points[device] = [.. message.Points!];
                    break;
                case SparkplugMessageType.NodeDeath:
                    if (message.Payload.Metrics[0].Value.Bits == _birthSequence)
                    {
                        (IsInSync, WasBorn) = (false, false);
                        _points.Clear();
                    }

                    return;
                case SparkplugMessageType.DeviceBirth:
                    _points[device] = [.. message.Points!];
                    break;
                case SparkplugMessageType.DeviceDeath:
                    _points.Remove(device);
                    break;
                default:
                    break;
            }

            // Whoever was not blind to the loss at this message knows of it from here on.
            (HasLoss, HasLostBirth) = (false, false);
            Sequence = (byte)message.Payload.Sequence!; // All but NDEATH have one.
        }
    }
}
