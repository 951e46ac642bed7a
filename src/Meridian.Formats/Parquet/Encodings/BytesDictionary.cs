using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Meridian.Formats.Parquet.Buffers;

namespace Meridian.Formats.Parquet.Encodings;

/// <summary>
/// Finds the different ones among many byte arrays, and for each its index among them. Arrays come, and entries leave,
/// as they are written plain: four bytes of length, lowest first, and the bytes (Encodings.md, "Plain").
/// </summary>
/// <remarks>Gives up as soon as a dictionary does not pay: the arrays are written plain then.</remarks>
internal static class BytesDictionary
{
    private const int MaxEntries = 65_536;
    private const int MaxBytes = 8 * 1_024 * 1_024;

    /// <summary>
    /// How many places an array may be looked for in, on average, before the table counts as useless.
    /// </summary>
    private const int MaxProbes = 8;

    /// <summary>Fills entries and indexes; false when a dictionary does not pay.</summary>
    /// <param name="plain">The byte arrays.</param>
    /// <param name="entries">Where the different ones go.</param>
    /// <param name="indexes">As many as there are arrays.</param>
    /// <param name="count">How many different ones there are.</param>
    public static bool TryBuild(
        ReadOnlySpan<byte> plain, GrowingArray<byte> entries, Span<int> indexes, out int count)
    {
        entries.Clear();
        count = 0;
        var limit = Math.Min(MaxEntries, indexes.Length / 2);
        if (limit == 0)
        {
            return false;
        }

        var bits = BitOperations.Log2((uint)limit) + 2;
        var probes = (long)indexes.Length * MaxProbes;
        using var slots = new GrowingArray<Slot>();
        var table = slots.Resize(1 << bits);
        table.Clear();
        for (var i = 0; i < indexes.Length; i++)
        {
            var item = plain[..LengthOf(plain)];
            plain = plain[item.Length..];
            var hash = HashOf(item);
            var slot = (int)(hash >> (64 - bits));
            while (table[slot] is { Number: not 0 } taken && !taken.Holds(item, hash, entries))
            {
                slot = (slot + 1) & (table.Length - 1);
                probes--;
            }

            if (table[slot].Number == 0)
            {
                table[slot] = new Slot(++count, entries.Count, (uint)hash);
                entries.Append(item);
            }

            indexes[i] = table[slot].Number - 1;
            if (count > limit || probes < 0 || entries.Count > MaxBytes)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The length of the first byte array, with its own four bytes.</summary>
    public static int LengthOf(ReadOnlySpan<byte> plain) =>
        sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(plain);

    private static ulong HashOf(ReadOnlySpan<byte> item)
    {
        const ulong Odd = 0x9E37_79B9_7F4A_7C15;
        var hash = 0UL;
        for (; item.Length >= sizeof(ulong); item = item[sizeof(ulong)..])
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(item));
        }

        foreach (var one in item)
        {
            hash = (hash << 8) ^ (hash >> 56) ^ one;
        }

        return Mix(hash);

        static ulong Mix(ulong bits)
        {
            bits = unchecked(bits * Odd);
            return bits ^ (bits >> 32);
        }
    }

    /// <summary>
    /// A place of the table: an entry's number, counted from 1, where it begins, and bits of its hash.
    /// </summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Slot(int Number, int Offset, uint Hash)
    {
        public bool Holds(ReadOnlySpan<byte> item, ulong hash, GrowingArray<byte> entries)
        {
            if (Hash != (uint)hash)
            {
                return false;
            }

            // The item begins with its length, so equal bytes are an equal array.
            var rest = entries.Written[Offset..];
            return rest.StartsWith(item);
        }
    }
}
