using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Wire;

/// <summary>MQTT 5.0 packets byte by byte: each is written as drawn, and what is drawn is read back.</summary>
public sealed class GoldenPacketTests
{
    private const MqttProtocolVersion V5 = MqttProtocolVersion.V50;
    private static readonly MqttUserProperty[] User = [new("k", "v")];

    [Fact]
    [Spec("5.0", "MQTT-2.2.2-1", "MQTT-3.1.2-1", "MQTT-3.1.2-3")]
    public void Connect_Minimal() => Same(
        "10 0E  0004 4D515454  05  02  000A  00  0001 61", // name, version, Clean Start, Keep Alive, no properties, id
        Write(output => PacketEncoder.WriteConnect(
            output, new ConnectPacket { Version = V5, ClientId = "a", CleanSession = true, KeepAliveSeconds = 10 })));

    [Fact]
    [Spec("5.0", "MQTT-3.1.2-9", "MQTT-3.1.2-17", "MQTT-3.1.2-19", "MQTT-3.1.3-1")]
    public void Connect_WithEverything()
    {
        var packet = new ConnectPacket
        {
            Version = V5,
            ClientId = "a",
            KeepAliveSeconds = 10,
            SessionExpirySeconds = 16,
            ReceiveMaximum = 5,
            MaximumPacketSize = 1024,
            TopicAliasMaximum = 3,
            RequestResponseInformation = true,
            RequestProblemInformation = false,
            UserProperties = User,
            AuthenticationMethod = "m",
            AuthenticationData = new byte[] { 7 },
            Will = new MqttWill
            {
                Topic = "w",
                Payload = new byte[] { 1 },
                Qos = MqttQos.AtLeastOnce,
                IsRetained = true,
                Delay = TimeSpan.FromSeconds(2),
                Properties = new MqttMessageProperties { IsText = true },
            },
            UserName = "u",
            Password = new byte[] { 9 },
        };

        var frame = Write(output => PacketEncoder.WriteConnect(output, packet));
        var read = PacketDecoder.ReadConnect(frame);

        Same(
            "10 45  0004 4D515454  05  EC  000A"
            + "23  11 00000010  21 0005  27 00000400  22 0003  19 01  17 00  26 0001 6B 0001 76  15 0001 6D  16 0001 07"
            + "0001 61"
            + "07  18 00000002  01 01"
            + "0001 77  0001 01  0001 75  0001 09",
            frame);
        Assert.Equal(Text(packet), Text(read));
    }

    [Fact]
    public void ConnAck_WithEverything()
    {
        var packet = new ConnAckPacket(IsSessionPresent: true, 0)
        {
            SessionExpirySeconds = 16,
            ReceiveMaximum = 5,
            MaximumQos = MqttQos.AtLeastOnce,
            IsRetainAvailable = false,
            MaximumPacketSize = 1024,
            AssignedClientId = "a",
            TopicAliasMaximum = 3,
            Details = new ReasonDetails("r", User),
            IsWildcardSubscriptionAvailable = false,
            IsSubscriptionIdentifierAvailable = false,
            IsSharedSubscriptionAvailable = false,
            ServerKeepAliveSeconds = 9,
            ResponseInformation = "i",
            ServerReference = "s",
            AuthenticationMethod = "m",
            AuthenticationData = new byte[] { 7 },
        };

        var frame = Write(output => PacketEncoder.WriteConnAck(output, V5, packet));
        var read = PacketDecoder.ReadConnAck(frame, V5);

        Same(
            "20 3F  01 00  3C  11 00000010  21 0005  24 01  25 00  27 00000400  12 0001 61  22 0003  1F 0001 72"
            + "26 0001 6B 0001 76  28 00  29 00  2A 00  13 0009  1A 0001 69  1C 0001 73  15 0001 6D  16 0001 07",
            frame);
        Assert.Equal(Text(packet), Text(read));
    }

    [Fact]
    public void ConnAck_Bare_MeansTheDefaultsOfTheSpecification()
    {
        var read = PacketDecoder.ReadConnAck(Read("20 03 00 00 00"), V5);

        Assert.Equal(new ConnAckPacket(IsSessionPresent: false, 0), read);
    }

