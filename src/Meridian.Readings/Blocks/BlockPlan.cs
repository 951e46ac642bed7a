using System.Runtime.InteropServices;

namespace Meridian.Readings.Blocks;

/// <summary>How a block is best written: the least of its integers and the width of the others.</summary>
/// <param name="Least">What the packed integers are differences to.</param>
/// <param name="Width">Bits of each; what needs more is an outlier.</param>
/// <param name="Bits">What it costs at most, without the block's head.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockPlan(long Least, int Width, int Bits)
{
    public static BlockPlan Of(ReadOnlySpan<long> values)
    {
        var least = values[0];
        var most = least;
        foreach (var value in values)
        {
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        var whole = Between(least, most, values.Length, 0);
        return whole.Width == 0 ? whole : WithOutliers(values, whole);
    }

    private static BlockPlan Between(long least, long most, int count, int outlierBits)
    {
        var width = Block.WidthOf(unchecked((ulong)(most - least)));
        return new BlockPlan(least, width, (count * width) + outlierBits);
    }

    /// <summary>
    /// Leaves out what lies far from the middle, as far as that pays.
    /// </summary>
    private static BlockPlan WithOutliers(ReadOnlySpan<long> values, BlockPlan whole)
    {
        var middle = MiddleOf(values);
        Span<int> lengths = stackalloc int[Block.MaxWidth + 1];
        foreach (var value in values)
        {
            lengths[LengthOf(value, middle)]++;
        }

        var (limit, outlierBits) = LimitOf(lengths, values.Length);
        if (limit == Block.MaxWidth)
        {
            return whole;
        }

        // Only what is left counts for the width; the middle one is always left.
        var least = middle;
        var most = middle;
        foreach (var value in values)
        {
            if (LengthOf(value, middle) <= limit)
            {
                least = Math.Min(least, value);
                most = Math.Max(most, value);
            }
        }

        var plan = Between(least, most, values.Length, outlierBits);
        return plan.Bits < whole.Bits ? plan : whole;
    }

    /// <summary>The length in bits beyond which leaving out costs least, and what it costs.</summary>
    private static (int Limit, int OutlierBits) LimitOf(ReadOnlySpan<int> lengths, int count)
    {
        var best = (Limit: Block.MaxWidth, OutlierBits: 0);
        var bestBits = int.MaxValue;
        var outlierBits = 0;
        for (var length = Block.MaxWidth; length >= 0; length--)
        {
            if (lengths[length] == 0)
            {
                continue;
            }

            var bits = (count * length) + outlierBits;
            if (bits < bestBits)
            {
                best = (outlierBits == 0 ? Block.MaxWidth : length, outlierBits);
                bestBits = bits;
            }

            // The first outlier needs the byte that counts them, each one its index and a varint, which may be a bit
            // longer for being the difference to the least and not to the middle.
            outlierBits += (outlierBits == 0 ? 8 : 0) + (lengths[length] * 8 * (2 + (length / 7)));
        }

        return best;
    }

    private static int LengthOf(long value, long middle) =>
        Block.WidthOf(ReadingsFormat.ZigZag(unchecked(value - middle)));

    /// <summary>The middle one of seven, spread over the block, stands for the middle of all.</summary>
    private static long MiddleOf(ReadOnlySpan<long> values)
    {
        const int Samples = 7;
        Span<long> sorted = stackalloc long[Samples];
        for (var i = 0; i < Samples; i++)
        {
            var sample = values[((2 * i) + 1) * values.Length / (2 * Samples)];
            var at = i;
            for (; at > 0 && sorted[at - 1] > sample; at--)
            {
                sorted[at] = sorted[at - 1];
            }

            sorted[at] = sample;
        }

        return sorted[Samples / 2];
    }
}
