using System.Buffers.Binary;

namespace Meridian.Readings.Blocks;

/// <summary>Reads what <see cref="BlockWriter"/> wrote. How many integers there are is known beforehand.</summary>
internal static class BlockReader
{
    public static void ReadColumn(this ref RecordReader reader, Span<long> values)
    {
        for (var at = 0; at < values.Length; at += Block.Length)
        {
            reader.ReadBlock(values.Slice(at, Math.Min(Block.Length, values.Length - at)));
        }
    }

    public static void ReadBlock(this ref RecordReader reader, scoped Span<long> values)
    {
        var head = reader.ReadByte();
        var width = head & Block.WidthMask;
        if (width > Block.MaxWidth)
        {
            throw reader.Damaged($"integers of {width} bits do not exist");
        }

        var least = reader.ReadZigZag();
        if (width == 0)
        {
            values.Fill(least);
        }
        else
        {
            var bytes = Block.PackedBytes(values.Length, width);
            if (reader.Remaining - bytes >= Block.SlackBytes)
            {
                Unpack(reader.TakeWithRest(bytes), width, least, values);
            }
            else
            {
                UnpackAside(reader.Take(bytes), width, least, values);
            }
        }

        if ((head & Block.HasOutliers) != 0)
        {
            ReadOutliers(ref reader, least, values);
        }
    }

    /// <summary>At the end of a record there is no slack; a copy has it.</summary>
    private static void UnpackAside(
        ReadOnlySpan<byte> packed, int width, long least, scoped Span<long> values)
    {
        Span<byte> copy = stackalloc byte[(Block.Length * sizeof(ulong)) + Block.SlackBytes];
        packed.CopyTo(copy);
        Unpack(copy, width, least, values);
    }

    private static void Unpack(ReadOnlySpan<byte> packed, int width, long least, Span<long> values)
    {
        if (width > 57)
        {
            UnpackWide(packed, width, least, values);
            return;
        }

        // At most 7 bits of the byte before and 57 of its own: the integer lies in one word.
        var mask = ulong.MaxValue >> (Block.MaxWidth - width);
        var bit = 0;
        foreach (ref var value in values)
        {
            var bits = BinaryPrimitives.ReadUInt64LittleEndian(packed[(bit >> 3)..]) >> (bit & 7);
            value = unchecked(least + (long)(bits & mask));
            bit += width;
        }
    }

    private static void UnpackWide(ReadOnlySpan<byte> packed, int width, long least, Span<long> values)
    {
        var mask = ulong.MaxValue >> (Block.MaxWidth - width);
        var bit = 0;
        foreach (ref var value in values)
        {
            var at = bit >> 3;
            var shift = bit & 7;
            var bits = BinaryPrimitives.ReadUInt64LittleEndian(packed[at..]) >> shift;
            bits |= shift == 0 ? 0 : (ulong)packed[at + sizeof(ulong)] << (64 - shift);
            value = unchecked(least + (long)(bits & mask));
            bit += width;
        }
    }

    private static void ReadOutliers(ref RecordReader reader, long least, scoped Span<long> values)
    {
        int count = reader.ReadByte();
        for (var i = 0; i < count; i++)
        {
            int index = reader.ReadByte();
            if (index >= values.Length)
            {
                throw reader.Damaged($"outlier {index} lies in a block of {values.Length}");
            }

            values[index] = unchecked(least + reader.ReadZigZag());
        }
    }
}
