using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// Packets to bytes, both directions, straight into a buffer: the length is computed first, so each packet is written
/// once, front to back.
/// Texts and lengths must have been checked by the caller (options, topics).
/// </summary>
internal static class PacketEncoder
{
    public const int AcknowledgementBytes = 4;

    public static void WriteConnect(IBufferWriter<byte> output, ConnectPacket packet)
    {
        var name = packet.Version == MqttProtocolVersion.V31 ? "MQIsdp" : "MQTT";
        var will = packet.Will;
        var remaining = 2 + name.Length + 4 + TextBytes(packet.ClientId)
            + (will is null ? 0 : TextBytes(will.Topic) + 2 + will.Payload.Length)
            + (packet.UserName is null ? 0 : TextBytes(packet.UserName))
            + (packet.Password is null ? 0 : 2 + packet.Password.Value.Length);
        var flags = (packet.CleanSession ? 0x02 : 0)
            | (will is null ? 0 : 0x04 | ((int)will.Qos << 3) | (will.IsRetained ? 0x20 : 0))
            | (packet.Password is null ? 0 : 0x40)
            | (packet.UserName is null ? 0 : 0x80);

        var writer = Begin(output, PacketType.Connect, 0, remaining);
        writer.Text(name);
        writer.Byte((byte)packet.Version);
        writer.Byte((byte)flags);
        writer.UInt16(packet.KeepAliveSeconds);
        writer.Text(packet.ClientId);
        if (will is not null)
        {
            writer.Text(will.Topic);
            writer.Binary(will.Payload.Span);
        }

        if (packet.UserName is not null)
        {
            writer.Text(packet.UserName);
        }

        if (packet.Password is { } password)
        {
            writer.Binary(password.Span);
        }

        output.Advance(writer.Written);
    }

    public static void WriteConnAck(
        IBufferWriter<byte> output, MqttProtocolVersion version, ConnAckPacket packet)
    {
        var writer = Begin(output, PacketType.ConnAck, 0, 2);
        writer.Byte(packet.IsSessionPresent ? (byte)1 : (byte)0);
        writer.Byte(packet.ReturnCode);
        output.Advance(writer.Written);
    }

    /// <summary>How many bytes a PUBLISH takes, header included; may exceed what the protocol can carry.</summary>
    public static long PublishBytes(MqttProtocolVersion version, in PublishPacket packet)
    {
        var remaining = 2L + Encoding.UTF8.GetByteCount(packet.Topic) + (packet.Qos == MqttQos.AtMostOnce ? 0 : 2)
            + packet.Payload.Length;
        return 1 + RemainingLengthBytes(remaining) + remaining;
    }

