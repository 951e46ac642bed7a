using System.Buffers;

namespace Meridian.Mqtt.Wire;

/// <summary>Makes a DISCONNECT small enough for a server that takes small packets only.</summary>
internal static class DisconnectFit
{
    /// <summary>
    /// The packet, without its words where these would make it larger than the server takes: first the Reason String
    /// goes [MQTT-3.14.2-3], then the User Properties [MQTT-3.14.2-4], at last all but the reason code.
    /// </summary>
    /// <param name="packet">What the client would like to say.</param>
    /// <param name="version">The version of the connection.</param>
    /// <param name="maxPacketBytes">The largest packet that the server takes [MQTT-3.2.2-15].</param>
    public static DisconnectPacket Within(
        this DisconnectPacket packet, MqttProtocolVersion version, long maxPacketBytes)
    {
        if (Fits(packet, version, maxPacketBytes))
        {
            return packet;
        }

        if (packet.Details is { ReasonString: not null, UserProperties.Count: > 0 } details)
        {
            var properties = packet with { Details = details with { ReasonString = null } };
            if (Fits(properties, version, maxPacketBytes))
            {
                return properties;
            }
        }

        var wordless = packet with { Details = null };
        return Fits(wordless, version, maxPacketBytes) ? wordless : new DisconnectPacket(packet.ReasonCode);
    }

    private static bool Fits(DisconnectPacket packet, MqttProtocolVersion version, long maxPacketBytes)
    {
        var bytes = new ArrayBufferWriter<byte>();
        PacketEncoder.WriteDisconnect(bytes, version, packet);
        return bytes.WrittenCount <= maxPacketBytes;
    }
}
