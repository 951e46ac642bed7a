using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Meridian.Journal.Format;

/// <summary>
/// The 40 bytes before each payload; docs/formats/journal.md draws them. The header has a checksum of its own, so a
/// damaged payload can be passed exactly, and how many data it took along is still known.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RecordHeader(
    RecordType Type,
    byte ContentType,
    uint Source,
    long Ticks,
    long First,
    int Count,
    int PayloadLength,
    uint PayloadCrc,
    bool HasAttachments = false)
{
    private const byte AttachmentsFlag = 1;

    /// <summary>The size of a header in bytes.</summary>
    public const int Size = 40;

    /// <summary>The position after the last datum.</summary>
    public long End => First + Count;

    /// <summary>Header and payload in bytes.</summary>
    public int TotalLength => Size + PayloadLength;

    /// <summary>
    /// Writes the header in front of a payload that already stands behind it in <paramref name="record"/>.
    /// </summary>
    public static void Write(Span<byte> record, in RecordHeader header, uint seed)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], header.PayloadLength);
        record[8] = (byte)header.Type;
        record[9] = header.ContentType;
        record[10] = header.HasAttachments ? AttachmentsFlag : (byte)0;
        record[11] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], header.Source);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], header.Ticks);
        BinaryPrimitives.WriteInt64LittleEndian(record[24..], header.First);
        BinaryPrimitives.WriteInt32LittleEndian(record[32..], header.Count);
        var payload = record.Slice(Size, header.PayloadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(record[36..], Crc32C.Compute(payload, seed));
        BinaryPrimitives.WriteUInt32LittleEndian(record, Crc32C.Compute(record[4..Size], seed));
    }

    /// <summary>Reads a header; false when its bytes are not one of this journal.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, uint seed, out RecordHeader header)
    {
        header = default;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[32..]);

        // The cheap questions come first: resynchronizing asks them at every byte.
        if (length is < 0 or > JournalLimits.MaxPayloadBytes || count is < 0 or > JournalLimits.MaxRecordCount
            || bytes[8] == 0 || bytes[10] > AttachmentsFlag || bytes[11] != 0
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Crc32C.Compute(bytes[4..Size], seed))
        {
            return false;
        }

        header = new RecordHeader(
            (RecordType)bytes[8],
            bytes[9],
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            count,
            length,
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..]),
            bytes[10] == AttachmentsFlag);
        return header is { First: >= 0, Ticks: >= 0 } && header.Ticks <= DateTime.MaxValue.Ticks;
    }

    /// <summary>Whether <paramref name="payload"/> is the one that was written behind this header.</summary>
    public bool Covers(ReadOnlySpan<byte> payload, uint seed) => Crc32C.Compute(payload, seed) == PayloadCrc;
}
