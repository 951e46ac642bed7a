using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Meridian.Journal.Format;

/// <summary>
/// One of the two slots of the cursors; docs/formats/journal.md draws it. The slots are written in turn, so a torn one
/// leaves the other; the higher sequence counts.
/// </summary>
internal sealed record CursorSlot(Guid Journal, ulong Sequence, IReadOnlyList<StoredCursor> Cursors)
{
    private const int HeaderSize = 44;

    private const int EntryHeaderSize = 12;

    /// <summary>No slot is larger: all cursors with the longest names and states, and room to spare.</summary>
    public const int MaxBytes = JournalLimits.MaxCursors * 8192;

    private static ReadOnlySpan<byte> Magic => "MERIDCUR"u8;

    /// <summary>The slot's bytes.</summary>
    public void Encode(ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        var header = output.GetSpan(HeaderSize)[..HeaderSize];
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], SegmentHeader.Version);
        var length = HeaderSize + 4
            + Cursors.Sum(static c => EntryHeaderSize + Encoding.UTF8.GetByteCount(c.Name) + c.State.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], length);
        _ = Journal.TryWriteBytes(header[16..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], Cursors.Count);
        output.Advance(HeaderSize);
        foreach (var cursor in Cursors)
        {
            var entry = output.GetSpan(EntryHeaderSize);
            BinaryPrimitives.WriteInt64LittleEndian(entry, cursor.Committed);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], (ushort)Encoding.UTF8.GetByteCount(cursor.Name));
            BinaryPrimitives.WriteUInt16LittleEndian(entry[10..], (ushort)cursor.State.Length);
            output.Advance(EntryHeaderSize);
            _ = Encoding.UTF8.GetBytes(cursor.Name, output);
            output.Write(cursor.State);
        }

        var crc = Crc32C.Compute(output.WrittenSpan);
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(4), crc);
        output.Advance(4);
    }

    /// <summary>Reads a slot's bytes; null when they are damaged or newer.</summary>
    /// <param name="bytes">The bytes, which may be followed by older ones.</param>
    /// <param name="version">The version, 0 when damaged.</param>
    public static CursorSlot? Decode(ReadOnlySpan<byte> bytes, out uint version)
    {
        version = 0;
        if (bytes.Length < HeaderSize + 4 || !bytes[..8].SequenceEqual(Magic))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        if (length < HeaderSize + 4 || length > bytes.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[(length - 4)..]) != Crc32C.Compute(bytes[..(length - 4)]))
        {
            return null;
        }

        version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        return version == SegmentHeader.Version ? DecodeEntries(bytes[..(length - 4)]) : null;
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

/// <summary>A cursor as it lies on disk.</summary>
internal sealed record StoredCursor(string Name, long Committed, byte[] State);
