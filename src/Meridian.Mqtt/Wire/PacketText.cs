using System.Buffers;
using System.Globalization;
using System.Text;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// One line about a Control Packet, for who looks for a fault. Never what a payload, a user name or a password says.
/// </summary>
internal static class PacketText
{
    // Longer topics are cut: a line shall stay one.
    private const int MaxTopicBytes = 200;

    /// <summary>The name, and what tells it from others of its type.</summary>
    /// <param name="frame">The packet; it may be malformed.</param>
    public static string Describe(in Frame frame)
    {
        var name = frame.Type.ToString().ToUpperInvariant();
        var bytes = frame.Body.ToArray();
        return frame.Type switch
        {
            PacketType.Publish => $"{name} {DescribePublish(frame.Flags, bytes)}",
            PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp or PacketType.Subscribe
                or PacketType.SubAck or PacketType.Unsubscribe or PacketType.UnsubAck when bytes.Length >= 2 =>
                string.Create(CultureInfo.InvariantCulture, $"{name} id {Number(bytes, 0)}{Reason(frame.Type, bytes)}"),
            PacketType.Disconnect or PacketType.Auth when bytes.Length > 0 =>
                $"{name} {(MqttReasonCode)bytes[0]}",
            _ => name,
        };
    }

    private static string DescribePublish(byte flags, byte[] bytes)
    {
        var length = bytes.Length >= 2 ? Number(bytes, 0) : 0;
        if (bytes.Length < 2 + length)
        {
            return $"of {bytes.Length} bytes";
        }

        var topic = Encoding.UTF8.GetString(bytes, 2, Math.Min(length, MaxTopicBytes));
        var qos = (flags >> 1) & 3;
        var identifier = qos > 0 && bytes.Length >= 4 + length
            ? string.Create(CultureInfo.InvariantCulture, $" id {Number(bytes, 2 + length)}")
            : "";
        return $"'{topic}{(length > MaxTopicBytes ? "…" : "")}' QoS {qos}{identifier}"
            + $"{((flags & 1) != 0 ? " retain" : "")}{((flags & 8) != 0 ? " DUP" : "")}, {bytes.Length} bytes";
    }

    private static string Reason(PacketType type, byte[] bytes) =>
        type is PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp && bytes.Length > 2
            ? $" {(MqttReasonCode)bytes[2]}"
            : "";

    private static int Number(byte[] bytes, int at) => (bytes[at] << 8) | bytes[at + 1];
}
