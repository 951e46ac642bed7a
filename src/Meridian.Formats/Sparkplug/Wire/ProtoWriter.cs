using System.Buffers.Binary;
using System.Text;

namespace Meridian.Formats.Sparkplug.Wire;

/// <summary>
/// Writes the wire format of Protocol Buffers into one buffer that grows and is used again. A message within another is
/// written in place and moved by the few bytes that its length takes.
/// </summary>
internal sealed class ProtoWriter
{
    private const int MaxVarintBytes = 10;

    private byte[] _buffer = new byte[256];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Takes back what was written beyond a length.</summary>
    public void CutTo(int length) => Length = length;

    public void WriteVarint(int field, ulong value)
    {
        WriteTag(field, WireType.Varint);
        WriteVarint(value);
    }

    public void WriteBoolean(int field, bool value) => WriteVarint(field, value ? 1UL : 0);

    public void WriteFixed32(int field, uint value)
    {
        WriteTag(field, WireType.Fixed32);
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
    }

    public void WriteFixed64(int field, ulong value)
    {
        WriteTag(field, WireType.Fixed64);
        BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);
    }

    public void WriteText(int field, string value)
    {
        WriteTag(field, WireType.Length);
        var length = Encoding.UTF8.GetByteCount(value);
        WriteVarint((ulong)length);
        _ = Encoding.UTF8.GetBytes(value, Take(length));
    }

    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        WriteTag(field, WireType.Length);
        WriteVarint((ulong)value.Length);
        value.CopyTo(Take(value.Length));
    }

    /// <summary>Begins a message within this one; give the result to <see cref="End"/>.</summary>
    public int Begin(int field)
    {
        WriteTag(field, WireType.Length);
        return Length;
    }

    public void End(int start)
    {
        var length = Length - start;
        var lengthBytes = 1;
        for (var rest = (uint)length >> 7; rest > 0; rest >>= 7)
        {
            lengthBytes++;
        }

        _ = Take(lengthBytes);
        _buffer.AsSpan(start, length).CopyTo(_buffer.AsSpan(start + lengthBytes));
        Length = start;
        WriteVarint((ulong)length);
        Length += length;
    }

    private void WriteTag(int field, WireType wire) => WriteVarint(((ulong)field << 3) | (uint)wire);

    private void WriteVarint(ulong value)
    {
        Span<byte> bytes = stackalloc byte[MaxVarintBytes];
        var count = 0;
        while (value >= 0x80)
        {
            bytes[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[count++] = (byte)value;
        bytes[..count].CopyTo(Take(count));
    }

    private Span<byte> Take(int length)
    {
        if (_buffer.Length - Length < length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + length));
        }

        var taken = _buffer.AsSpan(Length, length);
        Length += length;
        return taken;
    }
}
