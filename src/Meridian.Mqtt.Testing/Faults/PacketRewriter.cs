using System.Buffers;
using System.Buffers.Binary;
using Meridian.Mqtt.Testing.Traffic;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Faults;

/// <summary>Makes a wrong packet of a right one, for the faults.</summary>
internal static class PacketRewriter
{
    /// <summary>The packet with another Packet Identifier; unchanged when it has none.</summary>
    public static ReadOnlyMemory<byte> WithPacketIdentifier(MqttTestPacket packet, ushort identifier)
    {
        if (packet.PacketIdentifier == 0)
        {
            return packet.Bytes;
        }

        var bytes = packet.Bytes.ToArray();
        var place = BodyStart(bytes);
        if (packet.Type == MqttPacketType.Publish)
        {
            place += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(place)); // It stands behind the Topic Name.
        }

        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(place), identifier);
        return bytes;
    }

    /// <summary>
    /// The packet with another Reason Code for all that it answers; unchanged when it has no place for it.
    /// </summary>
    public static ReadOnlyMemory<byte> WithReasonCode(MqttTestPacket packet, byte code)
    {
        var output = new ArrayBufferWriter<byte>();
        var version = packet.Version;
        var identifier = packet.PacketIdentifier;
        switch (packet.Type)
        {
            case MqttPacketType.ConnAck:
                var bytes = packet.Bytes.ToArray();
                bytes[BodyStart(bytes)] = 0; // A refusal never has a session present [MQTT-3.2.2-6].
                bytes[BodyStart(bytes) + 1] = code;
                return bytes;
            case MqttPacketType.SubAck:
                PacketEncoder.WriteSubAck(
                    output, version, new SubAckPacket(identifier, [.. packet.ReasonCodes.Select(_ => code)]));
                return output.WrittenMemory;
            case MqttPacketType.UnsubAck when version >= MqttProtocolVersion.V50:
                PacketEncoder.WriteUnsubAck(
                    output, version, new UnsubAckPacket(identifier, [.. packet.ReasonCodes.Select(_ => code)]));
                return output.WrittenMemory;
            case MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp
                when version >= MqttProtocolVersion.V50:
                PacketEncoder.WriteAcknowledgement(
                    output,
                    version,
                    packet.Type.ToWire(),
                    new AcknowledgementPacket(identifier, (MqttReasonCode)code));
                return output.WrittenMemory;
            default:
                return packet.Bytes;
        }
    }

    private static int BodyStart(ReadOnlySpan<byte> packet)
    {
        var place = 1;
        while (packet[place] >= 0x80)
        {
            place++;
        }

        return place + 1;
    }
}
