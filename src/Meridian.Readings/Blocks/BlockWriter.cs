using System.Buffers.Binary;

namespace Meridian.Readings.Blocks;

/// <summary>Writes columns of integers, block by block.</summary>
internal static class BlockWriter
{
    public static void WriteColumn(this RecordWriter writer, ReadOnlySpan<long> values)
    {
        for (var at = 0; at < values.Length; at += Block.Length)
        {
            var block = values.Slice(at, Math.Min(Block.Length, values.Length - at));
            writer.WriteBlock(block, BlockPlan.Of(block));
        }
    }

    public static void WriteBlock(this RecordWriter writer, ReadOnlySpan<long> values, BlockPlan plan)
    {
        var headAt = writer.Length;
        writer.WriteByte((byte)plan.Width);
        writer.WriteZigZag(plan.Least);
        if (plan.Width > 0)
        {
            writer.Advance(Pack(values, plan, writer.Reserve((values.Length * sizeof(ulong)) + Block.SlackBytes)));
        }

        if (plan.Bits > values.Length * plan.Width)
        {
            writer.Patch(headAt, (byte)(plan.Width | Block.HasOutliers));
            WriteOutliers(writer, values, plan);
        }
    }

    /// <summary>Packs what fits the width, and nothing but zeros for what does not.</summary>
    private static int Pack(ReadOnlySpan<long> values, BlockPlan plan, Span<byte> into)
    {
        var width = plan.Width;
        var most = ulong.MaxValue >> (Block.MaxWidth - width);
        var word = 0UL;
        var filled = 0;
        var at = 0;
        foreach (var value in values)
        {
            var bits = unchecked((ulong)(value - plan.Least));
            bits = bits > most ? 0 : bits;
            word |= bits << filled;
            filled += width;
            if (filled >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(into[at..], word);
                at += sizeof(ulong);
                filled -= 64;
                word = filled == 0 ? 0 : bits >> (width - filled);
            }
        }

        BinaryPrimitives.WriteUInt64LittleEndian(into[at..], word);
        return at + ((filled + 7) >> 3);
    }

    private static void WriteOutliers(RecordWriter writer, ReadOnlySpan<long> values, BlockPlan plan)
    {
        var countAt = writer.Length;
        var count = 0;
        writer.WriteByte(0);
        for (var i = 0; i < values.Length; i++)
        {
            var difference = unchecked(values[i] - plan.Least);
            if (Block.WidthOf(unchecked((ulong)difference)) > plan.Width)
            {
                writer.WriteByte((byte)i);
                writer.WriteZigZag(difference);
                count++;
            }
        }

        // Never all 256: the middle one is packed.
        writer.Patch(countAt, (byte)count);
    }
}
