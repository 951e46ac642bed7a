using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Meridian.Journal.Format;

/// <summary>
/// One of the two slots of the index: a copy of all places of cursors, checkpoints and files, as of a byte of the log.
/// The slots are written in turn, so a torn one leaves the other; the higher sequence counts. docs/formats/journal.md
/// draws it.
/// </summary>
internal sealed class IndexSlot
{
    private const int HeaderSize = 88;

    /// <summary>No slot is read that is larger: the journal is replayed instead.</summary>
    public const long MaxBytes = 1L << 30;

    public const uint Version = 2;

    private static ReadOnlySpan<byte> Magic => "MERIDIDX"u8;

    public required Guid Journal { get; init; }

    public ulong Sequence { get; init; }

    /// <summary>The ordinal of the segment up to which the slot tells all; earlier ones need no replay.</summary>
    public long Ordinal { get; init; }

    /// <summary>The byte in that segment where the replay begins.</summary>
    public long Offset { get; init; }

    /// <summary>The position after the last datum at that byte.</summary>
    public long End { get; init; }

    public IReadOnlyCollection<StoredCursor> Cursors { get; init; } = [];

    public IReadOnlyCollection<StoredCheckpoint> Checkpoints { get; init; } = [];

    public IReadOnlyCollection<StoredFile> Files { get; init; } = [];

    /// <summary>The slot's bytes.</summary>
    public void Encode(ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        output.GetSpan(HeaderSize)[..HeaderSize].Clear();
        output.Advance(HeaderSize);
        foreach (var cursor in Cursors)
        {
            Write64(output, cursor.Ordinal);
            CommitRecord.Write(output, cursor);
        }

        var sources = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var checkpoint in Checkpoints)
        {
            Write64(output, checkpoint.Ordinal);
            WriteText(output, sources, checkpoint.Source);
            Write32(output, Encoding.UTF8.GetByteCount(checkpoint.Key));
            Write32(output, checkpoint.Value.Length);
            _ = Encoding.UTF8.GetBytes(checkpoint.Key, output);
            output.Write(checkpoint.Value.Span);
        }

        foreach (var file in Files)
        {
            Write64(output, file.Ordinal);
            Write64(output, file.Length);
            _ = file.Id.TryWriteBytes(output.GetSpan(16), bigEndian: true, out _);
            output.Advance(16);
        }

