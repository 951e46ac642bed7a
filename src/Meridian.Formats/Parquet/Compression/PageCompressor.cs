using System.IO.Compression;
using Meridian.Formats.Parquet.Buffers;

namespace Meridian.Formats.Parquet.Compression;

/// <summary>Compresses the body of a page as the file's options say (Compression.md).</summary>
internal static class PageCompressor
{
    /// <summary>The body as it is stored: a span of <paramref name="room"/>, or the body itself.</summary>
    public static ReadOnlySpan<byte> Compress(
        ParquetCompression compression, ReadOnlySpan<byte> body, GrowingArray<byte> room)
    {
        room.Clear();
        switch (compression)
        {
            case ParquetCompression.Snappy:
                Snappy.Compress(body, room);
                return room.Written;
            case ParquetCompression.Gzip:
                using (var sink = new GrowingStream(room))
                using (var gzip = new GZipStream(sink, CompressionLevel.Optimal))
                {
                    gzip.Write(body);
                }

                return room.Written;
            default:
                return body;
        }
    }
}
