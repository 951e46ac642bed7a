using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Meridian.Journal.Format;

/// <summary>
/// The 64 bytes at the begin of each segment; docs/formats/journal.md draws them. Magic, version, header length and a
/// checksum in the header's last four bytes stay where they are in every future version, so that a newer file can be
/// told from a damaged one. The ordinal numbers the segments of a journal without a hole, from 1 on.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SegmentHeader(Guid Journal, long First, long CreatedTicks, long Ordinal)
{
    /// <summary>The size of the header in bytes.</summary>
    public const int Size = 64;

    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const uint Version = 2;

    /// <summary>The first version: no ordinal, no seal, no commits and checkpoints among the records.</summary>
    public const uint Version1 = 1;

    /// <summary>No header of any version is larger.</summary>
    public const int MaxFutureSize = 4096;

    private static ReadOnlySpan<byte> Magic => "MERIDJNL"u8;

    /// <summary>What the checksums of a journal's records begin with, so that a record of another journal inside a
    /// payload is never taken for one of this journal.</summary>
    public static uint Seed(Guid journal)
    {
        Span<byte> id = stackalloc byte[16];
        _ = journal.TryWriteBytes(id, bigEndian: true, out _);
        return Crc32C.Compute(id);
    }

    /// <summary>Writes the header into the first 64 bytes of <paramref name="bytes"/>.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[..Size].Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], Size);
        _ = Journal.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], First);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], CreatedTicks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[48..], Ordinal);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(Size - 4)..], Crc32C.Compute(bytes[..(Size - 4)]));
    }

    /// <summary>Whether it is of the first version. Writing never goes on in such a segment.</summary>
    public bool IsOld => Ordinal == 0;

    /// <summary>Reads a header of this version or an older one; false when it is damaged or newer.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SegmentHeader header)
    {
        header = default;
        if (bytes.Length < Size || ReadVersion(bytes) is not (Version or Version1))
        {
            return false;
        }

        header = new SegmentHeader(
            new Guid(bytes.Slice(16, 16), bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]));
        return header is { First: >= 0, Ordinal: >= 0, CreatedTicks: >= 0 };
    }

    /// <summary>The version of an undamaged header, known or not; 0 when it is damaged.</summary>
    public static uint ReadVersion(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size || !bytes[..8].SequenceEqual(Magic))
        {
            return 0;
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        var isSized = version <= Version ? length == Size : length is >= Size and <= MaxFutureSize;
        if (!isSized || length > bytes.Length)
        {
            return 0;
        }

        var crc = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(length - 4)..]);
        return crc == Crc32C.Compute(bytes[..(length - 4)]) ? version : 0;
    }
}
