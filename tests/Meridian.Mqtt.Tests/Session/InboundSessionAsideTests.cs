using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Tests.Conformance;

namespace Meridian.Mqtt.Tests.Session;

/// <summary>What stands beside the line, Receive Maximum, and what passes from one connection to the next.</summary>
public sealed class InboundSessionAsideTests
{
    private readonly ArrayBufferWriter<byte> _output = new();

    [Fact]
    public void Message_ThatStepsAside_DelaysNoOtherAndIsAnsweredWhenItIsTaken()
    {
        var session = Connected(10);
        var first = Receive(session, 1, MqttQos.AtLeastOnce);
        var second = Receive(session, 2, MqttQos.AtLeastOnce);
        session.Acknowledge(session.Epoch, second);
        Assert.Equal("", Released(session));

        Assert.True(session.StepAside(first, bytes: 100));
        Assert.Equal("40020002", Released(session));
        Assert.Equal(1, session.Count);
        Assert.True(session.Acknowledge(session.Epoch, first));
        Assert.False(session.Acknowledge(session.Epoch, first));

        Assert.Equal("40020001", Released(session));
        Assert.Equal(0, session.Count);
        Assert.False(session.HasReleasable);
    }

    [Fact]
    public void Messages_InLineAndAside_AreEachAnsweredOnceAndTheLineKeepsItsOrder() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll<int, PositiveInt>((seed, size) =>
        {
            var count = 1 + (size.Get % 200);
            var random = new System.Random(seed);
            var session = Connected(count);
            var sequences = Enumerable.Range(1, count)
                .Select(i => Receive(session, (ushort)i, (MqttQos)(1 + random.Next(2))))
                .ToArray();
            var aside = sequences.Where(_ => random.Next(3) == 0).ToHashSet();
            random.Shuffle(sequences);
            foreach (var sequence in sequences)
            {
                if (aside.Contains(sequence))
                {
                    session.StepAside(sequence, 1);
                }

                session.Acknowledge(session.Epoch, sequence);
                if (random.Next(2) == 0)
                {
                    session.Release(_output);
                }
            }

            session.Release(_output);
            var answered = _output.WrittenSpan.ToArray()
                .Chunk(4).Select(packet => (packet[2] << 8) | packet[3]).ToList();
            _output.ResetWrittenCount();
            var inLine = answered.Where(identifier => !aside.Contains((uint)identifier - 1));
            return answered.Order().SequenceEqual(Enumerable.Range(1, count)) && session.Count == 0
                && inLine.SequenceEqual(inLine.Order());
        }));

    [Fact]
    public void HeldBytes_AtTheirBound_FillTheSessionUntilTheyAreTaken()
    {
        var session = new InboundSession(10, maxHeldBytes: 100);
        session.BeginConnection(isSessionPresent: false);
        var sequence = Receive(session, 1, MqttQos.AtLeastOnce);

        session.StepAside(sequence, 100);
        Assert.True(session.IsFull);
        session.Acknowledge(session.Epoch, sequence);

        Assert.False(session.IsFull);
    }

    [Fact]
    public void ReceiveMaximum_Exceeded_IsTheServersFaultIn5AndAPauseBefore()
    {
        var old = Connected(2);
        Receive(old, 1, MqttQos.AtLeastOnce);
        Receive(old, 2, MqttQos.AtLeastOnce);
        Assert.True(old.IsFull);

        var session = Connected(2, MqttProtocolVersion.V50);
        var first = Receive(session, 1, MqttQos.ExactlyOnce);
        Receive(session, 2, MqttQos.AtLeastOnce);
        Assert.False(session.IsFull);
        session.Acknowledge(session.Epoch, first);
        session.Release(_output);

        // Until PUBCOMP a message at QoS 2 counts.
        var fault = Assert.Throws<MqttProtocolException>(() => Receive(session, 3, MqttQos.AtLeastOnce));
        Assert.Equal(MqttReasonCode.ReceiveMaximumExceeded, fault.ReasonCode);
        session.OnPubRel(1, isOwnedByApplication: false, _output);
        Receive(session, 3, MqttQos.AtLeastOnce);
        Assert.Throws<MqttProtocolException>(() => Receive(session, 4, MqttQos.AtLeastOnce));
    }

    [Fact]
    public void ReceiveMaximum_AfterAResume_LeavesTheServerWhatPubCompGaveBack()
    {
        var session = Connected(1, MqttProtocolVersion.V50);
        session.Acknowledge(session.Epoch, Receive(session, 1, MqttQos.ExactlyOnce));
        session.Release(_output);

        session.BeginConnection(isSessionPresent: true);
        Receive(session, 2, MqttQos.AtLeastOnce); // The server's quota began anew,
        session.OnPubRel(1, isOwnedByApplication: false, _output);
        Receive(session, 3, MqttQos.AtLeastOnce); // and this PUBCOMP gave it one more.

        Assert.Throws<MqttProtocolException>(() => Receive(session, 4, MqttQos.AtLeastOnce));
    }

    [Fact]
    [Spec("5.0", "MQTT-4.3.3-11", "MQTT-4.3.3-12", "MQTT-3.7.2-1")]
    public void PubRel_OfWhatIsUnknown_IsAnsweredWithThatReasonIn5()
    {
        var session = Connected(10, MqttProtocolVersion.V50);
        session.Acknowledge(session.Epoch, Receive(session, 5, MqttQos.ExactlyOnce));
        session.Release(_output);
        session.OnPubRel(5, isOwnedByApplication: false, _output);
        session.OnPubRel(5, isOwnedByApplication: false, _output);
        Receive(session, 5, MqttQos.ExactlyOnce);

        Assert.Equal("50020005" + "70020005" + "7003000592", Convert.ToHexString(_output.WrittenSpan));
    }

    [Fact]
    public void Release_OwnedByTheApplication_IsAnsweredAtItsWordAndAskedOncePerConnection()
    {
        var session = Connected(10);
        session.Acknowledge(session.Epoch, Receive(session, 5, MqttQos.ExactlyOnce));
        Assert.Equal("50020005", Released(session));

        Assert.True(session.OnPubRel(5, isOwnedByApplication: true, _output));
        Assert.False(session.OnPubRel(5, isOwnedByApplication: true, _output));
        Assert.False(session.TryReceive(5, MqttQos.ExactlyOnce, true, out _)); // Still the same message.
        Assert.Equal("50020005", Released(session));
        var before = session.Epoch;
        session.BeginConnection(isSessionPresent: true);
        Assert.False(session.CompleteRelease(before, 5, _output));
        Assert.True(session.OnPubRel(5, isOwnedByApplication: true, _output));
        Assert.Equal("", Released(session));
        Assert.True(session.CompleteRelease(session.Epoch, 5, _output));
        Assert.False(session.CompleteRelease(session.Epoch, 5, _output));

        Assert.Equal("70020005", Released(session));
        Receive(session, 5, MqttQos.ExactlyOnce);
    }

    [Fact]
    [Spec("5.0", "MQTT-4.3.3-10")]
    public void Identifiers_GivenByTheApplication_AreNotDeliveredAgainUnlessTheSessionIsLost()
    {
        var session = new InboundSession(10); // A new process.
        session.BeginConnection(isSessionPresent: true, [7]);
        Assert.False(session.TryReceive(7, MqttQos.ExactlyOnce, true, out _));
        Assert.Equal("50020007", Released(session));
        Assert.True(session.OnPubRel(7, isOwnedByApplication: true, _output));

        session.BeginConnection(isSessionPresent: false, [7]);

        Receive(session, 7, MqttQos.ExactlyOnce);
    }

    [Fact]
    public void Qos2_AcknowledgedWhosePubRecNeverLeft_IsNotDeliveredAgain()
    {
        var session = Connected(10);
        var early = Receive(session, 1, MqttQos.ExactlyOnce); // Acknowledged in time,
        var late = Receive(session, 2, MqttQos.ExactlyOnce); // after the connection,
        var never = Receive(session, 3, MqttQos.ExactlyOnce);
        session.Acknowledge(session.Epoch, early);
        var before = session.Epoch;

        session.BeginConnection(isSessionPresent: true);
        session.Acknowledge(before, late);

        Assert.False(session.TryReceive(1, MqttQos.ExactlyOnce, true, out _));
        Assert.False(session.TryReceive(2, MqttQos.ExactlyOnce, true, out _));
        Assert.Equal("50020001" + "50020002", Released(session));
        Assert.True(session.TryReceive(3, MqttQos.ExactlyOnce, true, out _));
        Assert.False(session.Acknowledge(before, never)); // Void: it was given again.
        Assert.Equal("", Released(session));
    }

    [Fact]
    public void Qos2_KeptByTheClient_IsNotDeliveredAgainAndAnsweredAtTheFirstWord()
    {
        var session = Connected(10);
        var kept = Receive(session, 1, MqttQos.ExactlyOnce);
        session.Keep(kept);
        session.StepAside(kept, 10);
        var first = session.Epoch;
        session.BeginConnection(isSessionPresent: true);
        Assert.False(session.TryReceive(1, MqttQos.ExactlyOnce, true, out _));
        session.BeginConnection(isSessionPresent: true); // Once more.
        Assert.False(session.TryReceive(1, MqttQos.ExactlyOnce, true, out _));
        var second = Receive(session, 2, MqttQos.AtLeastOnce);
        session.Acknowledge(session.Epoch, second);
        Assert.Equal("40020002", Released(session)); // The kept one stands aside again.

        Assert.True(session.Acknowledge(first, kept));

        Assert.Equal("50020001", Released(session));
        Assert.False(session.OnPubRel(1, isOwnedByApplication: true, _output)); // No business of the application.
    }

    [Fact]
    public void Qos2_SameIdentifierWithoutDup_IsAnotherMessage()
    {
        var session = Connected(10);
        session.Keep(Receive(session, 1, MqttQos.ExactlyOnce));
        session.BeginConnection(isSessionPresent: true);

        Assert.True(session.TryReceive(1, MqttQos.ExactlyOnce, false, out _));
    }

    [Fact]
    public void Session_Lost_ForgetsAllThatWasCarried()
    {
        var session = Connected(10);
        var kept = Receive(session, 1, MqttQos.ExactlyOnce);
        session.Keep(kept);
        var before = session.Epoch;
        session.BeginConnection(isSessionPresent: false);

        Assert.False(session.Acknowledge(before, kept));
        Assert.True(session.TryReceive(1, MqttQos.ExactlyOnce, true, out _));
    }

    private static uint Receive(InboundSession session, ushort identifier, MqttQos qos)
    {
        Assert.True(session.TryReceive(identifier, qos, false, out var sequence));
        return sequence;
    }

    private string Released(InboundSession session)
    {
        session.Release(_output);
        var text = Convert.ToHexString(_output.WrittenSpan);
        _output.ResetWrittenCount();
        return text;
    }

    private static InboundSession Connected(
        int receiveMaximum, MqttProtocolVersion version = MqttProtocolVersion.V311)
    {
        var session = new InboundSession(receiveMaximum) { Version = version };
        session.BeginConnection(isSessionPresent: false);
        return session;
    }
}
