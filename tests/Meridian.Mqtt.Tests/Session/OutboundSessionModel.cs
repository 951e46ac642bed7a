using System.Buffers;
using Meridian.Fixtures;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Session;

/// <summary>
/// Random commands, answers and losses against the sending session and, beside it, a model of two lists: the same
/// packets, the same outcomes, the same window after every step. Identifiers end at 7 and windows at 3, so that the
/// edges are reached all the time.
/// </summary>
public sealed class OutboundSessionModel
{
    private const int MaxIdentifier = 7;

    private static readonly string[] Topics = ["a", "b/cd", "e/fgh", "i/jklm", "n/opqrs"];

    private readonly PacketIdentifiers _identifiers = new(MaxIdentifier);
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly List<ModelPublication> _sent = [];
    private readonly List<ModelPublication> _released = [];
    private readonly List<ModelPublication> _unsent = [];
    private readonly HashSet<int> _sentHere = [];
    private readonly HashSet<int> _openHere = [];
    private readonly HashSet<ushort> _taken = [];
    private readonly List<ushort> _requests = [];
    private readonly Dictionary<ushort, string> _aliases = [];
    private readonly OutboundSession _session;
    private Random _random = new(0);
    private int _lastNumber;
    private int _lastIdentifier;
    private long _lastTurn;

    public OutboundSessionModel() => _session = new OutboundSession(3, _identifiers);

    private bool IsVersion5 => _session.Version == MqttProtocolVersion.V50;

    private bool HasWindow => _sent.Count + _released.Count - _unsent.Count < _session.MaxInFlight
        && (_unsent.Count > 0 || _taken.Count < MaxIdentifier);

    [Fact]
    [Spec(
        "3.1.1",
        "MQTT-2.3.1-1", "MQTT-2.3.1-2", "MQTT-2.3.1-4", "MQTT-3.3.1-1", "MQTT-4.3.2-1", "MQTT-4.3.3-1",
        "MQTT-4.4.0-1", "MQTT-4.6.0-1")]
    [Spec("5.0", "MQTT-2.2.1-3", "MQTT-3.3.1-1", "MQTT-3.3.4-7", "MQTT-4.4.0-1", "MQTT-4.6.0-1")]
    public void Session_RandomStepsAndLosses_DoesWhatTheModelDoes() => Seed.Run(random =>
    {
        _random = random;
        var steps = TestMode.Pick(full: 1_000_000, brief: 100_000);
        for (var i = 0; i < steps; i++)
        {
            Step(random.Next(100));
            Compare();
        }
    });

    private void Step(int dice)
    {
        switch (dice)
        {
            case < 35:
                Begin();
                break;
            case < 65:
                Answer();
                break;
            case < 72:
                AnswerWrongly();
                break;
            case < 78:
                Request();
                break;
            case < 90:
                ResendNext();
                break;
            case < 92:
                Drop();
                break;
            case < 97:
                Reconnect(isSessionPresent: true);
                break;
            case < 99:
                Reconnect(isSessionPresent: false);
                break;
            default:
                FailAll();
                break;
        }
    }

    private void Begin()
    {
        if (_unsent.Count > 0 || !HasWindow)
        {
            return; // The line waits for a resume and for the window.
        }

        var publication = new ModelPublication(
            ++_lastNumber,
            _random.Next(2) == 0 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce,
            Topics[_random.Next(Topics.Length)],
            isVersion5: _random.Next(2) == 0);
        var expected = NextFree();
        _session.Begin(publication, _output);

        _sent.Add(publication);
        Assert.Equal(expected, publication.PacketIdentifier);
        Assert.True(_taken.Add(expected));
        ExpectPublish(publication);
    }

    private void Answer()
    {
        if (_sent.Count + _released.Count == 0)
        {
            return;
        }

        var index = _random.Next(_sent.Count + _released.Count);
        var isFailure = IsVersion5 && _random.Next(5) == 0;
        var reason = isFailure ? MqttReasonCode.QuotaExceeded : MqttReasonCode.Success;
        if (index >= _sent.Count)
        {
            AnswerReleased(_released[index - _sent.Count], reason);
            return;
        }

        var publication = _sent[index];
        if (publication.Qos == MqttQos.AtLeastOnce)
        {
            Assert.Same(publication, Give(PacketType.PubAck, publication, reason));
            Forget(publication, reason);
        }
        else if (isFailure)
        {
            Assert.Same(publication, Give(PacketType.PubRec, publication, reason));
            Forget(publication, reason); // And no PUBREL: Compare finds none.
        }
        else
        {
            Assert.Null(Give(PacketType.PubRec, publication, reason));
            _sent.Remove(publication);
            _unsent.Remove(publication);
            _released.Add(publication);
            ExpectPubRel(publication);
        }
    }

