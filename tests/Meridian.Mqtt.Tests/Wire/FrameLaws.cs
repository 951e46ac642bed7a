using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Mqtt.Tests.Conformance;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Tests.Wire;

/// <summary>Laws of the codec for any bytes and any packet.</summary>
public sealed class FrameLaws
{
    private const int MaxPacketBytes = 4_096;

    [Fact]
    public void AnyBytes_ParseOrFault_AndNothingElse() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll<byte[], bool>((bytes, is5) =>
        {
            var buffer = new ReadOnlySequence<byte>(bytes);
            try
            {
                while (Frame.TryRead(ref buffer, MaxPacketBytes, out var frame))
                {
                    Decode(frame, is5 ? MqttProtocolVersion.V50 : MqttProtocolVersion.V311);
                }
            }
            catch (MqttProtocolException)
            {
                return true;
            }

            return true;
        }));

    [Fact]
    public void AnyBodyOfAnyType_ParsesOrFaults_AndNothingElse() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll<byte, byte[], bool>((first, body, is5) =>
        {
            var bytes = Join([first, (byte)Math.Min(127, body.Length)], body.Take(127).ToArray());
            try
            {
                var buffer = new ReadOnlySequence<byte>(bytes);
                if (Frame.TryRead(ref buffer, MaxPacketBytes, out var frame))
                {
                    Decode(frame, is5 ? MqttProtocolVersion.V50 : MqttProtocolVersion.V311);
                }
            }
            catch (MqttProtocolException)
            {
                return true;
            }

            return true;
        }));

    [Fact]
    public void AnyPacketOfAnyVersion_DecodedAndEncodedAgain_HasTheSameBytes() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll<int, PositiveInt>((seed, cut) =>
        {
            var any = new AnyPacket(seed);
            var bytes = any.Write();

            var buffer = Chunks.Split(bytes, cut.Get);
            Assert.True(Frame.TryRead(ref buffer, MaxPacketBytes, out var frame));
            var again = AnyPacket.Rewrite(frame, any.Version);

            Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(again));
            return buffer.IsEmpty;
        }));

    [Fact]
    public void AnyPacket_WithOneByteChanged_ParsesOrFaults_AndNothingElse() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll<int, NonNegativeInt, byte>((
            seed, at, value) =>
        {
            var any = new AnyPacket(seed);
            var bytes = any.Write();
            bytes[at.Get % bytes.Length] = value;
            var buffer = new ReadOnlySequence<byte>(bytes);
            try
            {
                while (Frame.TryRead(ref buffer, MaxPacketBytes, out var frame))
                {
                    Decode(frame, any.Version);
                }
            }
            catch (MqttProtocolException)
            {
                return true;
            }

            return true;
        }));

    [Fact]
    public void AnyPacketOf5_CutShort_Faults() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll<int, NonNegativeInt>((seed, at) =>
        {
            // The fixed header says less than the fields need: whatever is left parses as a shorter packet or faults.
            var any = new AnyPacket(seed);
            var bytes = any.Write();
            var body = bytes.AsSpan(bytes.AsSpan(1).IndexOfAnyInRange((byte)0, (byte)0x7F) + 2);
            var kept = Math.Min(body.Length == 0 ? 0 : at.Get % body.Length, 127);
            var buffer = new ReadOnlySequence<byte>(Join([bytes[0], (byte)kept], body[..kept].ToArray()));
            try
            {
                Assert.True(Frame.TryRead(ref buffer, MaxPacketBytes, out var frame));
                Decode(frame, any.Version);
            }
            catch (MqttProtocolException)
            {
                return true;
            }

            return true;
        }));

    [Fact]
    [Spec("3.1.1", "MQTT-2.3.1-5", "MQTT-3.3.2-1")]
    public void Publish_RoundTripsHoweverItIsSplit() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll<byte[], NonNegativeInt, PositiveInt>((
            payload, kind, cut) =>
        {
            var qos = (MqttQos)(kind.Get % 3);
            var identifier = qos == MqttQos.AtMostOnce ? (ushort)0 : (ushort)((kind.Get % 65_535) + 1);
            var isRetained = kind.Get % 2 == 0;
            var output = new ArrayBufferWriter<byte>();
            PacketEncoder.WritePublish(output, MqttProtocolVersion.V311, new PublishPacket
            {
                Topic = "plant/line ä/" + (kind.Get % 7),
                Payload = new ReadOnlySequence<byte>(payload),
                Qos = qos,
                IsRetained = isRetained,
                PacketIdentifier = identifier,
            });

            var buffer = Chunks.Split(output.WrittenMemory, cut.Get);
            Assert.True(Frame.TryRead(ref buffer, MaxPacketBytes, out var frame));
            var read = new PacketDecoder().ReadPublish(frame, MqttProtocolVersion.V311);

            Assert.Equal("plant/line ä/" + (kind.Get % 7), read.Topic);
            return buffer.IsEmpty && read.Qos == qos && read.PacketIdentifier == identifier
                && read.IsRetained == isRetained && read.Payload.ToArray().AsSpan().SequenceEqual(payload)
                && output.WrittenCount == PacketEncoder.PublishBytes(MqttProtocolVersion.V311, read);
        }));

    [Fact]
    public void Frame_CutAnywhere_IsNotReadAndMovesNothing()
    {
        var output = new ArrayBufferWriter<byte>();
        PacketEncoder.WritePublish(output, MqttProtocolVersion.V311, new PublishPacket
        {
            Topic = "a/b",
            Payload = new ReadOnlySequence<byte>(new byte[300]),
            Qos = MqttQos.AtLeastOnce,
            PacketIdentifier = 7,
        });

        for (var length = 0; length < output.WrittenCount; length++)
        {
            var buffer = Chunks.Split(output.WrittenMemory[..length], 3);
            Assert.False(Frame.TryRead(ref buffer, MaxPacketBytes, out _));
            Assert.Equal(length, buffer.Length);
        }
    }

    internal static void Decode(in Frame frame, MqttProtocolVersion version)
    {
        switch (frame.Type)
        {
            case PacketType.Connect: PacketDecoder.ReadConnect(frame); break;
            case PacketType.ConnAck: PacketDecoder.ReadConnAck(frame, version); break;
            case PacketType.Publish: new PacketDecoder().ReadPublish(frame, version); break;
            case PacketType.Subscribe: PacketDecoder.ReadSubscribe(frame, version); break;
            case PacketType.SubAck: PacketDecoder.ReadSubAck(frame, version); break;
            case PacketType.Unsubscribe: PacketDecoder.ReadUnsubscribe(frame, version); break;
            case PacketType.UnsubAck: PacketDecoder.ReadUnsubAck(frame, version); break;
            case PacketType.Disconnect: PacketDecoder.ReadDisconnect(frame, version); break;
            case PacketType.PingReq or PacketType.PingResp: PacketDecoder.DemandEmpty(frame); break;
            case PacketType.Auth: PacketDecoder.ReadAuth(frame); break;
            default: PacketDecoder.ReadAcknowledgement(frame, version); break;
        }
    }

    private static byte[] Join(byte[] head, byte[] tail) => [.. head, .. tail];
}
