using System.Buffers;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// An Application Message on its way (§3.3). The payload lies in the buffer that was read: it is lent.
/// </summary>
internal readonly ref struct PublishPacket
{
    public required string Topic { get; init; }

    public required ReadOnlySequence<byte> Payload { get; init; }

    public MqttQos Qos { get; init; }

    public bool IsRetained { get; init; }

    public bool IsDuplicate { get; init; }

    /// <summary>Zero at QoS 0, never zero above.</summary>
    public ushort PacketIdentifier { get; init; }
}
