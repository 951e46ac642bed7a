using Meridian.Formats.Parquet.Buffers;
using Meridian.Formats.Parquet.Encodings;
using Meridian.Formats.Parquet.Layout;

namespace Meridian.Formats.Parquet.Columns;

/// <summary>Writes what has gathered as a row group: one column after the other, as the schema orders them.</summary>
internal sealed class RowGroupWriter(PageWriter pages, Footer footer)
{
    /// <summary>
    /// Writes a row group of at least one row. All buffers it needs are given back before it returns.
    /// </summary>
    public void Write(GatheredReadings readings)
    {
        using var columns = new ColumnPages(pages, readings);
        using var names = new GrowingArray<byte>();
        Span<byte> bounds = stackalloc byte[2 * sizeof(long)];
        var rows = readings.Count;

        WriteTimes(columns);
        End(ReadingsSchema.Timestamp, rows, ColumnStatistics.OfIntegers(readings.Times.Written, 0, bounds));

        End(ReadingsSchema.Point, rows, PointColumn.Write(columns, names));

        var values = readings.Values.Written;
        NumberColumn.Write(values, Presence.Value, columns);
        End(ReadingsSchema.Value, rows, ColumnStatistics.OfDoubles(values, rows - values.Length, bounds));

        var integers = readings.Integers.Written;
        NumberColumn.Write(integers, Presence.Integer, columns);
        End(ReadingsSchema.Integer, rows, ColumnStatistics.OfIntegers(integers, rows - integers.Length, bounds));

        BytesColumn.Write(readings.Texts, Presence.Text, columns);
        End(ReadingsSchema.Text, rows, ColumnStatistics.OfNulls(rows - readings.Texts.Count));

        BytesColumn.Write(readings.Jsons, Presence.Json, columns);
        End(ReadingsSchema.Json, rows, ColumnStatistics.OfNulls(rows - readings.Jsons.Count));

        BytesColumn.Write(readings.Bytes, Presence.Bytes, columns);
        End(ReadingsSchema.Bytes, rows, ColumnStatistics.OfNulls(rows - readings.Bytes.Count));

        NumberColumn.Write(readings.Qualities.Written, Presence.None, columns);
        End(ReadingsSchema.Quality, rows, ColumnStatistics.OfNulls(0));

        KindColumn.Write(columns);
        End(ReadingsSchema.Kind, rows, ColumnStatistics.OfNulls(0));

        footer.EndRowGroup(rows);
        pages.Dispose();
    }

    private static void WriteTimes(ColumnPages columns)
    {
        var times = columns.Readings.Times.Written;
        while (!times.IsEmpty)
        {
            var rows = Math.Min(ParquetLimits.PageRows, times.Length);
            _ = columns.Begin(0, rows, Presence.None);
            DeltaEncoder.Encode(times[..rows], columns.Page);
            columns.End(rows, ParquetEncoding.DeltaBinaryPacked);
            times = times[rows..];
        }
    }

    private void End(ParquetColumn column, int rows, in ColumnStatistics statistics)
    {
        footer.AddColumn(column, pages.Sums, rows, statistics);
        pages.BeginColumn();
    }
}
