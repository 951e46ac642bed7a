using System.Buffers.Binary;
using System.Numerics;
using Meridian.Formats.Parquet.Buffers;

namespace Meridian.Formats.Parquet.Compression;

/// <summary>
/// Compresses by the Snappy format (google/snappy, format_description.txt), without framing, as Parquet wants it
/// (Compression.md): the length as a varint, then literals and copies of what came before.
/// </summary>
/// <remarks>
/// The input is taken in blocks of 64 KiB that know nothing of one another, so that a place fits 16 bits. A table
/// remembers where four bytes were last seen. Where nothing repeats, steps grow, so that random bytes cost little.
/// </remarks>
internal static class Snappy
{
    private const int BlockBytes = 65_536;
    private const int TableBits = 14;

    /// <summary>Behind this no copy begins: eight bytes can be read at each place before it.</summary>
    private const int Margin = 16;

    private const int MaxCopy = 64;

    public static void Compress(ReadOnlySpan<byte> input, GrowingArray<byte> output)
    {
        output.AppendVarint((ulong)input.Length);
        using var places = new GrowingArray<ushort>();
        var table = places.Resize(1 << TableBits);
        while (!input.IsEmpty)
        {
            var block = input[..Math.Min(BlockBytes, input.Length)];
            input = input[block.Length..];

            // A literal costs at most three bytes more than it has, a copy is never longer than what it stands for.
            var room = output.Reserve(block.Length + (block.Length / 6) + 32);
            output.Advance(CompressBlock(block, table, room));
        }
    }

    private static int CompressBlock(ReadOnlySpan<byte> block, Span<ushort> table, Span<byte> output)
    {
        var written = 0;
        var literalFrom = 0;
        if (block.Length > Margin)
        {
            table.Clear();
            var last = block.Length - Margin;
            var at = 1;
            var misses = 32;
            while (at <= last)
            {
                var four = BinaryPrimitives.ReadUInt32LittleEndian(block[at..]);
                ref var place = ref table[(int)(unchecked(four * 0x1E35_A7BD) >> (32 - TableBits))];
                int candidate = place;
                place = (ushort)at;
                if (BinaryPrimitives.ReadUInt32LittleEndian(block[candidate..]) != four)
                {
                    at += misses++ >> 5;
                    continue;
                }

                written += AppendLiteral(block[literalFrom..at], output[written..]);
                var length = 4 + CommonLength(block[(candidate + 4)..], block[(at + 4)..]);
                written += AppendCopy(at - candidate, length, output[written..]);
                at += length;
                literalFrom = at;
                misses = 32;
                if (at <= last)
                {
                    // The place before the next one is worth remembering: what repeats often begins there.
                    var before = BinaryPrimitives.ReadUInt32LittleEndian(block[(at - 1)..]);
                    table[(int)(unchecked(before * 0x1E35_A7BD) >> (32 - TableBits))] = (ushort)(at - 1);
                }
            }
        }

        return written + AppendLiteral(block[literalFrom..], output[written..]);
    }

    /// <summary>How many bytes are equal; <paramref name="later"/> is the shorter one.</summary>
    private static int CommonLength(ReadOnlySpan<byte> earlier, ReadOnlySpan<byte> later)
    {
        // Most copies are short: the first eight bytes decide them.
        if (later.Length >= sizeof(ulong))
        {
            var different = BinaryPrimitives.ReadUInt64LittleEndian(earlier)
                ^ BinaryPrimitives.ReadUInt64LittleEndian(later);
            if (different != 0)
            {
                return BitOperations.TrailingZeroCount(different) / 8;
            }
        }

        return later.CommonPrefixLength(earlier);
    }

    /// <summary>§2.1: the length − 1 in the tag's upper six bits, or in one or two bytes behind it.</summary>
    private static int AppendLiteral(ReadOnlySpan<byte> literal, Span<byte> output)
    {
        var less = literal.Length - 1;
        var head = 1;
        switch (less)
        {
            case < 0:
                return 0;
            case < 60:
                output[0] = (byte)(less << 2);
                break;
            case < 256:
                output[0] = 60 << 2;
                output[1] = (byte)less;
                head = 2;
                break;
            default:
                output[0] = 61 << 2;
                BinaryPrimitives.WriteUInt16LittleEndian(output[1..], (ushort)less);
                head = 3;
                break;
        }

        literal.CopyTo(output[head..]);
        return head + literal.Length;
    }

    /// <summary>§2.2: copies of 1 to 64 bytes; of 4 to 11 bytes from less than 2,048 back in two bytes.</summary>
    private static int AppendCopy(int offset, int length, Span<byte> output)
    {
        var written = 0;
        while (length > 0)
        {
            // 60 in place of 64 where fewer than four would be left for the last, which could not be a short one.
            var part = length > MaxCopy + 3 ? MaxCopy : length > MaxCopy ? MaxCopy - 4 : length;
            if (part is >= 4 and <= 11 && offset < 2_048)
            {
                output[written++] = (byte)(1 | ((part - 4) << 2) | ((offset >> 8) << 5));
                output[written++] = (byte)offset;
            }
            else
            {
                output[written++] = (byte)(2 | ((part - 1) << 2));
                BinaryPrimitives.WriteUInt16LittleEndian(output[written..], (ushort)offset);
                written += 2;
            }

            length -= part;
        }

        return written;
    }
}
