using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// Packets to bytes, both directions, straight into a buffer: the length is computed first, so each packet is written
/// once, front to back.
/// Texts and lengths must have been checked by the caller (options, topics).
/// </summary>
internal static partial class PacketEncoder
{
    public const int AcknowledgementBytes = 4;

    private delegate void Part<in TPacket>(ref SpanWriter writer, MqttProtocolVersion version, TPacket packet);

    /// <summary>How many bytes a PUBLISH takes, header included; may exceed what the protocol can carry.</summary>
    public static long PublishBytes(MqttProtocolVersion version, in PublishPacket packet)
    {
        var remaining = 2L + Encoding.UTF8.GetByteCount(packet.Topic) + (packet.Qos == MqttQos.AtMostOnce ? 0 : 2)
            + PublishPropertyBlockBytes(version, packet, out _) + packet.Payload.Length;
        return 1 + SpanWriter.VariableIntegerBytes(remaining) + remaining;
    }

    public static void WritePublish(
        IBufferWriter<byte> output, MqttProtocolVersion version, in PublishPacket packet)
    {
        var flags = (packet.IsDuplicate ? 0x08 : 0) | ((int)packet.Qos << 1) | (packet.IsRetained ? 0x01 : 0);
        var remaining = 2 + Encoding.UTF8.GetByteCount(packet.Topic) + (packet.Qos == MqttQos.AtMostOnce ? 0 : 2)
            + PublishPropertyBlockBytes(version, packet, out var propertyBytes) + (int)packet.Payload.Length;
        var writer = Begin(output, PacketType.Publish, flags, remaining);
        writer.Text(packet.Topic);
        if (packet.Qos != MqttQos.AtMostOnce)
        {
            writer.UInt16(packet.PacketIdentifier);
        }

        if (version >= MqttProtocolVersion.V50)
        {
            writer.VariableInteger(propertyBytes);
            WritePublishProperties(ref writer, packet);
        }

        foreach (var segment in packet.Payload)
        {
            writer.Raw(segment.Span);
        }

        output.Advance(writer.Written);
    }

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP; a bare success has the same bytes in all versions.</summary>
    public static void WriteAcknowledgement(
        IBufferWriter<byte> output, MqttProtocolVersion version, PacketType type, AcknowledgementPacket packet)
    {
        var flags = type == PacketType.PubRel ? 0x02 : 0; // [MQTT-3.6.1-1]
        if (version >= MqttProtocolVersion.V50
            && (packet.ReasonCode != MqttReasonCode.Success || packet.Details is not null))
        {
            Write(output, version, type, flags, packet, static (ref writer, version, packet) =>
            {
                writer.UInt16(packet.PacketIdentifier);
                writer.Byte((byte)packet.ReasonCode);
                if (packet.Details is not null)
                {
                    WriteProperties(ref writer, version, packet.Details, WriteDetails);
                }
            });
            return;
        }

        var bytes = output.GetSpan(AcknowledgementBytes);
        bytes[0] = (byte)(((int)type << 4) | flags);
        bytes[1] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], packet.PacketIdentifier);
        output.Advance(AcknowledgementBytes);
    }

    /// <summary>PINGREQ or PINGRESP.</summary>
    public static void WriteEmpty(IBufferWriter<byte> output, PacketType type)
    {
        var writer = Begin(output, type, 0, 0);
        output.Advance(writer.Written);
    }

    /// <summary>The Property Length and the properties; nothing before 5.0.</summary>
    private static int PublishPropertyBlockBytes(
        MqttProtocolVersion version, in PublishPacket packet, out int propertyBytes)
    {
        propertyBytes = 0;
        if (version < MqttProtocolVersion.V50)
        {
            return 0;
        }

        if (packet.TopicAlias != 0 || packet.SubscriptionIdentifier != 0
            || packet.MoreSubscriptionIdentifiers is not null || packet.Properties is not null)
        {
            var measure = SpanWriter.ForMeasuring();
            WritePublishProperties(ref measure, packet);
            propertyBytes = measure.Written;
        }

        return SpanWriter.VariableIntegerBytes(propertyBytes) + propertyBytes;
    }

    private static void WritePublishProperties(ref SpanWriter writer, in PublishPacket packet)
    {
        if (packet.TopicAlias != 0)
        {
            writer.UInt16(PropertyIdentifier.TopicAlias, packet.TopicAlias);
        }

        if (packet.SubscriptionIdentifier != 0)
        {
            WriteSubscriptionIdentifier(ref writer, packet.SubscriptionIdentifier);
        }

        foreach (var identifier in packet.MoreSubscriptionIdentifiers ?? [])
        {
            WriteSubscriptionIdentifier(ref writer, identifier);
        }

        writer.Message(packet.Properties);
    }

    private static void WriteSubscriptionIdentifier(ref SpanWriter writer, uint identifier)
    {
        writer.Byte((byte)PropertyIdentifier.SubscriptionIdentifier);
        writer.VariableInteger((int)identifier);
    }

    private static void WriteDetails(ref SpanWriter writer, MqttProtocolVersion version, ReasonDetails? details) =>
        writer.Details(details);

    private static SpanWriter Begin(IBufferWriter<byte> output, PacketType type, int flags, int remaining)
    {
        var writer = new SpanWriter(output.GetSpan(Frame.MaxHeaderBytes + remaining));
        writer.Byte((byte)(((int)type << 4) | flags));
        writer.VariableInteger(remaining);
        return writer;
    }

    private static void Write<TPacket>(
        IBufferWriter<byte> output,
        MqttProtocolVersion version,
        PacketType type,
        int flags,
        TPacket packet,
        Part<TPacket> body)
    {
        var measure = SpanWriter.ForMeasuring();
        body(ref measure, version, packet);
        var writer = Begin(output, type, flags, measure.Written);
        body(ref writer, version, packet);
        output.Advance(writer.Written);
    }

    /// <summary>The Property Length and the properties; nothing before 5.0.</summary>
    private static void WriteProperties<TPacket>(
        ref SpanWriter writer, MqttProtocolVersion version, TPacket packet, Part<TPacket> properties)
    {
        if (version < MqttProtocolVersion.V50)
        {
            return;
        }

        var measure = SpanWriter.ForMeasuring();
        properties(ref measure, version, packet);
        writer.VariableInteger(measure.Written);
        properties(ref writer, version, packet);
    }
}