        var header = MemoryMarshal.AsMemory(output.WrittenMemory).Span;
        WriteHeader(header, output.WrittenCount + 4);
        var crc = Crc32C.Compute(header);
        Write32(output, unchecked((int)crc));
    }

    /// <summary>Reads a slot's bytes; null when they are damaged or newer.</summary>
    /// <param name="bytes">The bytes, which may be followed by older ones.</param>
    /// <param name="version">The version, 0 when damaged.</param>
    public static IndexSlot? Decode(ReadOnlySpan<byte> bytes, out uint version)
    {
        version = 0;
        if (bytes.Length < HeaderSize + 4 || !bytes[..8].SequenceEqual(Magic))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        if (length < HeaderSize + 4 || length > bytes.Length)
        {
            return null;
        }

        var content = bytes[..((int)length - 4)];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[content.Length..]) != Crc32C.Compute(content))
        {
            return null;
        }

        version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        return version == Version ? DecodeEntries(content) : null;
    }

    private void WriteHeader(Span<byte> header, long length)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], length);
        _ = Journal.TryWriteBytes(header[24..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[48..], Ordinal);
        BinaryPrimitives.WriteInt64LittleEndian(header[56..], Offset);
        BinaryPrimitives.WriteInt64LittleEndian(header[64..], End);
        BinaryPrimitives.WriteInt32LittleEndian(header[72..], Cursors.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[76..], Checkpoints.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[80..], Files.Count);
    }

    private static IndexSlot? DecodeEntries(ReadOnlySpan<byte> bytes)
    {
        var rest = bytes[HeaderSize..];
        var cursors = new List<StoredCursor>();
        for (var i = BinaryPrimitives.ReadInt32LittleEndian(bytes[72..]); i > 0; i--)
        {
            var ordinal = rest.Length < 8 ? -1 : Read64(ref rest);
            if (ordinal < 0 || !CommitRecord.TryRead(ref rest, out var cursor))
            {
                return null;
            }

            cursors.Add(cursor with { Ordinal = ordinal });
        }

        var checkpoints = new List<StoredCheckpoint>();
        var sources = new List<string>();
        for (var i = BinaryPrimitives.ReadInt32LittleEndian(bytes[76..]); i > 0; i--)
        {
            if (!TryReadCheckpoint(ref rest, sources, out var checkpoint))
            {
                return null;
            }

            checkpoints.Add(checkpoint);
        }

        var files = new List<StoredFile>();
        for (var i = BinaryPrimitives.ReadInt32LittleEndian(bytes[80..]); i > 0; i--)
        {
            if (rest.Length < 32)
            {
                return null;
            }

            files.Add(new StoredFile(Read64(ref rest), Read64(ref rest), new Guid(rest[..16], bigEndian: true)));
            rest = rest[16..];
        }

        return new IndexSlot
        {
            Journal = new Guid(bytes.Slice(24, 16), bigEndian: true),
            Sequence = BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]),
            Ordinal = BinaryPrimitives.ReadInt64LittleEndian(bytes[48..]),
            Offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[56..]),
            End = BinaryPrimitives.ReadInt64LittleEndian(bytes[64..]),
            Cursors = cursors,
            Checkpoints = checkpoints,
            Files = files,
        };
    }

    private static bool TryReadCheckpoint(ref ReadOnlySpan<byte> rest, List<string> sources, out StoredCheckpoint found)
    {
        found = default;
        if (rest.Length < 20)
        {
            return false;
        }

        var ordinal = Read64(ref rest);
        var source = Read32(ref rest);
        if (source == sources.Count)
        {
            var nameLength = Read32(ref rest);
            if (nameLength < 0 || nameLength > rest.Length - 8)
            {
                return false;
            }

            sources.Add(Encoding.UTF8.GetString(rest[..nameLength]));
            rest = rest[nameLength..];
        }

        var keyLength = Read32(ref rest);
        var valueLength = Read32(ref rest);
        if ((uint)source >= sources.Count || keyLength < 0 || valueLength < 0 || keyLength > rest.Length
            || valueLength > rest.Length - keyLength)
        {
            return false;
        }

        found = new StoredCheckpoint(
            sources[source],
            Encoding.UTF8.GetString(rest[..keyLength]),
            rest.Slice(keyLength, valueLength).ToArray(),
            ordinal);
        rest = rest[(keyLength + valueLength)..];
        return true;
    }

    // A name stands where it is used first; later uses tell its number.
    private static void WriteText(ArrayBufferWriter<byte> output, Dictionary<string, int> known, string text)
    {
        if (known.TryGetValue(text, out var number))
        {
            Write32(output, number);
            return;
        }

        Write32(output, known.Count);
        known.Add(text, known.Count);
        Write32(output, Encoding.UTF8.GetByteCount(text));
        _ = Encoding.UTF8.GetBytes(text, output);
    }

    private static void Write32(ArrayBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    private static void Write64(ArrayBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    private static int Read32(ref ReadOnlySpan<byte> rest)
    {
        var value = BinaryPrimitives.ReadInt32LittleEndian(rest);
        rest = rest[4..];
        return value;
    }

    private static long Read64(ref ReadOnlySpan<byte> rest)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(rest);
        rest = rest[8..];
        return value;
    }
}

/// <summary>A checkpoint as it lies on disk; without a value it is forgotten.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoredCheckpoint(string Source, string Key, ReadOnlyMemory<byte> Value, long Ordinal);

/// <summary>A file as it lies on disk, and the segment that refers to it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StoredFile(long Ordinal, long Length, Guid Id);
