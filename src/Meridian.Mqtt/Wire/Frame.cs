using System.Buffers;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// One Control Packet cut out of the stream of bytes, its fixed header already read. The body is lent by the buffer.
/// </summary>
internal readonly struct Frame
{
    /// <summary>Fixed header: one byte, and at most four of Remaining Length (§2.2.3).</summary>
    public const int MaxHeaderBytes = 5;

    private Frame(byte firstByte, in ReadOnlySequence<byte> body)
    {
        FirstByte = firstByte;
        Body = body;
    }

    public PacketType Type => (PacketType)(FirstByte >> 4);

    public byte Flags => (byte)(FirstByte & 0x0F);

    public ReadOnlySequence<byte> Body { get; }

    private byte FirstByte { get; }

    /// <summary>
    /// Cuts the next packet off <paramref name="buffer"/>. False and the buffer unmoved when it is not all there yet.
    /// Nothing is allocated: a length beyond <paramref name="maxPacketBytes"/> is refused when its header is seen.
    /// </summary>
    /// <exception cref="MqttProtocolException">The header is not one that any packet may have.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxPacketBytes, out Frame frame)
    {
        frame = default;
        var first = buffer.FirstSpan;
        scoped ReadOnlySpan<byte> head = first;
        if (first.Length < MaxHeaderBytes && !buffer.IsSingleSegment)
        {
            Span<byte> copy = stackalloc byte[MaxHeaderBytes];
            var part = buffer.Slice(0, Math.Min(MaxHeaderBytes, buffer.Length));
            part.CopyTo(copy);
            head = copy[..(int)part.Length];
        }

        if (head.IsEmpty)
        {
            return false;
        }

        CheckFlags(head[0]);
        if (!TryReadRemainingLength(head[1..], out var remaining, out var lengthBytes))
        {
            return false;
        }

        var total = 1 + lengthBytes + remaining;
        if (total > maxPacketBytes)
        {
            throw new MqttProtocolException(
                "MQTT 3.1.1 §2.2.3, 5.0 §2.1.4",
                MqttReasonCode.PacketTooLarge,
                $"A packet of {total} bytes exceeds the limit of {maxPacketBytes}.");
        }

        if (first.Length >= total)
        {
            // The usual case, without walking segments.
            frame = new Frame(head[0], buffer.Slice(buffer.GetPosition(1 + lengthBytes), remaining));
            buffer = buffer.Slice(total);
            return true;
        }

        if (buffer.Length < total)
        {
            return false;
        }

        frame = new Frame(head[0], buffer.Slice(1 + lengthBytes, remaining));
        buffer = buffer.Slice(total);
        return true;
    }

    private static bool TryReadRemainingLength(ReadOnlySpan<byte> bytes, out int remaining, out int lengthBytes)
    {
        remaining = 0;
        for (lengthBytes = 0; lengthBytes < bytes.Length;)
        {
            var b = bytes[lengthBytes];
            remaining |= (b & 0x7F) << (7 * lengthBytes);
            lengthBytes++;
            if (b < 0x80)
            {
                return true;
            }

            if (lengthBytes == 4)
            {
                throw new MqttProtocolException(
                    "MQTT 3.1.1 §2.2.3, 5.0 §2.1.4",
                    MqttReasonCode.MalformedPacket,
                    "The Remaining Length has more than four bytes.");
            }
        }

        return false;
    }

    private static void CheckFlags(byte firstByte)
    {
        var flags = firstByte & 0x0F;
        var isValid = (PacketType)(firstByte >> 4) switch
        {
            PacketType.Publish => (flags & 0x06) != 0x06, // [MQTT-3.3.1-4]
            PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe => flags == 0x02, // [MQTT-2.2.2-1]
            >= PacketType.Connect and <= PacketType.Auth => flags == 0,
            _ => false,
        };
        if (!isValid)
        {
            throw new MqttProtocolException(
                (firstByte >> 4) == (int)PacketType.Publish ? "MQTT-3.3.1-4" : "MQTT-2.2.2-2",
                MqttReasonCode.MalformedPacket,
                $"The first byte 0x{firstByte:X2} begins no packet.")
            {
                Fault = ProtocolFault.UnknownPacket,
            };
        }
    }
}
