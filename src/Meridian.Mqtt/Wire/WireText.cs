using System.Text;
using System.Text.Unicode;

namespace Meridian.Mqtt.Wire;

/// <summary>UTF-8 as MQTT wants it: well formed, no surrogates, no U+0000 (§1.5.3).</summary>
internal static class WireText
{
    public static string Decode(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new MqttProtocolException(
                "MQTT-1.5.3-1", MqttReasonCode.MalformedPacket, "A text is not well-formed UTF-8.");
        }

        return utf8.Contains((byte)0)
            ? throw new MqttProtocolException(
                "MQTT-1.5.3-2", MqttReasonCode.MalformedPacket, "A text contains the character U+0000.")
            : Encoding.UTF8.GetString(utf8);
    }
}