    public static void WritePublish(
        IBufferWriter<byte> output, MqttProtocolVersion version, in PublishPacket packet)
    {
        var topicBytes = Encoding.UTF8.GetByteCount(packet.Topic);
        var flags = (packet.IsDuplicate ? 0x08 : 0) | ((int)packet.Qos << 1) | (packet.IsRetained ? 0x01 : 0);
        var remaining = 2 + topicBytes + (packet.Qos == MqttQos.AtMostOnce ? 0 : 2) + (int)packet.Payload.Length;
        var writer = Begin(output, PacketType.Publish, flags, remaining);
        writer.Text(packet.Topic);
        if (packet.Qos != MqttQos.AtMostOnce)
        {
            writer.UInt16(packet.PacketIdentifier);
        }

        foreach (var segment in packet.Payload)
        {
            writer.Raw(segment.Span);
        }

        output.Advance(writer.Written);
    }

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP.</summary>
    public static void WriteAcknowledgement(
        IBufferWriter<byte> output, MqttProtocolVersion version, PacketType type, AcknowledgementPacket packet)
    {
        var bytes = output.GetSpan(AcknowledgementBytes);
        bytes[0] = (byte)(((int)type << 4) | (type == PacketType.PubRel ? 0x02 : 0)); // [MQTT-3.6.1-1]
        bytes[1] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], packet.PacketIdentifier);
        output.Advance(AcknowledgementBytes);
    }

    public static void WriteSubscribe(
        IBufferWriter<byte> output, MqttProtocolVersion version, SubscribePacket packet)
    {
        var writer = Begin(
            output, PacketType.Subscribe, 0x02, 2 + packet.Subscriptions.Sum(static s => TextBytes(s.Filter) + 1));
        writer.UInt16(packet.PacketIdentifier);
        foreach (var subscription in packet.Subscriptions)
        {
            writer.Text(subscription.Filter);
            writer.Byte((byte)subscription.Qos);
        }

        output.Advance(writer.Written);
    }

    public static void WriteSubAck(
        IBufferWriter<byte> output, MqttProtocolVersion version, SubAckPacket packet)
    {
        var writer = Begin(output, PacketType.SubAck, 0, 2 + packet.ReturnCodes.Count);
        writer.UInt16(packet.PacketIdentifier);
        foreach (var code in packet.ReturnCodes)
        {
            writer.Byte(code);
        }

        output.Advance(writer.Written);
    }

    public static void WriteUnsubscribe(
        IBufferWriter<byte> output, MqttProtocolVersion version, UnsubscribePacket packet)
    {
        var writer = Begin(output, PacketType.Unsubscribe, 0x02, 2 + packet.Filters.Sum(TextBytes));
        writer.UInt16(packet.PacketIdentifier);
        foreach (var filter in packet.Filters)
        {
            writer.Text(filter);
        }

        output.Advance(writer.Written);
    }

    public static void WriteUnsubAck(
        IBufferWriter<byte> output, MqttProtocolVersion version, UnsubAckPacket packet)
    {
        var writer = Begin(output, PacketType.UnsubAck, 0, 2);
        writer.UInt16(packet.PacketIdentifier);
        output.Advance(writer.Written);
    }

    /// <summary>DISCONNECT; a bare one before 5.0.</summary>
    public static void WriteDisconnect(
        IBufferWriter<byte> output, MqttProtocolVersion version, DisconnectPacket packet) =>
        WriteEmpty(output, PacketType.Disconnect);

    /// <summary>PINGREQ or PINGRESP.</summary>
    public static void WriteEmpty(IBufferWriter<byte> output, PacketType type)
    {
        var writer = Begin(output, type, 0, 0);
        output.Advance(writer.Written);
    }

    private static int TextBytes(string text) => 2 + Encoding.UTF8.GetByteCount(text);

    private static int RemainingLengthBytes(long remaining) => remaining switch
    {
        < 128 => 1,
        < 16_384 => 2,
        < 2_097_152 => 3,
        _ => 4,
    };

    private static SpanWriter Begin(IBufferWriter<byte> output, PacketType type, int flags, int remaining)
    {
        var writer = new SpanWriter(output.GetSpan(Frame.MaxHeaderBytes + remaining));
        writer.Byte((byte)(((int)type << 4) | flags));
        writer.RemainingLength(remaining);
        return writer;
    }

    /// <summary>Writes from front to back into a span that is known to be large enough.</summary>
    private ref struct SpanWriter(Span<byte> span)
    {
        private readonly Span<byte> _span = span;

        public int Written { get; private set; }

        public void Byte(byte value) => _span[Written++] = value;

        public void UInt16(ushort value)
        {
            BinaryPrimitives.WriteUInt16BigEndian(_span[Written..], value);
            Written += 2;
        }

        public void RemainingLength(int value)
        {
            while (value >= 0x80)
            {
                Byte((byte)(value | 0x80));
                value >>= 7;
            }

            Byte((byte)value);
        }

        public void Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text, _span[(Written + 2)..]);
            UInt16(checked((ushort)bytes));
            Written += bytes;
        }

        public void Binary(ReadOnlySpan<byte> bytes)
        {
            UInt16(checked((ushort)bytes.Length));
            Raw(bytes);
        }

        public void Raw(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_span[Written..]);
            Written += bytes.Length;
        }
    }
}
