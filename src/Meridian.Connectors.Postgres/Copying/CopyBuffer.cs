using System.Buffers.Binary;
using System.Text;

namespace Meridian.Connectors.Postgres.Copying;

/// <summary>
/// Gathers rows in PostgreSQL's binary COPY format (PostgreSQL 15, COPY, "Binary Format"). Used again for every batch,
/// so a batch allocates nothing but what a larger row than ever needs. One thread at a time.
/// </summary>
/// <remarks>
/// <code>
/// header   "PGCOPY\n\xFF\r\n\0"  flags int32 = 0  extension int32 = 0
/// row      fields int16   then per field: length int32 (−1 is NULL), that many bytes      all big-endian
/// trailer  int16 = −1
/// </code>
/// </remarks>
internal sealed class CopyBuffer
{
    /// <summary>From here on it is worth sending: many network packets, within the processor's cache.</summary>
    public const int FullBytes = 64 * 1024;

    // What one enormous text made it grow to is not kept for ever.
    private const int KeptBytes = 1024 * 1024;

    // 2000-01-01 UTC, where PostgreSQL's time begins, in µs since 0001-01-01.
    private static readonly long EpochMicroseconds =
        new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerMicrosecond;

    private byte[] _bytes = new byte[FullBytes * 2];
    private int _length;

    /// <summary>Whether it should be sent before the next row.</summary>
    public bool IsFull => _length >= FullBytes;

    /// <summary>What has been gathered; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Forgets what was gathered.</summary>
    public void Clear()
    {
        _length = 0;
        if (_bytes.Length > KeptBytes)
        {
            _bytes = new byte[FullBytes * 2];
        }
    }

    /// <summary>Makes room: what is written until the next call must not take more.</summary>
    public void Reserve(int bytes)
    {
        if (_bytes.Length - _length < bytes)
        {
            var wanted = Math.Max(2L * _bytes.Length, (long)_length + bytes);
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, wanted));
        }
    }

    /// <summary>Begins a COPY; needs 19 bytes.</summary>
    public void WriteHeader()
    {
        "PGCOPY\n"u8.CopyTo(Take(7));
        ReadOnlySpan<byte> signatureEndAndFlags = [0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];
        signatureEndAndFlags.CopyTo(Take(12));
    }

    /// <summary>Ends a COPY; needs 2 bytes.</summary>
    public void WriteTrailer() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    /// <summary>Begins a row; needs 2 bytes.</summary>
    public void WriteRow(short fields) => BinaryPrimitives.WriteInt16BigEndian(Take(2), fields);

    /// <summary>A NULL; needs 4 bytes.</summary>
    public void WriteNull() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    /// <summary>A smallint; needs 6 bytes.</summary>
    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(TakeField(2), value);

    /// <summary>A boolean; needs 5 bytes.</summary>
    public void WriteBoolean(bool value) => TakeField(1)[0] = value ? (byte)1 : (byte)0;

    /// <summary>
    /// A timestamptz, in µs since 2000-01-01 UTC; needs 12 bytes. Cut to the microsecond, not rounded: no reading moves
    /// into the future, and order is kept.
    /// </summary>
    public void WriteTime(DateTimeOffset value) => WriteInt64(MicrosecondsOf(value) - EpochMicroseconds);

    /// <summary>The microseconds since 0001-01-01 UTC that the database tells apart.</summary>
    public static long MicrosecondsOf(DateTimeOffset value) => value.UtcTicks / TimeSpan.TicksPerMicrosecond;

    /// <summary>A bigint; needs 12 bytes.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(TakeField(8), value);

    /// <summary>A double precision, every bit kept; needs 12 bytes.</summary>
    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleBigEndian(TakeField(8), value);

    /// <summary>A uuid; needs 20 bytes.</summary>
    public void WriteGuid(Guid value) => value.TryWriteBytes(TakeField(16), bigEndian: true, out _);

    /// <summary>A bytea; needs 4 bytes and its own.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value) => value.CopyTo(TakeField(value.Length));

    /// <summary>A text in UTF-8; needs 4 bytes and three for each character.</summary>
    public void WriteText(ReadOnlySpan<char> value)
    {
        var length = Take(4);
        BinaryPrimitives.WriteInt32BigEndian(length, AppendUtf8(value));
    }

    /// <summary>A jsonb: its version and the text; needs 5 bytes and three for each character.</summary>
    public void WriteJsonb(ReadOnlySpan<char> json)
    {
        // src/backend/utils/adt/jsonb.c, jsonb_recv: "the only supported version is 1".
        var length = Take(4);
        Take(1)[0] = 1;
        BinaryPrimitives.WriteInt32BigEndian(length, 1 + AppendUtf8(json));
    }

    private int AppendUtf8(ReadOnlySpan<char> value)
    {
        var written = Encoding.UTF8.GetBytes(value, _bytes.AsSpan(_length));
        _length += written;
        return written;
    }

    private Span<byte> TakeField(int bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), bytes);
        return Take(bytes);
    }

    private Span<byte> Take(int bytes)
    {
        var span = _bytes.AsSpan(_length, bytes);
        _length += bytes;
        return span;
    }
}
