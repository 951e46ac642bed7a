using System.Buffers;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Wire;

public sealed class PacketCodecTests
{
    [Theory]
    [Spec(
        "3.1.1",
        "MQTT-3.1.2-9", "MQTT-3.1.2-19", "MQTT-3.1.2-21", "MQTT-3.1.3-1", "MQTT-3.1.3-4", "MQTT-3.1.3-10",
        "MQTT-3.1.3-11")]
    [InlineData(MqttProtocolVersion.V31)]
    [InlineData(MqttProtocolVersion.V311)]
    public void Connect_WithEverything_RoundTrips(MqttProtocolVersion version)
    {
        var packet = new ConnectPacket
        {
            Version = version,
            ClientId = "line-1",
            CleanSession = true,
            KeepAliveSeconds = 15,
            Will = new MqttWill
            {
                Topic = "state",
                Payload = new byte[] { 1, 2 },
                Qos = MqttQos.ExactlyOnce,
                IsRetained = true,
            },
            UserName = "ann",
            Password = new byte[] { 9, 0 },
        };

        var read = PacketDecoder.ReadConnect(Encode(output => PacketEncoder.WriteConnect(output, packet)));

        Assert.Equal(packet with { Will = null, Password = null }, read with { Will = null, Password = null });
        Assert.Equal(packet.Will.Payload.ToArray(), read.Will!.Payload.ToArray());
        Assert.Equal(packet.Will with { Payload = default }, read.Will with { Payload = default });
        Assert.Equal(new byte[] { 9, 0 }, read.Password!.Value.ToArray());
    }

