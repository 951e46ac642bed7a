using Meridian.Fixtures;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Session;

/// <summary>
/// A server and an application of random will around the receiving session. What must hold: acknowledgements leave in
/// receive order and only on the application's word; at QoS 2 nothing comes again that the application has
/// acknowledged, whatever is lost on the way; nothing is kept from it either.
/// </summary>
public sealed class InboundSessionModel
{
    private const int MaxIdentifier = 7;
    private const int Window = 3;

    private readonly InboundPort _port = new(Window);
    private readonly List<Flow> _flows = []; // What the server has not got rid of, in send order.
    private readonly List<Flow> _toResend = [];
    private readonly List<Place> _line = [];
    private readonly List<(Flow Flow, MqttAcknowledgement Right)> _rights = [];
    private readonly Queue<(PacketType Type, ushort Identifier)> _wire = [];
    private Random _random = new(0);
    private MqttProtocolVersion _version = MqttProtocolVersion.V311;

    /// <summary>In 5.0 it is the server that keeps within Receive Maximum.</summary>
    private bool MaySend => !_port.IsFull
        && (_version < MqttProtocolVersion.V50 || _flows.Count(static flow => flow.IsOpenHere) < Window);

    [Fact]
    [Spec("3.1.1", "MQTT-4.3.2-2", "MQTT-4.3.3-2", "MQTT-4.6.0-2", "MQTT-4.6.0-3")]
    [Spec("5.0", "MQTT-4.3.2-4", "MQTT-4.3.3-8", "MQTT-4.3.3-10", "MQTT-4.3.3-11", "MQTT-4.6.0-2", "MQTT-4.6.0-3")]
    public void Session_RandomStepsAndLosses_AcknowledgesInOrderAndGivesQos2Once() => Seed.Run(random =>
    {
        _random = random;
        _port.Begin(_version, isSessionPresent: false);
        var steps = TestMode.Pick(full: 1_000_000, brief: 100_000);
        for (var i = 0; i < steps; i++)
        {
            Step(random.Next(100));
        }
    });

    private void Step(int dice)
    {
        switch (dice)
        {
            case < 35:
                Publish();
                break;
            case < 60:
                Acknowledge();
                break;
            case < 75:
                Expect(_port.Release(), released: 0);
                break;
            case < 85:
                HearAnswer();
                break;
            case < 93:
                PubRel();
                break;
            case < 96:
                Repeat();
                break;
            case < 99:
                Reconnect(isSessionPresent: true);
                break;
            default:
                Reconnect(isSessionPresent: false);
                break;
        }
    }

    private void Publish()
    {
        if (_toResend.Count > 0)
        {
            ResendNext();
            return;
        }

        var free = Enumerable.Range(1, MaxIdentifier)
            .Where(identifier => _flows.TrueForAll(flow => flow.Identifier != identifier)).ToList();
        if (free.Count > 0 && MaySend)
        {
            var flow = new Flow(
                (ushort)free[_random.Next(free.Count)],
                _random.Next(2) == 0 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce);
            _flows.Add(flow);
            Send(flow);
        }
    }

    private void ResendNext()
    {
        var flow = _toResend[0];
        if (flow.IsReceived)
        {
            _toResend.RemoveAt(0);
            flow.IsReleasedHere = true;
            Expect(_port.PubRel(flow.Identifier), flow.Identifier);
        }
        else if (MaySend)
        {
            _toResend.RemoveAt(0);
            Send(flow);
        }
    }

    private void Send(Flow flow)
    {
        var (isGiven, right) = _port.Receive(flow.Identifier, flow.Qos, flow.WasSent);
        flow.WasSent = true;
        flow.IsOpenHere = true;
        var isOver = flow.Qos == MqttQos.ExactlyOnce && flow.Word == Word.Said;
        Assert.False(isGiven && isOver, "A message at QoS 2 was given again after its acknowledgement.");
        Assert.True(
            isGiven || isOver || (flow.Qos == MqttQos.ExactlyOnce && flow.Word == Word.SaidLate),
            "A message was kept from the application.");
        if (isGiven)
        {
            flow.Word = Word.Unsaid;
            _rights.Add((flow, right));
        }

        _line.Add(new Place(flow, isGiven, IsAcknowledged: !isGiven));
    }

    private void Acknowledge()
    {
        if (_rights.Count == 0)
        {
            return;
        }

        var (flow, right) = _rights[_random.Next(_rights.Count)];
        _port.Acknowledge(right);
        if (right.Epoch != _port.Epoch)
        {
            // Of a dead connection; what it is worth is the session's choice, it must only do no harm.
            flow.Word = flow.Word == Word.Said || flow.IsOpenHere ? flow.Word : Word.SaidLate;
            return;
        }

        var index = _line.FindIndex(entry => entry.Flow == flow && entry.IsGiven);
        if (index >= 0) // Else it left already: said twice.
        {
            _line[index] = _line[index] with { IsAcknowledged = true };
            flow.Word = Word.Said;
        }
    }

