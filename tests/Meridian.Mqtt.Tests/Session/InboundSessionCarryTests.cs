using System.Buffers;
using Meridian.Mqtt.Session;

namespace Meridian.Mqtt.Tests.Session;

/// <summary>What must not be left over from one connection, or one flow, for the next.</summary>
public sealed class InboundSessionCarryTests
{
    private readonly ArrayBufferWriter<byte> _output = new();

    [Fact]
    public void OnlyCopies_HoldBackTheServerAndMakeRoomWhenTheyAreTaken()
    {
        var session = new InboundSession(2, maxHeldBytes: 100);
        session.BeginConnection(isSessionPresent: false);

        session.ChangeOnlyCopies(1, 100);
        Assert.True(session.IsFull);
        Assert.False(session.HasReleasable);
        session.ChangeOnlyCopies(-1, -100);
        Assert.False(session.IsFull);
        Assert.True(session.HasReleasable); // The writer tells the reader.
        Assert.Equal("", Released(session));
        Assert.False(session.HasReleasable);
        session.ChangeOnlyCopies(2, 2);

        Assert.True(session.IsFull);
    }

    [Fact]
    public void Line_BehindAMessageThatIsNeverAcknowledged_EndsSomewhere()
    {
        var session = Connected(10);
        var first = Receive(session, 1);
        var count = 1;
        for (; !session.IsFull && count < 300_000; count++)
        {
            var sequence = Receive(session, 2, MqttQos.AtLeastOnce);
            session.StepAside(sequence, 0);
            session.Acknowledge(session.Epoch, sequence);
            session.Release(_output);
            _output.ResetWrittenCount();
        }

        Assert.Equal(262_144, count);
        session.Acknowledge(session.Epoch, first);
        session.Release(_output);
        Assert.False(session.IsFull);
    }

    [Fact]
    public void HeldBytes_AreThoseOfTheLivingConnection()
    {
        var session = new InboundSession(10, maxHeldBytes: 100);
        session.BeginConnection(isSessionPresent: false);
        var kept = Receive(session, 1);
        session.Keep(kept);
        session.StepAside(kept, 100);
        Assert.True(session.IsFull);

        session.BeginConnection(isSessionPresent: true);
        Assert.False(session.IsFull);
        Assert.False(session.TryReceive(1, MqttQos.ExactlyOnce, isDuplicate: true, out _));

        Assert.True(session.IsFull); // It came again and is held still.
    }

