using System.Numerics;
using Meridian.Formats.Parquet.Buffers;

namespace Meridian.Formats.Parquet.Encodings;

/// <summary>
/// Finds the different ones among many numbers, and for each number its index among them (Encodings.md, "Dictionary
/// Encoding"). Doubles are taken by their bits, so that NaN and −0 are kept as they are.
/// </summary>
/// <remarks>Gives up as soon as a dictionary does not pay: the numbers are written plain then.</remarks>
internal static class NumberDictionary
{
    private const int MaxEntries = 65_536;

    /// <summary>
    /// How many places a number may be looked for in, on average, before the table counts as useless.
    /// </summary>
    private const int MaxProbes = 8;

    /// <summary>Fills entries and indexes; false when a dictionary does not pay.</summary>
    public static bool TryBuild<T>(ReadOnlySpan<T> values, GrowingArray<T> entries, Span<int> indexes)
        where T : unmanaged, IBinaryInteger<T>
    {
        // With more entries than half the numbers, dictionary and indexes together are hardly shorter.
        var limit = Math.Min(MaxEntries, values.Length / 2);
        if (limit == 0)
        {
            return false;
        }

        var bits = BitOperations.Log2((uint)limit) + 2;
        var probes = (long)values.Length * MaxProbes;
        using var slots = new GrowingArray<int>();
        var table = slots.Resize(1 << bits);
        table.Clear();
        entries.Clear();
        entries.Add(values[0]);
        table[SlotOf(values[0], bits)] = 1;
        var last = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (value != entries.Written[last])
            {
                last = Find(value, table, bits, entries, ref probes);
                if (entries.Count > limit || probes < 0)
                {
                    return false;
                }
            }

            indexes[i] = last;
        }

        return true;
    }

    private static int Find<T>(T value, Span<int> table, int bits, GrowingArray<T> entries, ref long probes)
        where T : unmanaged, IBinaryInteger<T>
    {
        // The table is never full: it has more than twice as many slots as there may be entries.
        var slot = SlotOf(value, bits);
        while (table[slot] != 0)
        {
            var index = table[slot] - 1;
            if (entries.Written[index] == value)
            {
                return index;
            }

            slot = (slot + 1) & (table.Length - 1);
            probes--;
        }

        entries.Add(value);
        table[slot] = entries.Count;
        return entries.Count - 1;
    }

    private static int SlotOf<T>(T value, int bits)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mixed = unchecked(ulong.CreateTruncating(value) * 0x9E37_79B9_7F4A_7C15);
        return (int)(mixed >> (64 - bits));
    }
}
