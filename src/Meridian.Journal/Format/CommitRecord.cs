using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Meridian.Journal.Format;

/// <summary>The payload of a commit record: places of cursors one after the other; docs/formats/journal.md draws
/// them. The index uses the same entries.</summary>
internal static class CommitRecord
{
    private const int EntrySize = 40;

    private const byte Place = 1;

    private const byte Removal = 2;

    /// <summary>Appends one entry.</summary>
    public static void Write(IBufferWriter<byte> output, StoredCursor cursor)
    {
        var nameLength = Encoding.UTF8.GetByteCount(cursor.Name);
        var size = EntrySize + nameLength + cursor.State.Length;
        var entry = output.GetSpan(size)[..size];
        entry[0] = cursor.IsRemoved ? Removal : Place;
        entry[1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)nameLength);
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], cursor.State.Length);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], cursor.Committed);
        BinaryPrimitives.WriteInt64LittleEndian(entry[16..], cursor.Dropped.Count);
        BinaryPrimitives.WriteInt64LittleEndian(entry[24..], cursor.Dropped.First.Value);
        BinaryPrimitives.WriteInt64LittleEndian(entry[32..], cursor.Dropped.Last.Value);
        _ = Encoding.UTF8.GetBytes(cursor.Name, entry[EntrySize..]);
        cursor.State.CopyTo(entry[(EntrySize + nameLength)..]);
        output.Advance(size);
    }

    /// <summary>Takes one entry off the front; false when there is none, or none that makes sense.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> rest, out StoredCursor cursor)
    {
        cursor = null!;
        if (rest.Length < EntrySize || rest[0] is not (Place or Removal))
        {
            return false;
        }

        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
        var stateLength = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
        var committed = BinaryPrimitives.ReadInt64LittleEndian(rest[8..]);
        if (stateLength is < 0 or > JournalLimits.MaxCursorStateBytes || committed < 0
            || rest.Length - EntrySize < nameLength + stateLength)
        {
            return false;
        }

        cursor = new StoredCursor(
            Encoding.UTF8.GetString(rest.Slice(EntrySize, nameLength)),
            committed,
            rest.Slice(EntrySize + nameLength, stateLength).ToArray(),
            new DroppedRange(
                BinaryPrimitives.ReadInt64LittleEndian(rest[16..]),
                new JournalPosition(BinaryPrimitives.ReadInt64LittleEndian(rest[24..])),
                new JournalPosition(BinaryPrimitives.ReadInt64LittleEndian(rest[32..]))),
            rest[0] == Removal);
        rest = rest[(EntrySize + nameLength + stateLength)..];
        return true;
    }
}