    [Fact]
    public void AcknowledgedAside_WhoseConnectionEnded_IsNotAnsweredOnTheNext()
    {
        var session = Connected(10);
        var sequence = Receive(session, 1, MqttQos.AtLeastOnce);
        session.StepAside(sequence, 1);
        session.Acknowledge(session.Epoch, sequence);

        session.BeginConnection(isSessionPresent: true);

        Assert.False(session.HasReleasable);
        Assert.Equal("", Released(session));
        Assert.Equal(0, session.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // Carried once before.
    public void SessionLost_LeavesNothingOfWhatStoodAside(bool isCarried)
    {
        var session = Connected(10);
        var kept = Receive(session, 1);
        session.Keep(kept);
        session.StepAside(kept, 1);
        if (isCarried)
        {
            session.BeginConnection(isSessionPresent: true);
        }

        session.BeginConnection(isSessionPresent: false);
        session.BeginConnection(isSessionPresent: true);

        Assert.True(session.TryReceive(1, MqttQos.ExactlyOnce, isDuplicate: true, out _));
    }

    [Theory]
    [InlineData(false)] // The session is lost,
    [InlineData(true)] // or the flow is complete.
    public void KeptByTheClient_SaysNothingOfTheNextMessageOfThatIdentifier(bool isComplete)
    {
        var session = Connected(10);
        var kept = Receive(session, 1);
        session.Keep(kept);
        session.Acknowledge(session.Epoch, kept);
        session.Release(_output);
        if (isComplete)
        {
            Assert.False(session.OnPubRel(1, isOwnedByApplication: true, _output));
        }
        else
        {
            session.BeginConnection(isSessionPresent: false);
        }

        session.Acknowledge(session.Epoch, Receive(session, 1));
        session.Release(_output);

        Assert.True(session.OnPubRel(1, isOwnedByApplication: true, _output));
    }

    [Fact]
    public void OldWord_ForAMessageWhoseIdentifierIsAnothers_AcknowledgesNothing()
    {
        var session = Connected(10);
        var old = Receive(session, 1);
        session.Keep(old);
        var before = session.Epoch;
        session.BeginConnection(isSessionPresent: true);
        Receive(session, 1); // Without DUP: another one.
        Assert.False(session.Acknowledge(before, old));

        session.BeginConnection(isSessionPresent: true);

        Assert.True(session.TryReceive(1, MqttQos.ExactlyOnce, isDuplicate: true, out _)); // Nobody has it.
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OldWord_AfterAnotherMessageIsKeptUnderTheIdentifier_DoesNotAnswerIt(bool isSessionPresent)
    {
        var session = Connected(10);
        var old = Receive(session, 1);
        session.Keep(old);
        var before = session.Epoch;
        session.BeginConnection(isSessionPresent: true);
        if (!isSessionPresent)
        {
            session.BeginConnection(isSessionPresent: false);
        }

        session.Keep(Receive(session, 1));
        session.BeginConnection(isSessionPresent: true);
        session.Acknowledge(before, old);
        Assert.False(session.TryReceive(1, MqttQos.ExactlyOnce, isDuplicate: true, out _));

        Assert.Equal("", Released(session));
    }

    [Fact]
    public void Acknowledged_WithoutDup_IsAnotherMessage()
    {
        var session = Connected(10);
        session.Acknowledge(session.Epoch, Receive(session, 1)); // Its PUBREC never left.

        session.BeginConnection(isSessionPresent: true);

        Assert.True(session.TryReceive(1, MqttQos.ExactlyOnce, isDuplicate: false, out _));
    }

    [Fact]
    public void Carried_AcknowledgedOnItsSecondConnection_IsAnsweredOnTheThird()
    {
        var session = Connected(10);
        var kept = Receive(session, 1);
        session.Keep(kept);
        var before = session.Epoch;
        session.BeginConnection(isSessionPresent: true);
        Assert.False(session.TryReceive(1, MqttQos.ExactlyOnce, isDuplicate: true, out _));
        Assert.True(session.Acknowledge(before, kept));

        session.BeginConnection(isSessionPresent: true);
        Assert.False(session.TryReceive(1, MqttQos.ExactlyOnce, isDuplicate: true, out _));

        Assert.Equal("50020001", Released(session));
    }

    [Fact]
    public void Carried_ReleasedByTheServer_IsForgotten()
    {
        var session = Connected(10);
        session.Keep(Receive(session, 1));
        session.BeginConnection(isSessionPresent: true);
        session.OnPubRel(1, isOwnedByApplication: false, _output);

        Assert.True(session.TryReceive(1, MqttQos.ExactlyOnce, isDuplicate: true, out _));
    }

    [Fact]
    public void ReleaseAskedAgain_IsNotCompletedByTheWordOfBefore()
    {
        var session = Connected(10);
        session.Acknowledge(session.Epoch, Receive(session, 1));
        session.Release(_output);
        Assert.True(session.OnPubRel(1, isOwnedByApplication: true, _output));
        var before = session.Epoch;
        session.BeginConnection(isSessionPresent: true);
        Assert.True(session.OnPubRel(1, isOwnedByApplication: true, _output));

        Assert.False(session.CompleteRelease(before, 1, _output));
        Assert.True(session.CompleteRelease(session.Epoch, 1, _output));
    }

    [Fact]
    public void ReceiveMaximum_IsGivenBackByEachFlowAndByNoPubRelTwice()
    {
        var session = new InboundSession(1) { Version = MqttProtocolVersion.V50 };
        session.BeginConnection(isSessionPresent: false);
        for (var i = 0; i < 10; i++)
        {
            session.Acknowledge(session.Epoch, Receive(session, 1));
            session.Release(_output);
            session.OnPubRel(1, isOwnedByApplication: false, _output);
        }

        for (var i = 0; i < 5; i++)
        {
            session.OnPubRel(9, isOwnedByApplication: false, _output); // Of an earlier connection, for all we know.
        }

        Receive(session, 1);
        Receive(session, 2);

        Assert.Throws<MqttProtocolException>(() => Receive(session, 3));
    }

    private string Released(InboundSession session)
    {
        _output.ResetWrittenCount();
        session.Release(_output);
        return Convert.ToHexString(_output.WrittenSpan);
    }

    private static uint Receive(InboundSession session, ushort identifier, MqttQos qos = MqttQos.ExactlyOnce)
    {
        Assert.True(session.TryReceive(identifier, qos, isDuplicate: false, out var sequence));
        return sequence;
    }

    private static InboundSession Connected(int receiveMaximum)
    {
        var session = new InboundSession(receiveMaximum);
        session.BeginConnection(isSessionPresent: false);
        return session;
    }
}
