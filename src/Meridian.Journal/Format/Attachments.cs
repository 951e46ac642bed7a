using System.Buffers.Binary;
using System.Text;

namespace Meridian.Journal.Format;

/// <summary>
/// What stands before the content in the payload of a record whose header says so, and is the whole payload of a
/// checkpoint record: checkpoints and at most one file; docs/formats/journal.md draws it.
/// </summary>
internal static class Attachments
{
    private const int PrefixSize = 4;

    private const int EntrySize = 8;

    private const byte CheckpointKind = 1;

    private const byte FileKind = 2;

    /// <summary>How many bytes these attachments need; 0 without any.</summary>
    public static int SizeOf(ReadOnlySpan<JournalCheckpoint> checkpoints, JournalFile? file)
    {
        if (checkpoints.IsEmpty && file is null)
        {
            return 0;
        }

        var size = PrefixSize + (file is null ? 0 : SizeOf(file.Name, JournalFile.StoredSize));
        foreach (ref readonly var checkpoint in checkpoints)
        {
            size += SizeOf(checkpoint.Key, checkpoint.Value.Length);
        }

        return size;
    }

    /// <summary>How many bytes one checkpoint adds.</summary>
    public static int SizeOf(string key, int valueLength) => EntrySize + Encoding.UTF8.GetByteCount(key) + valueLength;

    /// <summary>Writes the length of all attachments.</summary>
    /// <returns>Where the first entry goes.</returns>
    public static int Begin(Span<byte> payload, int size)
    {
        BinaryPrimitives.WriteInt32LittleEndian(payload, size);
        return PrefixSize;
    }

    /// <summary>Writes one checkpoint at <paramref name="at"/>.</summary>
    /// <returns>Where its value lies.</returns>
    public static int WriteCheckpoint(Span<byte> payload, ref int at, string key, ReadOnlySpan<byte> value)
    {
        var valueAt = WriteEntry(payload, at, CheckpointKind, key, value.Length);
        value.CopyTo(payload[valueAt..]);
        at = valueAt + value.Length;
        return valueAt;
    }

    /// <summary>Writes the file at <paramref name="at"/>.</summary>
    public static void WriteFile(Span<byte> payload, ref int at, JournalFile file)
    {
        var valueAt = WriteEntry(payload, at, FileKind, file.Name, JournalFile.StoredSize);
        file.Write(payload[valueAt..]);
        at = valueAt + JournalFile.StoredSize;
    }

    /// <summary>The length of the attachments at the begin of a payload; they are all of it when they make no
    /// sense.</summary>
    public static int LengthOf(ReadOnlySpan<byte> payload)
    {
        var length = payload.Length < PrefixSize ? -1 : BinaryPrimitives.ReadInt32LittleEndian(payload);
        return length < PrefixSize || length > payload.Length ? payload.Length : length;
    }

    /// <summary>Gives all attachments of a payload, in order.</summary>
    public static void Read(
        ReadOnlySpan<byte> payload, Action<string, byte[]> onCheckpoint, Action<JournalFile>? onFile)
    {
        var rest = payload[Math.Min(PrefixSize, payload.Length)..LengthOf(payload)];
        while (rest.Length >= EntrySize)
        {
            var keyLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            var valueLength = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            if (valueLength < 0 || rest.Length - EntrySize - keyLength < valueLength)
            {
                return;
            }

            var key = Encoding.UTF8.GetString(rest.Slice(EntrySize, keyLength));
            var value = rest.Slice(EntrySize + keyLength, valueLength);
            if (rest[0] == CheckpointKind)
            {
                onCheckpoint(key, value.ToArray());
            }
            else if (rest[0] == FileKind && JournalFile.TryRead(key, value) is { } file)
            {
                onFile?.Invoke(file);
            }

            rest = rest[(EntrySize + keyLength + valueLength)..];
        }
    }

    private static int WriteEntry(Span<byte> payload, int at, byte kind, string key, int valueLength)
    {
        var entry = payload[at..];
        entry[0] = kind;
        entry[1] = 0;
        var keyLength = Encoding.UTF8.GetBytes(key, entry[EntrySize..]);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], (ushort)keyLength);
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], valueLength);
        return at + EntrySize + keyLength;
    }
}
