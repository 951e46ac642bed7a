using System.Buffers.Binary;
using System.Text;
using Meridian.Mqtt.Session;

namespace Meridian.Mqtt.Tests.Session;

/// <summary>A publication of the model tests; its payload is its number.</summary>
internal sealed class ModelPublication : Publication
{
    public ModelPublication(int number, MqttQos qos, string topic, bool isVersion5)
    {
        Number = number;
        Qos = qos;
        Topic = topic;
        Version = isVersion5 ? MqttProtocolVersion.V50 : MqttProtocolVersion.V311;
        var bytes = Encoding.UTF8.GetByteCount(topic);
        var packet = new byte[2 + 2 + bytes + 2 + (isVersion5 ? 1 : 0) + 4];
        packet[0] = (byte)(0x30 | ((int)qos << 1));
        packet[1] = (byte)(packet.Length - 2);
        packet[3] = (byte)bytes;
        Encoding.UTF8.GetBytes(topic, packet.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(packet.Length - 4), number);
        Packet = packet;
        PacketLength = packet.Length;
        IdentifierOffset = 4 + bytes;
    }

    public int Number { get; }

    /// <summary>What the model believes: DUP has been demanded of its next sending.</summary>
    public bool IsDuplicate { get; set; }
}
