using System.Buffers.Binary;

namespace Meridian.Mqtt.Storage.Files;

/// <summary>
/// The 16 bytes before each record's payload: two checksums, so that a damaged payload is passed exactly and only a
/// damaged frame has to be searched past.
/// </summary>
internal static class RecordFrame
{
    public const int Size = 16;

    /// <summary>Key and Packet Identifier, the payload of every change.</summary>
    public const int ChangeBytes = 10;

    /// <summary>A publication; its payload is a <see cref="PublicationContent"/>. Numbers from 2 on are those of
    /// <see cref="MqttSessionChangeKind"/>.</summary>
    public const byte Publication = 1;

    /// <summary>The first record of a segment: the session's state that no other record repeats.</summary>
    public const byte Begin = 32;

    /// <summary>Writes the frame before a payload that lies behind it already.</summary>
    public static void Write(Span<byte> record, byte type, uint seed)
    {
        var payload = record[Size..];
        BinaryPrimitives.WriteInt32BigEndian(record[4..], payload.Length);
        BinaryPrimitives.WriteUInt32BigEndian(record[8..], Crc32C.Compute(payload, seed));
        record[12] = type;
        record[13..Size].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(record, Crc32C.Compute(record[4..Size], seed));
    }

    public static void WriteChange(Span<byte> record, MqttSessionChange change, uint seed)
    {
        BinaryPrimitives.WriteUInt64BigEndian(record[Size..], change.Key);
        BinaryPrimitives.WriteUInt16BigEndian(record[(Size + 8)..], change.PacketIdentifier);
        Write(record[..(Size + ChangeBytes)], (byte)change.Kind, seed);
    }

    /// <summary>Reads the frame at the begin of <paramref name="bytes"/>.</summary>
    /// <returns>False when there is no good frame here.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, uint seed, out byte type, out int length)
    {
        type = 0;
        length = 0;
        if (bytes.Length < Size
            || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Crc32C.Compute(bytes[4..Size], seed))
        {
            return false;
        }

        type = bytes[12];
        length = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        return length >= 0 && length <= bytes.Length - Size;
    }

    /// <summary>Whether the payload is what was written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> record, uint seed) =>
        BinaryPrimitives.ReadUInt32BigEndian(record[8..]) == Crc32C.Compute(record[Size..], seed);
}
