using System.Buffers;
using System.IO.Compression;
using Meridian.Readings.Blocks;
using Meridian.Readings.Columns;
using Meridian.Readings.Rows;
using Meridian.Sdk.Readings;

namespace Meridian.Readings;

/// <summary>
/// Reads records that <see cref="ReadingsEncoder"/> of this or an older version wrote. Names and texts that come again
/// are the same string instance.
/// </summary>
/// <remarks>
/// One thread at a time. Any bytes at all end in readings or in <see cref="ReadingsFormatException"/>. Memory is
/// bounded by the length of the record, never by a number that stands in it: a byte of an uncompressed record stands
/// for at most 52 readings, a compressed record grows at most 1,024 times and to at most 64 MiB, and no record holds
/// more than 16,777,216 readings.
/// </remarks>
public sealed class ReadingsDecoder
{
    /// <summary>Values that are states come again and again, and there are few of them; others are not worth
    /// keeping.</summary>
    private const int MaxTexts = 4_096;

    private const int MaxTextsBytes = 256 * 1_024;

    private const int MaxTextBytes = 256;

    private readonly RowsDecoder _rows;
    private readonly BodyReader _columns;
    private byte[] _body = [];

    /// <summary>A decoder that has met no names yet.</summary>
    public ReadingsDecoder()
    {
        var names = new InternedTexts();
        var texts = new InternedTexts(MaxTexts, MaxTextsBytes, MaxTextBytes);
        _rows = new RowsDecoder(names, texts);
        _columns = new BodyReader(names, texts);
    }

    /// <summary>How many readings a record holds, without decoding it.</summary>
    /// <param name="record">The record.</param>
    /// <returns>The number of readings, at least one, as its head says.</returns>
    /// <exception cref="ReadingsFormatException">The head is damaged or of an unknown version.</exception>
    public static int CountOf(ReadOnlySpan<byte> record)
    {
        var reader = new RecordReader(record);
        return ReadHead(ref reader).Count;
    }

    /// <summary>Decodes a record.</summary>
    /// <param name="record">The record, whole; not used after the call returns.</param>
    /// <param name="output">
    /// Where the readings go, such as an <see cref="ArrayBufferWriter{T}"/> that is used again. A damaged record adds
    /// nothing to it.
    /// </param>
    /// <returns>The number of readings.</returns>
    /// <exception cref="ReadingsFormatException">The record is damaged or of an unknown version.</exception>
    public int Decode(ReadOnlySpan<byte> record, IBufferWriter<Reading> output)
    {
        ArgumentNullException.ThrowIfNull(output);

        var reader = new RecordReader(record);
        var head = ReadHead(ref reader);
        if (head.Version == ReadingsFormat.RowsVersion)
        {
            _rows.Decode(ref reader, head.Count, output);
        }
        else
        {
            var body = head.IsBrotli ? Decompress(ref reader) : reader;
            _columns.Decode(ref body, head.Count, output);
        }

        output.Advance(head.Count);
        return head.Count;
    }

    private static Head ReadHead(ref RecordReader reader)
    {
        var version = reader.ReadByte();
        if (version == ReadingsFormat.RowsVersion)
        {
            return new Head(version, RowsDecoder.ReadCount(ref reader), false);
        }

        if (version != ReadingsFormat.Version)
        {
            throw ReadingsFormatException.OfVersion(version);
        }

        var flags = reader.ReadByte();
        if ((flags & ~ReadingsFormat.IsBrotli) != 0)
        {
            throw reader.Damaged($"the flags 0x{flags:X2} have bits that mean nothing");
        }

        var count = reader.ReadCount(ReadingsFormat.MaxReadings, "readings");
        return count > 0
            ? new Head(version, count, flags == ReadingsFormat.IsBrotli)
            : throw reader.Damaged("0 readings are announced");
    }

    /// <summary>The body as it was before it was compressed; lent until the next record.</summary>
    private RecordReader Decompress(ref RecordReader reader)
    {
        var length = reader.ReadVarint();
        var most = Math.Min(ReadingsFormat.MaxBodyBytes, (ulong)reader.Remaining * ReadingsFormat.MaxExpansion);
        if (length > most)
        {
            throw reader.Damaged($"a body of {length} bytes is announced and {most} are possible");
        }

        var body = Places.Of(ref _body, (int)length);
        return BrotliDecoder.TryDecompress(reader.Take(reader.Remaining), body, out var written)
            && written == body.Length
                ? new RecordReader(body)
                : throw reader.Damaged($"its compressed bytes do not become the {length} that are announced");
    }

    private readonly record struct Head(byte Version, int Count, bool IsBrotli);
}
