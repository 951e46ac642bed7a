using System.Buffers.Binary;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// Reads the fields of one packet's body from front to back; reading past its end is the peer's fault, not ours.
/// </summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public readonly int Remaining => _rest.Length;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    /// <summary>Binary data with a length of two bytes in front.</summary>
    public ReadOnlySpan<byte> ReadBinary() => Take(ReadUInt16());

    public string ReadText() => WireText.Decode(ReadBinary());

    public ushort ReadPacketIdentifier()
    {
        var identifier = ReadUInt16();
        return identifier != 0
            ? identifier
            : throw new MqttProtocolException(
                "MQTT-2.3.1-1", MqttReasonCode.ProtocolError, "A Packet Identifier is zero.");
    }

    public readonly void DemandEnd()
    {
        if (!_rest.IsEmpty)
        {
            throw Malformed($"{_rest.Length} bytes are left behind the last field of a packet.");
        }
    }

    public static MqttProtocolException Malformed(string message) =>
        new("MQTT-4.8.0-1", MqttReasonCode.MalformedPacket, message);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw Malformed($"A field of {count} bytes does not fit the {_rest.Length} that are left of its packet.");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
