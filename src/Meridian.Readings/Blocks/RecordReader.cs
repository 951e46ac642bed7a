using System.Buffers.Binary;

namespace Meridian.Readings.Blocks;

/// <summary>Reads the primitives of a record; everything that would run past its end is a fault.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> record)
{
    private readonly ReadOnlySpan<byte> _record = record;
    private int _at;

    public readonly int Remaining => _record.Length - _at;

    public readonly bool IsAtEnd => _at == _record.Length;

    public byte ReadByte() => _at < _record.Length ? _record[_at++] : throw CutOff();

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public ulong ReadVarint()
    {
        ulong value = ReadByte();
        if (value < 0x80)
        {
            return value;
        }

        value &= 0x7F;
        for (var shift = 7; ; shift += 7)
        {
            ulong next = ReadByte();
            if (shift == 63 && next > 1)
            {
                throw Damaged("a number has more than 64 bits");
            }

            value |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>A length and so many bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        return length <= (ulong)Remaining
            ? Take((int)length)
            : throw Damaged($"{length} bytes are announced and {Remaining} follow");
    }

    public readonly ReadingsFormatException Damaged(string what) => ReadingsFormatException.Damaged(_at, what);

    public long ReadZigZag() => ReadingsFormat.UnZigZag(ReadVarint());

    /// <summary>A number of things of which each takes a byte or is one of so many that do.</summary>
    public int ReadCount(int most, string what)
    {
        var count = ReadVarint();
        return count <= (ulong)most
            ? (int)count
            : throw Damaged($"{count} {what} are announced and {most} are possible");
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > Remaining)
        {
            throw CutOff();
        }

        var taken = _record.Slice(_at, length);
        _at += length;
        return taken;
    }

    /// <summary>As many bytes and everything behind them, which is for looking at only.</summary>
    public ReadOnlySpan<byte> TakeWithRest(int length)
    {
        var rest = _record[_at..];
        _ = Take(length);
        return rest;
    }

    private readonly ReadingsFormatException CutOff() => Damaged("it ends too early");
}