    [Fact]
    [Spec("5.0", "MQTT-1.5.5-1")]
    public void Publish_WithEverything()
    {
        var packet = new PublishPacket
        {
            Topic = "t",
            Payload = new ReadOnlySequence<byte>("hi"u8.ToArray()),
            Qos = MqttQos.AtLeastOnce,
            IsRetained = true,
            IsDuplicate = true,
            PacketIdentifier = 5,
            TopicAlias = 2,
            SubscriptionIdentifier = 1,
            MoreSubscriptionIdentifiers = [300],
            Properties = new MqttMessageProperties
            {
                IsText = true,
                Expiry = TimeSpan.FromSeconds(10),
                ContentType = "c",
                ResponseTopic = "r",
                CorrelationData = new byte[] { 7 },
                UserProperties = User,
            },
        };
        var output = new ArrayBufferWriter<byte>();

        PacketEncoder.WritePublish(output, V5, packet);
        var frame = Read(Convert.ToHexString(output.WrittenSpan));
        var read = new PacketDecoder().ReadPublish(frame, V5);

        Same(
            "3B 2A  0001 74  0005  22  23 0002  0B 01  0B AC02  01 01  02 0000000A  03 0001 63  08 0001 72  09 0001 07"
            + "26 0001 6B 0001 76  6869",
            frame);
        Assert.Equal(output.WrittenCount, PacketEncoder.PublishBytes(V5, packet));
        Assert.Equal("t", read.Topic);
        Assert.Equal("hi"u8.ToArray(), read.Payload.ToArray());
        Assert.Equal((5, 2, 1u), (read.PacketIdentifier, read.TopicAlias, read.SubscriptionIdentifier));
        Assert.Equal([300u], read.MoreSubscriptionIdentifiers!);
        Assert.Equal(Text(packet.Properties), Text(read.Properties!));
    }

    [Theory]
    [InlineData("30 05  0001 74  00  68", 0, 0u)] // no properties
    [InlineData("30 08  0001 74  03 23 0002  68", 2, 0u)] // an alias
    [InlineData("30 07  0001 74  02 0B 05  68", 0, 5u)] // a Subscription Identifier
    public void Publish_WithoutWords_HasNoPropertiesObject(string hex, int alias, uint subscription)
    {
        var read = new PacketDecoder().ReadPublish(Read(hex), V5);

        Assert.Null(read.Properties);
        Assert.Null(read.MoreSubscriptionIdentifiers);
        Assert.Equal(alias, read.TopicAlias);
        Assert.Equal(subscription, read.SubscriptionIdentifier);
        Assert.Equal("h"u8.ToArray(), read.Payload.ToArray());
    }

    [Fact]
    public void Publish_WithAliasAlone_LeavesTheTopicEmpty() =>
        Assert.Equal("", new PacketDecoder().ReadPublish(Read("30 06  0000  03 23 0002"), V5).Topic);

    [Theory]
    [InlineData((byte)PacketType.PubAck, "40")]
    [InlineData((byte)PacketType.PubRec, "50")]
    [InlineData((byte)PacketType.PubRel, "62")]
    [InlineData((byte)PacketType.PubComp, "70")]
    public void Acknowledgement_IsAsShortAsItsContent(byte type, string first)
    {
        var bare = new AcknowledgementPacket(7);
        var coded = new AcknowledgementPacket(7, MqttReasonCode.PacketIdentifierNotFound);
        var worded = new AcknowledgementPacket(7, MqttReasonCode.Success, new ReasonDetails("r", User));

        Expect(bare, first + "02 0007");
        Expect(coded, first + "03 0007 92");
        Expect(worded, first + "0F 0007 00 0B 1F 0001 72 26 0001 6B 0001 76");

        void Expect(AcknowledgementPacket packet, string hex)
        {
            var frame = Write(output => PacketEncoder.WriteAcknowledgement(output, V5, (PacketType)type, packet));
            Same(hex, frame);
            Assert.Equal(Text(packet), Text(PacketDecoder.ReadAcknowledgement(frame, V5)));
        }
    }

    [Fact]
    [Spec("5.0", "MQTT-3.8.1-1")]
    public void SubscribeAndSubAck()
    {
        var packet = new SubscribePacket(
            10,
            [
                new MqttSubscriptionRequest("a/#", MqttQos.AtLeastOnce)
                {
                    NoLocal = true, RetainAsPublished = true, RetainHandling = MqttRetainHandling.DoNotSend,
                },
                new MqttSubscriptionRequest("$share/g/b", MqttQos.ExactlyOnce),
            ])
        {
            SubscriptionIdentifier = 300,
            UserProperties = User,
        };
        var answer = new SubAckPacket(10, [1, 0x9E], new ReasonDetails("r", []));

        var frame = Write(output => PacketEncoder.WriteSubscribe(output, V5, packet));
        Same("82 20  000A  0A  0B AC02  26 0001 6B 0001 76  0003 612F23 2D  000A 2473686172652F672F62 02", frame);
        Assert.Equal(Text(packet), Text(PacketDecoder.ReadSubscribe(frame, V5)));

        frame = Write(output => PacketEncoder.WriteSubAck(output, V5, answer));
        Same("90 09  000A  04 1F 0001 72  01 9E", frame);
        Assert.Equal(Text(answer), Text(PacketDecoder.ReadSubAck(frame, V5)));
    }