    [Fact]
    public void Connect_Minimal_HasTheBytesOfTheSpecification()
    {
        var output = new ArrayBufferWriter<byte>();

        PacketEncoder.WriteConnect(
            output, new ConnectPacket { ClientId = "a", CleanSession = true, KeepAliveSeconds = 10 });

        Assert.Equal(
            "100D00044D5154540402000A000161",
            Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    [Spec("3.1.1", "MQTT-3.8.3-1", "MQTT-3.10.3-1", "MQTT-3.8.1-1", "MQTT-3.10.1-1")]
    public void SubscribeAndItsAnswers_RoundTrip()
    {
        const MqttProtocolVersion Version = MqttProtocolVersion.V311;
        MqttSubscriptionRequest[] asked = [new("a/#", MqttQos.AtLeastOnce), new("+/b", MqttQos.AtMostOnce)];

        var subscribe = PacketDecoder.ReadSubscribe(
            Encode(output => PacketEncoder.WriteSubscribe(output, Version, new SubscribePacket(5, asked))), Version);
        var subAck = PacketDecoder.ReadSubAck(
            Encode(output => PacketEncoder.WriteSubAck(output, Version, new SubAckPacket(5, [1, 0x80]))), Version);
        var unsubscribe = PacketDecoder.ReadUnsubscribe(
            Encode(output => PacketEncoder.WriteUnsubscribe(output, Version, new UnsubscribePacket(6, ["a/#"]))),
            Version);

        Assert.Equal((ushort)5, subscribe.PacketIdentifier);
        Assert.Equal(asked, subscribe.Subscriptions);
        Assert.Equal([1, 0x80], subAck.ReturnCodes);
        Assert.Equal(["a/#"], unsubscribe.Filters);
    }

    [Theory]
    [Spec("3.1.1", "MQTT-2.2.2-1", "MQTT-3.6.1-1")]
    [InlineData((byte)PacketType.PubAck, "40020007")]
    [InlineData((byte)PacketType.PubRec, "50020007")]
    [InlineData((byte)PacketType.PubRel, "62020007")]
    [InlineData((byte)PacketType.PubComp, "70020007")]
    public void Acknowledgement_HasTheBytesOfTheSpecification(byte type, string hex)
    {
        var output = new ArrayBufferWriter<byte>();

        PacketEncoder.WriteAcknowledgement(
            output, MqttProtocolVersion.V311, (PacketType)type, new AcknowledgementPacket(7));

        Assert.Equal(hex, Convert.ToHexString(output.WrittenSpan));
        var buffer = new ReadOnlySequence<byte>(output.WrittenMemory);
        Assert.True(Frame.TryRead(ref buffer, 100, out var frame));
        Assert.Equal((ushort)7, PacketDecoder.ReadAcknowledgement(frame, MqttProtocolVersion.V311).PacketIdentifier);
    }

    [Theory]
    [Spec(
        "3.1.1",
        "MQTT-1.5.3-1", "MQTT-1.5.3-2", "MQTT-2.2.2-2", "MQTT-2.3.1-1", "MQTT-3.2.2-4", "MQTT-3.3.1-2",
        "MQTT-3.3.1-4", "MQTT-3.3.2-2", "MQTT-3.9.3-2", "MQTT-4.7.3-1")]
    [InlineData("00", "MQTT-2.2.2-2")]
    [InlineData("F100", "MQTT-2.2.2-2")]
    [InlineData("36020000", "MQTT-3.3.1-4")] // QoS 3
    [InlineData("38020000", "MQTT-3.3.1-2")] // DUP at QoS 0
    [InlineData("60020001", "MQTT-2.2.2-2")] // PUBREL without its flag
    [InlineData("40020000", "MQTT-2.3.1-1")] // identifier 0
    [InlineData("320500016100", "MQTT-4.8.0-1", true)] // identifier cut
    [InlineData("30020000", "MQTT-4.7.3-1")] // empty topic
    [InlineData("300300012B", "MQTT-3.3.2-2")] // wildcard
    [InlineData("3003000100", "MQTT-1.5.3-2")] // U+0000
    [InlineData("30050003EDA080", "MQTT-1.5.3-1")] // surrogate
    [InlineData("20020100", null)]
    [InlineData("20020105", "MQTT-3.2.2-4")]
    [InlineData("9003000103", "MQTT-3.9.3-2")]
    [InlineData("82020001", "MQTT-4.8.0-1")] // no filter
    [InlineData("30FFFFFFFF01", "MQTT 3.1.1 §2.2.3, 5.0 §2.1.4")] // five bytes of length
    [InlineData("30FFFFFF7F", "MQTT 3.1.1 §2.2.3, 5.0 §2.1.4")] // 256 MB announced
    public void Packet_ThatBreaksAStatement_IsRefusedWithIt(string hex, string? statement, bool isShort = false)
    {
        var bytes = Convert.FromHexString(hex);
        if (isShort)
        {
            bytes[1] = (byte)(bytes.Length - 2);
        }

        var error = Record.Exception(() =>
        {
            var buffer = new ReadOnlySequence<byte>(bytes);
            if (Frame.TryRead(ref buffer, 10_000, out var frame))
            {
                FrameLaws.Decode(frame, MqttProtocolVersion.V311);
            }
        });

        Assert.Equal(statement, (error as MqttProtocolException)?.Statement);
    }

    [Fact]
    public void Topic_Repeated_IsTheSameString()
    {
        var cache = new TopicCache();
        var first = cache.Get("plant/line1/temperature"u8);

        for (var i = 0; i < 20_000; i++)
        {
            // Bounded: it neither grows for ever nor mixes names up.
            cache.Get(System.Text.Encoding.UTF8.GetBytes($"t/{i}"));
        }

        Assert.Equal("plant/line1/temperature", cache.Get("plant/line1/temperature"u8));
        Assert.Same(cache.Get("x"u8), cache.Get("x"u8));
        Assert.Equal("plant/line1/temperature", first);
    }

    private static Frame Encode(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        var buffer = Chunks.Split(output.WrittenMemory, 3);
        Assert.True(Frame.TryRead(ref buffer, 10_000, out var frame));
        Assert.True(buffer.IsEmpty);
        return frame;
    }
}
