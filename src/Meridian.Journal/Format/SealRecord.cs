using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Format;

/// <summary>
/// The last record of a finished segment: where in it positions and times lie, one entry per 64 KiB, and the sources
/// that it defines. Its payload ends with its own length, so that it is found from the end of the file;
/// docs/formats/journal.md draws it.
/// </summary>
internal sealed class SealRecord(IReadOnlyList<SealEntry> entries, IReadOnlyList<(uint Id, string Name)> sources)
{
    private const int EntrySize = 24;

    private const int TailSize = 8;

    private const uint TailMagic = 0x4C414553;

    /// <summary>Where positions and times lie, in order.</summary>
    public IReadOnlyList<SealEntry> Entries => entries;

    /// <summary>The sources that the segment defines.</summary>
    public IReadOnlyList<(uint Id, string Name)> Sources => sources;

    /// <summary>The latest time of all records; 0 when there are none.</summary>
    public long LastTicks { get; init; }

    /// <summary>The position after the last datum.</summary>
    public long End { get; init; }

    /// <summary>The record's bytes.</summary>
    public byte[] Encode(long ticks, uint seed)
    {
        var output = new ArrayBufferWriter<byte>(RecordHeader.Size + 32 + (EntrySize * entries.Count));
        output.GetSpan(RecordHeader.Size)[..RecordHeader.Size].Clear();
        output.Advance(RecordHeader.Size);
        Write64(output, LastTicks);
        Write32(output, entries.Count);
        Write32(output, sources.Count);
        foreach (var entry in entries)
        {
            Write64(output, entry.Position);
            Write64(output, entry.TicksBefore);
            Write64(output, entry.Offset);
        }

        foreach (var (id, name) in sources)
        {
            Write32(output, (int)id);
            Write32(output, Encoding.UTF8.GetByteCount(name));
            _ = Encoding.UTF8.GetBytes(name, output);
        }

        var length = output.WrittenCount + TailSize;
        Write32(output, length);
        Write32(output, unchecked((int)TailMagic));
        var bytes = output.WrittenSpan.ToArray();
        var header = new RecordHeader(
            RecordType.Seal, 0, 0, ticks, End, 0, length - RecordHeader.Size, 0);
        RecordHeader.Write(bytes, header, seed);
        return bytes;
    }

    /// <summary>Reads the seal at the end of a file; null when the file has none.</summary>
    public static SealRecord? TryLoad(IJournalFile file, long fileLength, uint seed)
    {
        Span<byte> tail = stackalloc byte[TailSize];
        if (fileLength < SegmentHeader.Size + RecordHeader.Size + TailSize
            || file.Read(tail, fileLength - TailSize) < TailSize
            || BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]) != TailMagic)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length < RecordHeader.Size + TailSize || length > fileLength - SegmentHeader.Size)
        {
            return null;
        }

        var bytes = new byte[length];
        return file.Read(bytes, fileLength - length) == length
            && RecordHeader.TryRead(bytes, seed, out var header)
            && header.Type == RecordType.Seal
            && header.TotalLength == length
            && header.Covers(bytes.AsSpan(RecordHeader.Size), seed)
                ? Decode(bytes.AsSpan(RecordHeader.Size..^TailSize), header.First)
                : null;
    }

    private static SealRecord? Decode(ReadOnlySpan<byte> bytes, long end)
    {
        if (bytes.Length < 16)
        {
            return null;
        }

        var lastTicks = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var entryCount = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var sourceCount = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        bytes = bytes[16..];
        if (entryCount < 0 || sourceCount < 0 || bytes.Length / EntrySize < entryCount)
        {
            return null;
        }

        var entries = new SealEntry[entryCount];
        foreach (ref var entry in entries.AsSpan())
        {
            entry = new SealEntry(
                BinaryPrimitives.ReadInt64LittleEndian(bytes),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
            bytes = bytes[EntrySize..];
        }

        var sources = new List<(uint Id, string Name)>();
        for (var i = 0; i < sourceCount; i++)
        {
            var length = bytes.Length < 8 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
            if (length < 0 || length > bytes.Length - 8)
            {
                return null;
            }

            sources.Add((
                BinaryPrimitives.ReadUInt32LittleEndian(bytes), Encoding.UTF8.GetString(bytes.Slice(8, length))));
            bytes = bytes[(8 + length)..];
        }

        return new SealRecord(entries, sources) { LastTicks = lastTicks, End = end };
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
}

/// <summary>One place of a segment that reading may begin at.</summary>
/// <param name="Position">The position of the first datum from there on.</param>
/// <param name="TicksBefore">The latest time of all records before it in the segment; 0 when there are none.</param>
/// <param name="Offset">The byte where a record begins.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SealEntry(long Position, long TicksBefore, long Offset);
