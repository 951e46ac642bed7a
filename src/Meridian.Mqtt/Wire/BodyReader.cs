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

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A Variable Byte Integer, at most 268,435,455 (MQTT 5.0 §1.5.5).</summary>
    public int ReadVariableInteger()
    {
        var value = 0;
        for (var shift = 0; shift <= 21; shift += 7)
        {
            var b = ReadByte();
            value |= (b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value; // Longer than needed is the sender's fault [MQTT-1.5.5-1], and does no harm.
            }
        }

        throw Malformed("A Variable Byte Integer has more than four bytes.");
    }

    /// <summary>Takes one byte if it is zero: a Property Length of nothing.</summary>
    public bool TryReadZero()
    {
        if (_rest.IsEmpty || _rest[0] != 0)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count);

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
