using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Meridian.Formats.Csv;
using Meridian.Formats.Json;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Http.North;

/// <summary>
/// From readings to bodies of bounded size, in memory that is used again. The same readings make the same bytes. One
/// call at a time.
/// </summary>
internal sealed class BodyWriter(HttpNorthFormat format, HttpCompression compression, long maxBytes) : IDisposable
{
    // One huge batch shall not keep its memory for years.
    private const int MaxIdleBytes = 1024 * 1024;

    private readonly ReadingJsonWriter _json = new();
    private ArrayBufferWriter<byte> _one = new();
    private MemoryStream _body = new();
    private MemoryStream _packed = new();

    /// <summary>What a server reads the body as.</summary>
    public string MediaType => format switch
    {
        HttpNorthFormat.Ndjson => "application/x-ndjson",
        HttpNorthFormat.Csv => "text/csv; charset=utf-8",
        _ => "application/json",
    };

    /// <summary>
    /// Writes as many readings as fit. A body ends between two positions where it can: the readings that a transform
    /// made of one position are passed together or not at all.
    /// </summary>
    /// <param name="readings">The readings.</param>
    /// <param name="positions">Their positions.</param>
    /// <param name="from">The first to write.</param>
    /// <returns>Where the body ends, and the body; valid until the next call.</returns>
    public BodyPart Write(ReadOnlySpan<Reading> readings, ReadOnlySpan<long> positions, int from)
    {
        Begin();
        var (next, between) = (from, (Next: from, Bytes: 0L));
        while (next < readings.Length && TryAppend(readings[next], next == from))
        {
            next++;
            if (next == readings.Length || positions[next] != positions[next - 1])
            {
                between = (next, _body.Length);
            }
        }

        if (next < readings.Length && between.Next > from)
        {
            next = between.Next;
            _body.SetLength(between.Bytes);
        }

        _body.Write(End);
        return new BodyPart(from, next, next > from ? Packed() : default);
    }

    public void Dispose()
    {
        _json.Dispose();
        _body.Dispose();
        _packed.Dispose();
    }

    private ReadOnlySpan<byte> End => format == HttpNorthFormat.Json ? "]"u8 : [];

    private void Begin()
    {
        _one = _one.Capacity > MaxIdleBytes ? new ArrayBufferWriter<byte>() : _one;
        _body = Emptied(_body);
        _packed = Emptied(_packed);
        if (format == HttpNorthFormat.Csv)
        {
            _body.Write(ReadingCsvWriter.Header);
        }
    }

    private static MemoryStream Emptied(MemoryStream stream)
    {
        if (stream.Capacity > MaxIdleBytes)
        {
            stream.Dispose();
            return new MemoryStream();
        }

        stream.SetLength(0);
        return stream;
    }

    private bool TryAppend(in Reading reading, bool isFirst)
    {
        _one.ResetWrittenCount();
        switch (format)
        {
            case HttpNorthFormat.Csv:
                ReadingCsvWriter.Write(reading, _one);
                break;
            case HttpNorthFormat.Ndjson:
                _json.Write(reading, _one);
                _one.Write("\n"u8);
                break;
            default:
                _one.Write(isFirst ? "["u8 : ","u8);
                _json.Write(reading, _one);
                break;
        }

        if (_body.Length + _one.WrittenCount + End.Length > maxBytes)
        {
            return false;
        }

        _body.Write(_one.WrittenSpan);
        return true;
    }

    private ReadOnlyMemory<byte> Packed()
    {
        if (compression == HttpCompression.None)
        {
            return _body.GetBuffer().AsMemory(0, (int)_body.Length);
        }

        using (var gzip = new GZipStream(_packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(_body.GetBuffer().AsSpan(0, (int)_body.Length));
        }

        return _packed.GetBuffer().AsMemory(0, (int)_packed.Length);
    }
}

/// <summary>A body with the readings of a batch that are in it.</summary>
/// <param name="From">The first.</param>
/// <param name="Next">The first behind it; the same as <paramref name="From"/> when not even that one fits.</param>
/// <param name="Bytes">The body.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BodyPart(int From, int Next, ReadOnlyMemory<byte> Bytes);
