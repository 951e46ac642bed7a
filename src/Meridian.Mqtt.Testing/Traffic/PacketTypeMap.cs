using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Traffic;

/// <summary>
/// The one place where the public packet type and that of the codec meet: both are the number on the wire.
/// </summary>
internal static class PacketTypeMap
{
    public static MqttPacketType ToPublic(this PacketType type) => (MqttPacketType)type;

    public static PacketType ToWire(this MqttPacketType type) => (PacketType)type;
}
