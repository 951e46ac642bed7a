using System.Buffers.Binary;
using System.Text;

namespace Meridian.Journal.Format;

/// <summary>
/// One of the two slots of the cursors in format version 1, which a start reads as the beginning of the books;
/// docs/formats/journal-1.md draws it. The higher sequence counts.
/// </summary>
internal sealed record CursorSlot(Guid Journal, ulong Sequence, IReadOnlyList<StoredCursor> Cursors)
{
    private const int HeaderSize = 44;

    private const int EntryHeaderSize = 12;

    /// <summary>No slot is larger: all cursors with the longest names and states, and room to spare.</summary>
    public const int MaxBytes = JournalLimits.MaxCursors * 8192;

    private static ReadOnlySpan<byte> Magic => "MERIDCUR"u8;

    /// <summary>Reads a slot's bytes; null when they are damaged.</summary>
    /// <param name="bytes">The bytes, which may be followed by older ones.</param>
    public static CursorSlot? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize + 4 || !bytes[..8].SequenceEqual(Magic))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        if (length < HeaderSize + 4 || length > bytes.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) != SegmentHeader.Version1
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[(length - 4)..]) != Crc32C.Compute(bytes[..(length - 4)]))
        {
            return null;
        }

        return DecodeEntries(bytes[..(length - 4)]);
    }

    private static CursorSlot? DecodeEntries(ReadOnlySpan<byte> bytes)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]);
        var cursors = new List<StoredCursor>();
        var rest = bytes[HeaderSize..];
        for (var i = 0; i < count; i++)
        {
            if (rest.Length < EntryHeaderSize)
            {
                return null;
            }

            var committed = BinaryPrimitives.ReadInt64LittleEndian(rest);
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[8..]);
            var stateLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[10..]);
            rest = rest[EntryHeaderSize..];
            if (rest.Length < nameLength + stateLength || committed < 0)
            {
                return null;
            }

            var name = Encoding.UTF8.GetString(rest[..nameLength]);
            cursors.Add(new StoredCursor(name, committed, rest.Slice(nameLength, stateLength).ToArray()));
            rest = rest[(nameLength + stateLength)..];
        }

        return new CursorSlot(
            new Guid(bytes.Slice(16, 16), bigEndian: true),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
            cursors);
    }
}