    private void AnswerReleased(ModelPublication publication, MqttReasonCode reason)
    {
        if (_random.Next(4) == 0)
        {
            Assert.Null(Give(PacketType.PubRec, publication, MqttReasonCode.Success));
            ExpectPubRel(publication);
            return;
        }

        Assert.Same(publication, Give(PacketType.PubComp, publication, reason));
        Forget(publication, publication.Reason);
    }

    private void AnswerWrongly()
    {
        var identifier = (ushort)_random.Next(1, MaxIdentifier + 3);
        var type = _random.Next(3) switch
        {
            0 => PacketType.PubAck,
            1 => PacketType.PubRec,
            _ => PacketType.PubComp,
        };
        var publication = _sent.Concat(_released).FirstOrDefault(one => one.PacketIdentifier == identifier);
        if (publication is null)
        {
            Assert.Null(_session.OnAcknowledgement(type, new AcknowledgementPacket(identifier), _output));
            if (type == PacketType.PubRec)
            {
                var code = IsVersion5 ? (byte)MqttReasonCode.PacketIdentifierNotFound : (byte)0;
                Assert.Equal(new SentPacket(identifier, -1, "", false, code), Assert.Single(TakeOutput()));
            }

            return;
        }

        var isExpected = (type, publication.Qos, publication.Stage) switch
        {
            (PacketType.PubAck, MqttQos.AtLeastOnce, _) => true,
            (PacketType.PubRec, MqttQos.ExactlyOnce, _) => true,
            (PacketType.PubComp, _, PublicationStage.Released) => true,
            _ => false,
        };
        if (!isExpected)
        {
            Assert.Throws<MqttProtocolException>(() => Give(type, publication, MqttReasonCode.Success));
        }
    }

    private void Request()
    {
        if (_requests.Count > 0 && _random.Next(2) == 0)
        {
            var identifier = _requests[_random.Next(_requests.Count)];
            _requests.Remove(identifier);
            Assert.True(_taken.Remove(identifier));
            Assert.True(_identifiers.Return(identifier));
            Assert.False(_identifiers.Return(identifier));
        }
        else if (_taken.Count < MaxIdentifier)
        {
            var expected = NextFree();
            Assert.True(_identifiers.TryRent(out var identifier));
            Assert.Equal(expected, identifier);
            _requests.Add(identifier);
            Assert.True(_taken.Add(identifier));
        }
        else
        {
            Assert.False(_identifiers.TryRent(out _));
        }
    }

    private void ResendNext()
    {
        if (_unsent.Count == 0)
        {
            _session.ResendNext(_output); // Nothing to do, nothing done.
        }
        else if (HasWindow)
        {
            var publication = _unsent[0];
            _session.ResendNext(_output);
            _unsent.RemoveAt(0);
            ExpectPublish(publication);
        }
    }

    private void Drop()
    {
        if (_unsent.Count > 0)
        {
            var publication = _unsent[0];
            _session.Drop(publication);
            Forget(publication, publication.Reason);
        }
    }

    private void Reconnect(bool isSessionPresent)
    {
        _session.Version = _random.Next(2) == 0 ? MqttProtocolVersion.V50 : MqttProtocolVersion.V311;
        _session.MaxInFlight = _random.Next(1, 4);
        _session.Aliases = IsVersion5 ? new OutgoingTopicAliases(_random.Next(4)) : null;
        _aliases.Clear();
        _sentHere.Clear();
        _openHere.Clear();
        _unsent.Clear();
        if (isSessionPresent)
        {
            _session.BeginResume(_output);
            _sent.ForEach(static publication => publication.IsDuplicate = true);
            Assert.Equal(
                _released.Select(static one => new SentPacket(one.PacketIdentifier, -1, "", false, 0)),
                TakeOutput());
            Assert.All(_released, NoteTurn);
        }
        else
        {
            var lost = new List<Publication>();
            _session.BeginAnew(lost);
            ModelPublication[] expected =
                [.. _released, .. _sent.Where(static one => one.Qos == MqttQos.ExactlyOnce)];
            Assert.Equal(expected, lost);
            Array.ForEach(expected, one => Forget(one, one.Reason));
            _sent.ForEach(static publication => publication.IsDuplicate = false);
        }

        _unsent.AddRange(_sent);
    }

