using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Meridian.Formats.Parquet.Thrift;

namespace Meridian.Formats.Parquet.Layout;

/// <summary>
/// What is known of a column in a row group, by which a reader skips row groups: parquet.thrift, Statistics. Least and
/// greatest are encoded plain, without a length; both empty when they are not known.
/// </summary>
internal readonly ref struct ColumnStatistics
{
    /// <summary>Longer texts would make the footer long and say little.</summary>
    private const int MaxBoundBytes = 256;

    private ColumnStatistics(ReadOnlySpan<byte> least, ReadOnlySpan<byte> greatest, long nullCount)
    {
        Least = least;
        Greatest = greatest;
        NullCount = nullCount;
    }

    public ReadOnlySpan<byte> Least { get; }

    public ReadOnlySpan<byte> Greatest { get; }

    public long NullCount { get; }

    public static ColumnStatistics OfNulls(long nullCount) => new([], [], nullCount);

    public static ColumnStatistics OfTexts(ReadOnlySpan<byte> least, ReadOnlySpan<byte> greatest) =>
        least.IsEmpty || Math.Max(least.Length, greatest.Length) > MaxBoundBytes
            ? OfNulls(0)
            : new(least, greatest, 0);

    /// <param name="values">The values; there may be none.</param>
    /// <param name="nullCount">How many rows have none.</param>
    /// <param name="room">16 bytes that live as long as the result.</param>
    public static ColumnStatistics OfIntegers(ReadOnlySpan<long> values, long nullCount, Span<byte> room)
    {
        if (values.IsEmpty)
        {
            return OfNulls(nullCount);
        }

        var (least, greatest) = (values[0], values[0]);
        foreach (var value in values)
        {
            least = Math.Min(least, value);
            greatest = Math.Max(greatest, value);
        }

        BinaryPrimitives.WriteInt64LittleEndian(room, least);
        BinaryPrimitives.WriteInt64LittleEndian(room[8..], greatest);
        return new(room[..8], room[8..16], nullCount);
    }

    /// <summary>
    /// The same for doubles, given as their bits. NaN has no place in an order, so where there is one nothing is said;
    /// a zero is said to be −0 as the least and +0 as the greatest (parquet.thrift, ColumnOrder).
    /// </summary>
    public static ColumnStatistics OfDoubles(ReadOnlySpan<long> bits, long nullCount, Span<byte> room)
    {
        var (least, greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in MemoryMarshal.Cast<long, double>(bits))
        {
            if (double.IsNaN(value))
            {
                return OfNulls(nullCount);
            }

            least = value < least ? value : least;
            greatest = value > greatest ? value : greatest;
        }

        if (bits.IsEmpty)
        {
            return OfNulls(nullCount);
        }

        BinaryPrimitives.WriteDoubleLittleEndian(room, least == 0 ? -0.0 : least);
        BinaryPrimitives.WriteDoubleLittleEndian(room[8..], greatest == 0 ? 0.0 : greatest);
        return new(room[..8], room[8..16], nullCount);
    }

    public void Write(int field, CompactWriter thrift)
    {
        thrift.BeginStruct(field);
        thrift.Int64(3, NullCount);
        if (!Least.IsEmpty)
        {
            thrift.Binary(5, Greatest);
            thrift.Binary(6, Least);
            thrift.Boolean(7, value: true);
            thrift.Boolean(8, value: true);
        }

        thrift.EndStruct();
    }
}
