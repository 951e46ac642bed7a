namespace Meridian.Formats.Tests.Parquet.Encodings;

/// <summary>Reads varints and packed integers bit by bit, as Encodings.md describes them.</summary>
internal sealed class BitReader(byte[] bytes)
{
    private int _at;

    public bool IsAtEnd => _at == bytes.Length;

    public byte Byte() => bytes[_at++];

    public ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var one = Byte();
            value |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
            {
                return value;
            }
        }
    }

    public long ZigZag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Packed integers that end at a byte's end.</summary>
    public ulong[] Packed(int count, int width)
    {
        var values = new ulong[count];
        for (var bit = 0; bit < count * width; bit++)
        {
            var isSet = (bytes[_at + (bit / 8)] >> (bit % 8)) & 1;
            values[bit / width] |= (ulong)isSet << (bit % width);
        }

        _at += ((count * width) + 7) / 8;
        return values;
    }
}
