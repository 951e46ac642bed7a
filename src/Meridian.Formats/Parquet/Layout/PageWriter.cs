using System.Runtime.InteropServices;
using Meridian.Formats.Parquet.Buffers;
using Meridian.Formats.Parquet.Compression;
using Meridian.Formats.Parquet.Thrift;

namespace Meridian.Formats.Parquet.Layout;

/// <summary>
/// Puts pages into the file, one behind the other: a header in Thrift, then the compressed body (parquet.thrift,
/// PageHeader). Keeps the sums that the footer tells about the column that is being written.
/// </summary>
internal sealed class PageWriter(Stream stream, ParquetCompression compression) : IDisposable
{
    private const int DataPage = 0;
    private const int DictionaryPage = 2;

    private readonly GrowingArray<byte> _header = new();
    private readonly GrowingArray<byte> _compressed = new();

    /// <summary>Where in the file the next byte goes.</summary>
    public long Position { get; private set; }

    public ParquetCompression Compression => compression;

    /// <summary>What the pages of this column have taken so far.</summary>
    public ChunkSums Sums { get; private set; }

    public void BeginColumn() => Sums = default;

    /// <summary>The different values, written plain; comes before the data that refer to it.</summary>
    public void WriteDictionary(ReadOnlySpan<byte> body, int entries)
    {
        Sums = Sums with { DictionaryOffset = Position };
        var thrift = BeginHeader(DictionaryPage, body, out var stored);
        thrift.BeginStruct(7);
        thrift.Int32(1, entries);
        thrift.Int32(2, (int)ParquetEncoding.Plain);
        thrift.EndStruct();
        EndPage(thrift, body.Length, stored);
    }

    /// <summary>Levels and values of some rows, in the data page format of version 1.</summary>
    public void WriteData(ReadOnlySpan<byte> body, int rows, ParquetEncoding encoding)
    {
        Sums = Sums with { DataOffset = Sums.DataOffset == 0 ? Position : Sums.DataOffset, Encoding = encoding };
        var thrift = BeginHeader(DataPage, body, out var stored);
        thrift.BeginStruct(5);
        thrift.Int32(1, rows);
        thrift.Int32(2, (int)encoding);
        thrift.Int32(3, (int)ParquetEncoding.Rle);
        thrift.Int32(4, (int)ParquetEncoding.Rle);
        thrift.EndStruct();
        EndPage(thrift, body.Length, stored);
    }

    /// <summary>Bytes that are no page: the marks at both ends, and the footer.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        Position += bytes.Length;
    }

    /// <summary>Gives the buffers back; they are rented again when the next row group comes.</summary>
    public void Dispose()
    {
        _header.Dispose();
        _compressed.Dispose();
    }

    private CompactWriter BeginHeader(int type, ReadOnlySpan<byte> body, out ReadOnlySpan<byte> stored)
    {
        stored = PageCompressor.Compress(compression, body, _compressed);
        _header.Clear();
        var thrift = new CompactWriter(_header);
        thrift.BeginStruct();
        thrift.Int32(1, type);
        thrift.Int32(2, body.Length);
        thrift.Int32(3, stored.Length);
        return thrift;
    }

    private void EndPage(CompactWriter thrift, int plainLength, ReadOnlySpan<byte> stored)
    {
        thrift.EndStruct();
        Sums = Sums with
        {
            PlainBytes = Sums.PlainBytes + _header.Count + plainLength,
            StoredBytes = Sums.StoredBytes + _header.Count + stored.Length,
        };
        WriteBytes(_header.Written);
        WriteBytes(stored);
    }
}

/// <summary>What the pages of one column of one row group take; lengths with the pages' headers.</summary>
/// <param name="DictionaryOffset">Where its dictionary is; 0 when it has none.</param>
/// <param name="DataOffset">Where its first data page is.</param>
/// <param name="PlainBytes">Before compression.</param>
/// <param name="StoredBytes">In the file.</param>
/// <param name="Encoding">Of its data pages.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChunkSums(
    long DictionaryOffset, long DataOffset, long PlainBytes, long StoredBytes, ParquetEncoding Encoding);
