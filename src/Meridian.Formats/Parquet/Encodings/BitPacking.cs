using System.Buffers.Binary;
using System.Numerics;

namespace Meridian.Formats.Parquet.Encodings;

/// <summary>Integers of a few bits each, one behind the other, lowest bits first (Encodings.md, RLE = 3).</summary>
internal static class BitPacking
{
    /// <summary>
    /// How many bits the largest of some integers needs; <paramref name="bits"/> is their bitwise or.
    /// </summary>
    public static int WidthOf(ulong bits) => 64 - BitOperations.LeadingZeroCount(bits);

    public static int BytesOf(int count, int width) => (int)((((long)count * width) + 7) / 8);

    /// <summary>Packs integers of at most <paramref name="width"/> bits, 1 to 64.</summary>
    /// <returns>How many bytes were written; the last is filled with zeros.</returns>
    public static int Pack<T>(ReadOnlySpan<T> values, int width, Span<byte> output)
        where T : unmanaged, IBinaryInteger<T>
    {
        // Bits gather in a word. What of a value has no room in it begins the next one.
        var word = 0UL;
        var filled = 0;
        var written = 0;
        foreach (var one in values)
        {
            var value = ulong.CreateTruncating(one);
            word |= value << filled;
            filled += width;
            if (filled >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(output[written..], word);
                written += sizeof(ulong);
                filled -= 64;
                word = filled == 0 ? 0 : value >> (width - filled);
            }
        }

        for (; filled > 0; filled -= 8)
        {
            output[written++] = (byte)word;
            word >>= 8;
        }

        return written;
    }
}
