using Meridian.Formats.Parquet.Buffers;

namespace Meridian.Formats.Parquet.Encodings;

/// <summary>
/// The hybrid of runs and bit-packed groups that holds levels and dictionary indexes (Encodings.md, "Run Length
/// Encoding / Bit-Packing Hybrid (RLE = 3)").
/// </summary>
/// <remarks>
/// Integers are taken in groups of eight. A group of equal ones becomes a run, with all equal ones that follow; groups
/// between runs are packed together. Only the last group may be short: it is filled with zeros that nobody reads.
/// </remarks>
internal static class HybridEncoder
{
    private const int Group = 8;

    /// <summary>Encodes integers of at most <paramref name="width"/> bits, 1 to 31.</summary>
    public static void Encode(ReadOnlySpan<int> values, int width, GrowingArray<byte> output)
    {
        var packedFrom = 0;
        var at = 0;
        while (at < values.Length)
        {
            var value = values[at];
            var group = values.Slice(at, Math.Min(Group, values.Length - at));
            if (group.ContainsAnyExcept(value))
            {
                at += group.Length;
                continue;
            }

            var run = values[at..].IndexOfAnyExcept(value);
            run = run < 0 ? values.Length - at : run;
            Pack(values[packedFrom..at], width, output);
            AppendRun(value, run, width, output);
            at += run;
            packedFrom = at;
        }

        Pack(values[packedFrom..], width, output);
    }

    /// <summary>A run: its length × 2 as a varint, then the value in as many bytes as its width needs.</summary>
    public static void AppendRun(int value, int length, int width, GrowingArray<byte> output)
    {
        output.AppendVarint((ulong)length << 1);
        for (var bits = 0; bits < width; bits += 8)
        {
            output.Add((byte)(value >> bits));
        }
    }

    /// <summary>Packed groups: their number × 2 + 1 as a varint, then the bits.</summary>
    private static void Pack(ReadOnlySpan<int> values, int width, GrowingArray<byte> output)
    {
        if (values.IsEmpty)
        {
            return;
        }

        var groups = (values.Length + Group - 1) / Group;
        output.AppendVarint(((ulong)groups << 1) | 1);
        var room = output.Reserve(groups * width);
        var packed = BitPacking.Pack(values, width, room);
        room[packed..(groups * width)].Clear();
        output.Advance(groups * width);
    }
}
