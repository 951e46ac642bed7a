using System.Globalization;
using Meridian.Connectors.Mqtt.South.Sparkplug;

namespace Meridian.Connectors.Mqtt.Tests.Sparkplug.Host;

/// <summary>
/// Edge nodes, a broker that sends again or forgets, a disk, and the host that is judged: connections are cut, data are
/// lost, the process is killed.
/// </summary>
internal sealed class HostRun
{
    private const int MaxMessages = 400;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly SparkplugNames Names = CompileNames();

    private readonly Random _random;
    private readonly HostLimits _limits;
    private readonly bool _isTight;
    private readonly bool _keeps;
    private readonly ModelClock _clock = new();
    private readonly ModelNode[] _nodes;

    // What the broker has, in order; what is not acknowledged comes again after a cut, if it keeps sessions.
    private readonly List<ModelMessage> _messages = [];
    private readonly HashSet<ModelMessage> _lost = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<Delivery> _unstored = new();
    private readonly Dictionary<string, byte[]> _disk = new(StringComparer.Ordinal);
    private SparkplugHost _host;
    private HostJudge _judge = new();
    private HostJudge _judgeOfDisk = new();
    private TimeSpan _uptime;
    private int _connection;
    private int _next;
    private int _furthest;
    private int _acknowledged;
    private int _onDisk;
    private int _atBroker;

    public HostRun(int seed)
    {
        _random = new Random(seed);
        _isTight = _random.Next(4) == 0;
        _keeps = _random.Next(2) == 0;
        _limits = _isTight
            ? new HostLimits
            {
                MaxNodes = _random.Next(1, 3),
                MaxMetrics = _random.Next(3, 12),
                MaxNameLength = _random.Next(20, 200),
                MaxParts = _random.Next(1, 4),
                MaxAllParts = _random.Next(1, 6),
            }
            : new HostLimits();
        _nodes = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(i => new ModelNode($"n{i}", _random, _clock))];
        _host = NewHost();
    }

    /// <summary>What happened, one line each.</summary>
    public List<string> Course { get; } = [];

    /// <summary>How often the host asked for births.</summary>
    public int RequestCount { get; private set; }

    /// <summary>How many messages were judged to the last reading.</summary>
    public int StrictCount => _judge.StrictCount;

    public void Run(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            Step();
        }

        while (_next < _messages.Count)
        {
            Deliver();
        }
    }

    private void Step()
    {
        switch (_random.Next(26))
        {
            case < 9:
                _messages.AddRange(_nodes[_random.Next(_nodes.Length)].Act());
                break;
            case < 17:
                Deliver();
                break;
            case < 22:
                Store(_random.Next(1, 6));
                break;
            case 22:
                _uptime += Interval * _random.NextDouble();
                break;
            case 23:
                LoseData();
                break;
            case 24:
                Cut();
                break;
            default:
                Kill();
                break;
        }
    }

    private void Deliver()
    {
        if (_next == _messages.Count)
        {
            return;
        }

        var message = _messages[_next];
        var isRepeat = _next < _furthest;
        _next++;

        // Blind is one case of 256, which the README tells of: the model would have to guess, too.
        if (_lost.Contains(message) || _judge.IsBlind(message))
        {
            Lose(message);
            return;
        }

        _furthest = Math.Max(_furthest, _next);
        var metrics = message.Payload.Metrics.Select(static one => $"{one.Name}#{one.Alias}");
        var at = message.Payload.TimestampMilliseconds % 10_000;
        Course.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{_next} {message.Topic} seq {message.Payload.Sequence} at {at}{(isRepeat ? " DUP" : "")} "
            + $"{string.Join(' ', metrics)}"));
        var output = new HostOutput();
        _ = _host.Take(
            new HostMessage(
                message.Topic,
                message.Payload,
                Names,
                isRepeat,
                DateTimeOffset.FromUnixTimeMilliseconds((long)_clock.Milliseconds),
                _uptime),
            output);
        _judge.Judge(message, isRepeat, output, _isTight, _uptime, Interval);
        _unstored.Enqueue(new Delivery(_next, _connection, output, _judge.Clone()));
        Assert.InRange(_host.NodeCount, 0, _limits.MaxNodes);
        RequestCount += output.WantsRebirth ? 1 : 0;
        if (output.WantsRebirth && _messages.Count < MaxMessages && _random.Next(3) > 0)
        {
            var asked = _nodes.Single(one => string.Equals(one.Name, message.Topic.Node, StringComparison.Ordinal));
            _messages.AddRange(asked.Bear());
        }
    }

    private void Store(int count)
    {
        for (; count > 0 && _unstored.TryDequeue(out var delivery); count--)
        {
            var keys = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (key, position) in delivery.Output.Checkpoints)
            {
                Assert.True(keys.Add(key), $"Two checkpoints of one message have the key '{key}'.");
                Assert.InRange(position.Length, 0, 4_096);
                _disk[key] = position.ToArray();
                if (position.IsEmpty)
                {
                    _disk.Remove(key);
                }
            }

            (_judgeOfDisk, _onDisk) = (delivery.Judge, delivery.Next);
            if (delivery.Connection == _connection)
            {
                _acknowledged = delivery.Next; // Of an earlier connection nobody hears it.
            }
        }
    }

    /// <summary>Data are lost on a connection that stands, as at QoS 0 they may.</summary>
    private void LoseData()
    {
        if (_next >= _furthest && _next < _messages.Count && _messages[_next].IsData)
        {
            Lose(_messages[_next++]);
        }
    }

    private void Lose(ModelMessage message)
    {
        Course.Add($"lost {message.Topic} seq {message.Payload.Sequence}");
        _lost.Add(message);
        _judge.NoteLost(message);
    }

    /// <summary>
    /// What gathered is stored all the same. A broker that keeps sends again what it has no acknowledgement for;
    /// another has forgotten what it did not deliver.
    /// </summary>
    private void Cut()
    {
        Course.Add("cut");
        _host.BeginConnection();
        Reconnect();
    }

    /// <summary>What is not on disk is gone, and who comes back knows what is.</summary>
    private void Kill()
    {
        Course.Add($"kill; stored as far as {_onDisk}");
        _unstored.Clear();
        _host = NewHost();
        _judge = _judgeOfDisk.Clone();
        _judge.NoteKill();
        if (!_keeps)
        {
            _next = _onDisk; // All behind it was lost with the process.
        }

        Reconnect();
    }

    private void Reconnect()
    {
        _connection++;
        if (_keeps)
        {
            // Some acknowledgements were perhaps on their way.
            _atBroker = _random.Next(_atBroker, _acknowledged + 1);
            _next = _acknowledged = _atBroker;
        }
        else
        {
            for (; _next < _messages.Count; _next++)
            {
                Lose(_messages[_next]);
            }
        }
    }

    private SparkplugHost NewHost() => new(
        "s",
        Interval,
        _limits,
        key => _disk.TryGetValue(key, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null);

    private static SparkplugNames CompileNames() =>
        SparkplugNames.TryCompile("i", SparkplugNames.Default, out var names, out _)
            ? names
            : throw new InvalidOperationException("The template is the default.");

    private sealed record Delivery(int Next, int Connection, HostOutput Output, HostJudge Judge);
}