    /// <summary>The server gets the oldest answer that is under way.</summary>
    private void HearAnswer()
    {
        if (!_wire.TryDequeue(out var answer))
        {
            return;
        }

        var flow = _flows.FirstOrDefault(one => one.Identifier == answer.Identifier);
        if (answer.Type == PacketType.PubRec)
        {
            Assert.NotNull(flow);
            flow.IsReceived = true;
        }
        else if (flow is not null)
        {
            _flows.Remove(flow);
            _toResend.Remove(flow);
            _rights.RemoveAll(entry => entry.Flow == flow && _random.Next(2) == 0);
        }
    }

    private void PubRel()
    {
        if (_toResend.Count > 0 || _flows.Count == 0)
        {
            return;
        }

        var flow = _flows[_random.Next(_flows.Count)];
        if (flow.IsReceived)
        {
            // Once on a connection: PUBCOMP would not say which one it answers.
            if (!flow.IsReleasedHere)
            {
                flow.IsReleasedHere = true;
                Expect(_port.PubRel(flow.Identifier), flow.Identifier);
            }
        }
        else if (flow.Qos == MqttQos.ExactlyOnce
            && _line.FindIndex(entry => entry.Flow == flow && entry.IsGiven) is var index and >= 0
            && _line[..(index + 1)].Exists(static entry => !entry.IsAcknowledged))
        {
            Expect(_port.Release(), released: 0);
            Assert.Throws<MqttProtocolException>(() => _port.PubRel(flow.Identifier));
        }
    }

    /// <summary>A server that sends twice on one connection, which 3.1.1 servers have been seen to do.</summary>
    private void Repeat()
    {
        var flow = _flows.FirstOrDefault(static one => one is { IsOpenHere: true, Qos: MqttQos.ExactlyOnce });
        if (flow is null || flow.IsReceived || _version >= MqttProtocolVersion.V50 || _port.IsFull)
        {
            return;
        }

        var place = _line.Find(entry => entry.Flow == flow);
        if (place is null && _line.TrueForAll(static entry => entry.IsAcknowledged))
        {
            // Its PUBREC has left: another one follows.
            Assert.False(_port.Receive(flow.Identifier, flow.Qos, isDuplicate: true).IsGiven);
            _line.Add(new Place(flow, IsGiven: false, IsAcknowledged: true));
            Expect(_port.Release(), released: 0);
        }
        else if (place is { IsGiven: true })
        {
            // Its PUBREC is still to come.
            Assert.False(_port.Receive(flow.Identifier, flow.Qos, isDuplicate: true).IsGiven);
        }
    }

    private void Reconnect(bool isSessionPresent)
    {
        _version = _random.Next(2) == 0 ? MqttProtocolVersion.V50 : MqttProtocolVersion.V311;
        _port.Begin(_version, isSessionPresent);
        _line.Clear();
        _toResend.Clear();
        _wire.Clear(); // What was under way is lost.
        if (!isSessionPresent)
        {
            _flows.Clear();
        }

        _flows.ForEach(static flow => flow.IsOpenHere = flow.IsReleasedHere = false);
        _toResend.AddRange(_flows);
        _rights.RemoveAll(entry => !_flows.Contains(entry.Flow) && _random.Next(2) == 0);
    }

    /// <summary>Acknowledgements: all that are due, in receive order, and PUBCOMP behind them.</summary>
    private void Expect(List<(PacketType Type, ushort Identifier)> answers, ushort released)
    {
        var due = _line.TakeWhile(static entry => entry.IsAcknowledged).ToList();
        _line.RemoveRange(0, due.Count);
        List<(PacketType Type, ushort Identifier)> expected =
        [
            .. due.Select(static entry =>
                (entry.Flow.Qos == MqttQos.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec,
                    entry.Flow.Identifier)),
        ];
        if (released != 0)
        {
            expected.Add((PacketType.PubComp, released));
        }

        Assert.Equal(expected, answers);
        answers.ForEach(_wire.Enqueue);
    }

    /// <summary>A message in the order of receipt on the living connection.</summary>
    private sealed record Place(Flow Flow, bool IsGiven, bool IsAcknowledged);

    private enum Word
    {
        Unsaid,
        SaidLate,
        Said,
    }

    private sealed class Flow(ushort identifier, MqttQos qos)
    {
        public ushort Identifier { get; } = identifier;

        public MqttQos Qos { get; } = qos;

        /// <summary>Sent before, so that it has DUP from now on.</summary>
        public bool WasSent { get; set; }

        /// <summary>Sent on the living connection.</summary>
        public bool IsOpenHere { get; set; }

        /// <summary>PUBREL was sent on the living connection.</summary>
        public bool IsReleasedHere { get; set; }

        /// <summary>The server has its PUBREC.</summary>
        public bool IsReceived { get; set; }

        /// <summary>What the application has said of it since it last got it.</summary>
        public Word Word { get; set; }
    }
}