    [Fact]
    [Spec("5.0", "MQTT-3.10.1-1")]
    public void UnsubscribeAndUnsubAck()
    {
        var packet = new UnsubscribePacket(10, ["a/#"]) { UserProperties = User };
        var answer = new UnsubAckPacket(10, [0x11, 0x00, 0x87], new ReasonDetails(ReasonString: null, User));

        var frame = Write(output => PacketEncoder.WriteUnsubscribe(output, V5, packet));
        Same("A2 0F  000A  07 26 0001 6B 0001 76  0003 612F23", frame);
        Assert.Equal(Text(packet), Text(PacketDecoder.ReadUnsubscribe(frame, V5)));

        frame = Write(output => PacketEncoder.WriteUnsubAck(output, V5, answer));
        Same("B0 0D  000A  07 26 0001 6B 0001 76  11 00 87", frame);
        Assert.Equal(Text(answer), Text(PacketDecoder.ReadUnsubAck(frame, V5)));
    }

    [Fact]
    public void UnsubAck_Before5_IsItsIdentifierAlone()
    {
        var frame = Write(output => PacketEncoder.WriteUnsubAck(
            output, MqttProtocolVersion.V311, new UnsubAckPacket(7, [0])));

        Same("B0 02 0007", frame);
        Assert.Empty(PacketDecoder.ReadUnsubAck(frame, MqttProtocolVersion.V311).ReturnCodes);
    }

    [Fact]
    public void Disconnect_IsAsShortAsItsContent()
    {
        Expect(new DisconnectPacket(), "E0 00");
        Expect(new DisconnectPacket(MqttReasonCode.DisconnectWithWill), "E0 01 04");
        Expect(
            new DisconnectPacket(MqttReasonCode.ServerMoved)
            {
                SessionExpirySeconds = 16,
                ServerReference = "s",
                Details = new ReasonDetails("r", User),
            },
            "E0 16  9D  14  11 00000010  1F 0001 72  26 0001 6B 0001 76  1C 0001 73");

        static void Expect(DisconnectPacket packet, string hex)
        {
            var frame = Write(output => PacketEncoder.WriteDisconnect(output, V5, packet));
            Same(hex, frame);
            Assert.Equal(Text(packet), Text(PacketDecoder.ReadDisconnect(frame, V5)));
        }
    }

    [Fact]
    public void Disconnect_Before5_IsBare() => Same("E0 00", Write(output => PacketEncoder.WriteDisconnect(
        output, MqttProtocolVersion.V311, new DisconnectPacket(MqttReasonCode.DisconnectWithWill))));

    [Fact]
    public void Auth_RoundTrips()
    {
        var packet = new AuthPacket(MqttReasonCode.ContinueAuthentication, "m", new byte[] { 7 })
        {
            Details = new ReasonDetails("r", User),
        };

        var frame = Write(output => PacketEncoder.WriteAuth(output, packet));

        Same("F0 15  18  13  15 0001 6D  16 0001 07  1F 0001 72  26 0001 6B 0001 76", frame);
        Assert.Equal(Text(packet), Text(PacketDecoder.ReadAuth(frame)));
        Assert.Equal(MqttReasonCode.Success, PacketDecoder.ReadAuth(Read("F0 00")).ReasonCode);
    }

    private static Frame Write(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Read(Convert.ToHexString(output.WrittenSpan));
    }

    private static Frame Read(string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var buffer = Chunks.Split(bytes, 3);
        Assert.True(Frame.TryRead(ref buffer, 10_000, out var frame));
        Assert.True(buffer.IsEmpty);
        return frame;
    }

    private static void Same(string hex, Frame frame)
    {
        var expected = hex.Replace(" ", "", StringComparison.Ordinal);
        var body = Convert.ToHexString(frame.Body.ToArray());
        var first = $"{((int)frame.Type << 4) | frame.Flags:X2}{body.Length / 2:X2}"; // Short packets: one length byte.
        Assert.Equal(expected, first + body);
    }

    /// <summary>All of an object as text: records compare lists and memory by reference.</summary>
    [SuppressMessage("Performance", "CA1869:Cache JsonSerializerOptions", Justification = "A test.")]
    private static string Text<T>(T value) =>
        System.Text.Json.JsonSerializer.Serialize(value, System.Text.Json.JsonSerializerOptions.Web);
}
