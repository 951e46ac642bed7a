using Meridian.Formats.Parquet.Buffers;
using Meridian.Formats.Parquet.Encodings;
using Meridian.Formats.Parquet.Layout;

namespace Meridian.Formats.Parquet.Columns;

/// <summary>A column of texts or bytes: by a dictionary where that pays, else plain.</summary>
internal static class BytesColumn
{
    /// <param name="values">The values, without those of rows that have none.</param>
    /// <param name="column">Which column.</param>
    /// <param name="columns">Where to.</param>
    public static void Write(GatheredBytes values, Presence column, ColumnPages columns)
    {
        using var dictionary = new GrowingArray<byte>();
        using var indexes = new GrowingArray<int>();
        if (BytesDictionary.TryBuild(
            values.Plain.Written, dictionary, indexes.Resize(values.Count), out var entries))
        {
            columns.WriteIndexed(dictionary.Written, entries, indexes.Written, column);
            return;
        }

        WritePlain(values.Plain.Written, column, columns);
    }

    /// <summary>Writes values plain, in pages of about 1 MiB, or of one value where that is larger.</summary>
    public static void WritePlain(ReadOnlySpan<byte> plain, Presence column, ColumnPages columns)
    {
        var rowCount = columns.Readings.Count;
        for (var row = 0; row < rowCount;)
        {
            var (rows, bytes) = Fill(plain, row, column, columns.Readings);
            _ = columns.Begin(row, rows, column);
            columns.Page.Append(plain[..bytes]);
            plain = plain[bytes..];
            columns.End(rows, ParquetEncoding.Plain);
            row += rows;
        }
    }

    /// <summary>How many of the next rows make a page, and how many bytes their values have.</summary>
    private static (int Rows, int Bytes) Fill(
        ReadOnlySpan<byte> plain, int firstRow, Presence column, GatheredReadings readings)
    {
        var most = Math.Min(ParquetLimits.PageRows, readings.Count - firstRow);
        if (plain.IsEmpty)
        {
            return (most, 0);
        }

        var marks = readings.Present.Written.Slice(firstRow, most);
        var bytes = 0;
        var rows = 0;
        while (rows < most && bytes < ParquetLimits.PageBytes)
        {
            if (column == Presence.None || (marks[rows] & (byte)column) != 0)
            {
                bytes += BytesDictionary.LengthOf(plain[bytes..]);
            }

            rows++;
        }

        return (rows, bytes);
    }
}