    private void FailAll()
    {
        var isKept = _random.Next(2) == 0;
        var failed = new List<Publication>();
        var removed = new List<Publication>();
        _session.FailAll(isKept, failed, removed);

        Assert.Equal(_sent.Concat(_released).ToHashSet<Publication>(), failed.ToHashSet());
        ModelPublication[] inDoubt = isKept ? [.. _sent.Where(static one => one.Qos == MqttQos.ExactlyOnce)] : [];
        ModelPublication[] gone = [.. isKept ? [] : _released, .. _sent.Except(inDoubt)];
        Assert.Equal(gone.ToHashSet<Publication>(), removed.ToHashSet());
        _unsent.Clear();
        Array.ForEach(gone, one => Forget(one, one.Reason));
        _sent.Clear();
        _released.AddRange(inDoubt);
        Assert.All(inDoubt, NoteTurn);
        Compare();
        Reconnect(isSessionPresent: isKept && _random.Next(2) == 0);
    }

    private Publication? Give(PacketType type, ModelPublication publication, MqttReasonCode reason) =>
        _session.OnAcknowledgement(type, new AcknowledgementPacket(publication.PacketIdentifier, reason), _output);

    private void Forget(ModelPublication publication, MqttReasonCode reason)
    {
        Assert.Equal(reason, publication.Reason);
        Assert.True(_sent.Remove(publication) || _released.Remove(publication));
        _unsent.Remove(publication);
        _openHere.Remove(publication.Number);
        Assert.True(_taken.Remove(publication.PacketIdentifier));
    }

    private void ExpectPublish(ModelPublication publication)
    {
        Assert.Equal(
            new SentPacket(
                publication.PacketIdentifier, publication.Number, publication.Topic, publication.IsDuplicate, 0),
            Assert.Single(TakeOutput()));
        Assert.True(_sentHere.Add(publication.Number)); // Never twice on one connection.
        _openHere.Add(publication.Number);
        Assert.InRange(_openHere.Count, 1, _session.MaxInFlight);
        NoteTurn(publication);
    }

    private void ExpectPubRel(ModelPublication publication) => Assert.Equal(
        new SentPacket(publication.PacketIdentifier, -1, "", false, 0), Assert.Single(TakeOutput()));

    private void NoteTurn(ModelPublication publication)
    {
        Assert.True(publication.Turn > _lastTurn);
        _lastTurn = publication.Turn;
    }

    private void Compare()
    {
        _lastTurn = _sent.Concat(_released).Select(static one => one.Turn).Append(_lastTurn).Max();
        Assert.Empty(TakeOutput()); // What was due has been looked at; there is no more.
        Assert.Equal(_sent.Count + _released.Count, _session.Count);
        Assert.Equal(_taken.Count, _identifiers.InUse);
        Assert.Equal(HasWindow, _session.HasWindow);
        Assert.Equal(_unsent.Count > 0, _session.IsResuming);
        Assert.Same(_unsent.FirstOrDefault(), _session.NextToResend);
        Assert.Equal(
            _sent.FirstOrDefault() is { } first && first != _unsent.FirstOrDefault() ? first.Turn : 0,
            _session.OldestSentTurn);
        Assert.Equal(_released.FirstOrDefault()?.Turn ?? 0, _session.OldestReleasedTurn);
    }

    private List<SentPacket> TakeOutput()
    {
        var packets = SentPacket.ReadAll(_output.WrittenSpan, IsVersion5, _aliases);
        _output.ResetWrittenCount();
        return packets;
    }

    private ushort NextFree()
    {
        do
        {
            _lastIdentifier = (_lastIdentifier % MaxIdentifier) + 1;
        }
        while (_taken.Contains((ushort)_lastIdentifier));

        return (ushort)_lastIdentifier;
    }
}
