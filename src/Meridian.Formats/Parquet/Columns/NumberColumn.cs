using System.Numerics;
using System.Runtime.InteropServices;
using Meridian.Formats.Parquet.Buffers;
using Meridian.Formats.Parquet.Encodings;
using Meridian.Formats.Parquet.Layout;

namespace Meridian.Formats.Parquet.Columns;

/// <summary>
/// A column of numbers: by a dictionary where that pays, else plain, which is their bytes, lowest first.
/// </summary>
internal static class NumberColumn
{
    /// <param name="values">The values, without those of rows that have none.</param>
    /// <param name="column">Which column; none when each row has a value.</param>
    /// <param name="columns">Where to.</param>
    public static void Write<T>(ReadOnlySpan<T> values, Presence column, ColumnPages columns)
        where T : unmanaged, IBinaryInteger<T>
    {
        using var entries = new GrowingArray<T>();
        using var indexes = new GrowingArray<int>();
        if (NumberDictionary.TryBuild(values, entries, indexes.Resize(values.Length)))
        {
            using var dictionary = new GrowingArray<byte>();
            AppendPlain(entries.Written, dictionary);
            columns.WriteIndexed(dictionary.Written, entries.Count, indexes.Written, column);
            return;
        }

        var rowCount = columns.Readings.Count;
        for (var row = 0; row < rowCount; row += ParquetLimits.PageRows)
        {
            var rows = Math.Min(ParquetLimits.PageRows, rowCount - row);
            var count = columns.Begin(row, rows, column);
            AppendPlain(values[..count], columns.Page);
            values = values[count..];
            columns.End(rows, ParquetEncoding.Plain);
        }
    }

    private static void AppendPlain<T>(ReadOnlySpan<T> values, GrowingArray<byte> output)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (BitConverter.IsLittleEndian)
        {
            output.Append(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (var value in values)
        {
            output.Advance(value.WriteLittleEndian(output.Reserve(sizeof(ulong))));
        }
    }
}
