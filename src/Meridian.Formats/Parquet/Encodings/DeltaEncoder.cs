using Meridian.Formats.Parquet.Buffers;

namespace Meridian.Formats.Parquet.Encodings;

/// <summary>
/// Integers by their differences, for timestamps (Encodings.md, "Delta encoding (DELTA_BINARY_PACKED = 5)").
/// </summary>
/// <remarks>
/// A block has 128 differences, kept as what they are above the block's least; each of its four miniblocks of 32 has a
/// width of its own. Sums and differences wrap around at 64 bits.
/// </remarks>
internal static class DeltaEncoder
{
    private const int BlockValues = 128;
    private const int Miniblocks = 4;
    private const int MiniblockValues = BlockValues / Miniblocks;

    public static void Encode(ReadOnlySpan<long> values, GrowingArray<byte> output)
    {
        output.AppendVarint(BlockValues);
        output.AppendVarint(Miniblocks);
        output.AppendVarint((ulong)values.Length);
        output.AppendZigZag(values.IsEmpty ? 0 : values[0]);
        Span<long> differences = stackalloc long[BlockValues];
        for (var at = 1; at < values.Length; at += BlockValues)
        {
            var count = Math.Min(BlockValues, values.Length - at);
            for (var i = 0; i < count; i++)
            {
                differences[i] = unchecked(values[at + i] - values[at + i - 1]);
            }

            AppendBlock(differences, count, output);
        }
    }

    private static void AppendBlock(Span<long> differences, int count, GrowingArray<byte> output)
    {
        var least = long.MaxValue;
        foreach (var difference in differences[..count])
        {
            least = Math.Min(least, difference);
        }

        // What the last block lacks counts as the least, so that it packs to zeros.
        differences[count..].Fill(least);
        output.AppendZigZag(least);
        Span<byte> widths = stackalloc byte[Miniblocks];
        for (var i = 0; i < BlockValues; i++)
        {
            differences[i] = unchecked(differences[i] - least);
        }

        for (var i = 0; i < Miniblocks; i++)
        {
            var bits = 0L;
            foreach (var difference in differences.Slice(i * MiniblockValues, MiniblockValues))
            {
                bits |= difference;
            }

            widths[i] = (byte)BitPacking.WidthOf((ulong)bits);
        }

        output.Append(widths);
        for (var i = 0; i < Miniblocks; i++)
        {
            // A miniblock of width 0, and so one behind the last value, has no bytes.
            ReadOnlySpan<long> miniblock = differences.Slice(i * MiniblockValues, MiniblockValues);
            output.Advance(BitPacking.Pack(miniblock, widths[i], output.Reserve(MiniblockValues * sizeof(long))));
        }
    }
}
