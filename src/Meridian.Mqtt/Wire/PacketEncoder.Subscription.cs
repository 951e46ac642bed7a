using System.Buffers;

namespace Meridian.Mqtt.Wire;

/// <content>The packets that begin and end subscriptions.</content>
internal static partial class PacketEncoder
{
    private const int RequestFlags = 0x02; // [MQTT-3.8.1-1], [MQTT-3.10.1-1]

    public static void WriteSubscribe(
        IBufferWriter<byte> output, MqttProtocolVersion version, SubscribePacket packet) =>
        Write(output, version, PacketType.Subscribe, RequestFlags, packet, static (ref writer, version, packet) =>
        {
            writer.UInt16(packet.PacketIdentifier);
            WriteProperties(ref writer, version, packet, static (ref writer, _, packet) =>
            {
                if (packet.SubscriptionIdentifier != 0)
                {
                    WriteSubscriptionIdentifier(ref writer, packet.SubscriptionIdentifier);
                }

                writer.UserProperties(packet.UserProperties);
            });
            for (var i = 0; i < packet.Subscriptions.Count; i++)
            {
                var subscription = packet.Subscriptions[i];
                writer.Text(subscription.Filter);
                writer.Byte(version < MqttProtocolVersion.V50 ? (byte)subscription.Qos : OptionsOf(subscription));
            }
        });

    public static void WriteSubAck(
        IBufferWriter<byte> output, MqttProtocolVersion version, SubAckPacket packet) =>
        Write(output, version, PacketType.SubAck, 0, packet, static (ref writer, version, packet) =>
        {
            writer.UInt16(packet.PacketIdentifier);
            WriteProperties(ref writer, version, packet.Details, WriteDetails);
            WriteCodes(ref writer, packet.ReturnCodes);
        });

    public static void WriteUnsubscribe(
        IBufferWriter<byte> output, MqttProtocolVersion version, UnsubscribePacket packet) =>
        Write(output, version, PacketType.Unsubscribe, RequestFlags, packet, static (ref writer, version, packet) =>
        {
            writer.UInt16(packet.PacketIdentifier);
            WriteProperties(
                ref writer, version, packet, static (ref writer, _, packet) =>
                    writer.UserProperties(packet.UserProperties));
            for (var i = 0; i < packet.Filters.Count; i++)
            {
                writer.Text(packet.Filters[i]);
            }
        });

    /// <summary>UNSUBACK; its codes are written from 5.0 on.</summary>
    public static void WriteUnsubAck(
        IBufferWriter<byte> output, MqttProtocolVersion version, UnsubAckPacket packet) =>
        Write(output, version, PacketType.UnsubAck, 0, packet, static (ref writer, version, packet) =>
        {
            writer.UInt16(packet.PacketIdentifier);
            WriteProperties(ref writer, version, packet.Details, WriteDetails);
            if (version >= MqttProtocolVersion.V50)
            {
                WriteCodes(ref writer, packet.ReturnCodes);
            }
        });

    /// <summary>The Subscription Options (MQTT 5.0 §3.8.3.1).</summary>
    private static byte OptionsOf(MqttSubscriptionRequest subscription) => (byte)((int)subscription.Qos
        | (subscription.NoLocal ? 0x04 : 0)
        | (subscription.RetainAsPublished ? 0x08 : 0)
        | ((int)subscription.RetainHandling << 4));

    private static void WriteCodes(ref SpanWriter writer, IReadOnlyList<byte> codes)
    {
        for (var i = 0; i < codes.Count; i++)
        {
            writer.Byte(codes[i]);
        }
    }
}
