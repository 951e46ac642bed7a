using System.Buffers;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Session;

public sealed class OutboundSessionTests
{
    private readonly PacketIdentifiers _identifiers = new(7);
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly List<Publication> _lost = [];

    [Fact]
    [Spec("3.1.1", "MQTT-2.3.1-1", "MQTT-2.3.1-2")]
    [Spec("5.0", "MQTT-2.2.1-3")]
    public void Identifiers_AreNeverZeroNorInUse_AndGoRound()
    {
        var taken = new HashSet<ushort>();
        for (var i = 0; i < 7; i++)
        {
            Assert.True(_identifiers.TryRent(out var identifier));
            Assert.True(taken.Add(identifier));
        }

        Assert.False(_identifiers.TryRent(out _));
        Assert.Equal(Enumerable.Range(1, 7), taken.Select(i => (int)i));
        Assert.True(_identifiers.Return(3));
        Assert.False(_identifiers.Return(3));
        Assert.True(_identifiers.Return(1));
        Assert.True(_identifiers.TryRent(out var first));
        Assert.True(_identifiers.TryRent(out var second));
        Assert.Equal((1, 3), (first, second));
    }

    [Fact]
    public void Identifiers_OfTheFullRange_ReachTheHighest()
    {
        var all = new PacketIdentifiers(65_535);
        for (var i = 1; i <= 65_535; i++)
        {
            Assert.True(all.TryRent(out var identifier));
            Assert.Equal(i, identifier);
        }

        Assert.False(all.TryRent(out _));
    }

    [Fact]
    public void Window_Full_OpensWithEachAcknowledgement()
    {
        var session = new OutboundSession(2, _identifiers);
        var first = Begin(session, MqttQos.AtLeastOnce);
        Begin(session, MqttQos.ExactlyOnce);

        Assert.False(session.HasWindow);
        Assert.Same(first, Answer(session, PacketType.PubAck, first.PacketIdentifier));
        Assert.True(session.HasWindow);
        // A repeat is no fault.
        Assert.Null(Answer(session, PacketType.PubAck, first.PacketIdentifier));
    }

    [Fact]
    [Spec("3.1.1", "MQTT-4.3.3-1")]
    public void Qos2_PubRecTwice_SendsPubRelTwiceAndCompletesOnce()
    {
        var session = new OutboundSession(5, _identifiers);
        var publication = Begin(session, MqttQos.ExactlyOnce);

        Assert.Null(Answer(session, PacketType.PubRec, 1));
        Assert.Null(Answer(session, PacketType.PubRec, 1));
        Assert.Equal("6202000162020001", Sent());
        Assert.Same(publication, Answer(session, PacketType.PubComp, 1));
        Assert.Null(Answer(session, PacketType.PubComp, 1));
        // Unknown now: PUBREL lets the server go on.
        Assert.Null(Answer(session, PacketType.PubRec, 1));
        Assert.Equal("62020001", Sent());
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce, (byte)PacketType.PubRec)]
    [InlineData(MqttQos.AtLeastOnce, (byte)PacketType.PubComp)]
    [InlineData(MqttQos.ExactlyOnce, (byte)PacketType.PubAck)]
    [InlineData(MqttQos.ExactlyOnce, (byte)PacketType.PubComp)]
    public void Answer_OfTheWrongKind_IsAProtocolError(MqttQos qos, byte type)
    {
        var session = new OutboundSession(5, _identifiers);
        Begin(session, qos);

        Assert.Throws<MqttProtocolException>(() => Answer(session, (PacketType)type, 1));
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.3.1-1", "MQTT-4.6.0-1")]
    public void Resume_AcknowledgedMidway_SkipsWhatIsDone()
    {
        var session = new OutboundSession(5, _identifiers);
        Begin(session, MqttQos.AtLeastOnce);
        Begin(session, MqttQos.AtLeastOnce);
        Begin(session, MqttQos.ExactlyOnce);

        session.BeginResume(_output);
        session.ResendNext(_output);
        Assert.NotNull(Answer(session, PacketType.PubAck, 2));
        session.ResendNext(_output);

        Assert.False(session.IsResuming);
        Assert.Equal("3A050001740001" + "3C050001740003", Sent());
    }

    [Fact]
    public void Anew_AfterLostSession_KeepsQos1WithoutDupAndGivesUpQos2()
    {
        var session = new OutboundSession(5, _identifiers);
        Begin(session, MqttQos.ExactlyOnce);
        Begin(session, MqttQos.AtLeastOnce);
        var released = Begin(session, MqttQos.ExactlyOnce);
        Answer(session, PacketType.PubRec, released.PacketIdentifier);
        session.BeginResume(_output);
        Sent();

        session.BeginAnew(_lost);
        session.ResendNext(_output);

        Assert.Equal(2, _lost.Count);
        Assert.Equal("32050001740002", Sent());
        Assert.Equal((1, 1), (session.Count, _identifiers.InUse));
    }

    private TestPublication Begin(OutboundSession session, MqttQos qos)
    {
        var publication = new TestPublication(qos);
        session.Begin(publication, _output);
        _output.ResetWrittenCount();
        return publication;
    }

    private Publication? Answer(OutboundSession session, PacketType type, ushort identifier) =>
        session.OnAcknowledgement(type, new AcknowledgementPacket(identifier), _output);

    private string Sent()
    {
        var sent = Convert.ToHexString(_output.WrittenSpan);
        _output.ResetWrittenCount();
        return sent;
    }

    private sealed class TestPublication : Publication
    {
        public TestPublication(MqttQos qos)
        {
            Qos = qos;
            Packet = [(byte)(0x30 | ((int)qos << 1)), 5, 0, 1, (byte)'t', 0, 0];
            PacketLength = 7;
            IdentifierOffset = 5;
        }
    }
}
