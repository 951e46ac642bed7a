using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Meridian.Readings.Blocks;

/// <summary>Bytes that grow while a record is written, and are used again for the next one.</summary>
internal sealed class RecordWriter
{
    /// <summary>More than a usual record needs; a longer buffer is given back after the record.</summary>
    private const int MaxKeptBytes = 1_024 * 1_024;

    private byte[] _bytes = new byte[1_024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Room for so many bytes at the end; <see cref="Advance"/> says how many were written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int bytes)
    {
        if (_bytes.Length - Length < bytes)
        {
            Grow(bytes);
        }

        return _bytes.AsSpan(Length);
    }

    public void Advance(int bytes) => Length += bytes;

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > MaxKeptBytes)
        {
            _bytes = new byte[1_024];
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Writes over a byte that was written before.</summary>
    public void Patch(int at, byte value) => _bytes[at] = value;

    public void WriteByte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);
        Length += sizeof(uint);
    }

    public void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Reserve(sizeof(long)), value);
        Length += sizeof(long);
    }

    public void WriteZigZag(long value) => WriteVarint(ReadingsFormat.ZigZag(value));

    public void WriteVarint(ulong value)
    {
        var into = Reserve(ReadingsFormat.MaxVarintBytes);
        var at = 0;
        while (value > 0x7F)
        {
            into[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        into[at++] = (byte)value;
        Length += at;
    }

    private void Grow(int bytes) => Array.Resize(
        ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(2L * _bytes.Length, (long)Length + bytes)));
}
