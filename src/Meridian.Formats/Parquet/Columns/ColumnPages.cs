using System.Buffers.Binary;
using Meridian.Formats.Parquet.Buffers;
using Meridian.Formats.Parquet.Encodings;
using Meridian.Formats.Parquet.Layout;

namespace Meridian.Formats.Parquet.Columns;

/// <summary>
/// Makes the data pages of a column: definition levels where rows may have no value, then the values. A page begins and
/// ends between rows. Its buffers are rented while a row group is written.
/// </summary>
internal sealed class ColumnPages(PageWriter pages, GatheredReadings readings) : IDisposable
{
    private readonly GrowingArray<byte> _page = new();
    private readonly GrowingArray<int> _levels = new();

    /// <summary>The body of the page that is being made.</summary>
    public GrowingArray<byte> Page => _page;

    public GatheredReadings Readings => readings;

    /// <summary>
    /// Begins a page of some rows. Where rows may have no value: four bytes of length, then the levels, hybrid of one
    /// bit (Encodings.md, RLE; the format's README.md, "Nulls").
    /// </summary>
    /// <param name="firstRow">The first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="column">Which column's values; none when each row has one.</param>
    /// <returns>How many of the rows have a value.</returns>
    public int Begin(int firstRow, int rows, Presence column)
    {
        _page.Clear();
        if (column == Presence.None)
        {
            return rows;
        }

        _page.AppendInt32(0);
        var count = AppendLevels(firstRow, rows, column);
        BinaryPrimitives.WriteInt32LittleEndian(_page.Resize(_page.Count), _page.Count - sizeof(int));
        return count;
    }

    public void End(int rows, ParquetEncoding encoding) => pages.WriteData(_page.Written, rows, encoding);

    /// <summary>
    /// Writes the dictionary, then all data pages, of a column whose values are known by their indexes.
    /// </summary>
    /// <param name="dictionary">The different values, plain.</param>
    /// <param name="entries">How many there are.</param>
    /// <param name="indexes">Of each value.</param>
    /// <param name="column">Which column's values; none when each row has one.</param>
    public void WriteIndexed(
        ReadOnlySpan<byte> dictionary, int entries, ReadOnlySpan<int> indexes, Presence column)
    {
        pages.WriteDictionary(dictionary, entries);
        var width = Math.Max(1, BitPacking.WidthOf((uint)entries - 1));
        for (var row = 0; row < readings.Count; row += ParquetLimits.PageRows)
        {
            var rows = Math.Min(ParquetLimits.PageRows, readings.Count - row);
            var count = Begin(row, rows, column);
            _page.Add((byte)width);
            HybridEncoder.Encode(indexes[..count], width, _page);
            indexes = indexes[count..];
            End(rows, ParquetEncoding.RleDictionary);
        }
    }

    private int AppendLevels(int firstRow, int rows, Presence column)
    {
        // Most columns are full or empty in most row groups: one run says so.
        var total = readings.CountOf(column);
        if (total == 0 || total == readings.Count)
        {
            HybridEncoder.AppendRun(total == 0 ? 0 : 1, rows, 1, _page);
            return total == 0 ? 0 : rows;
        }

        var levels = _levels.Resize(rows);
        var count = 0;
        var marks = readings.Present.Written.Slice(firstRow, rows);
        for (var i = 0; i < marks.Length; i++)
        {
            var level = (marks[i] & (byte)column) != 0 ? 1 : 0;
            levels[i] = level;
            count += level;
        }

        HybridEncoder.Encode(levels, 1, _page);
        return count;
    }

    public void Dispose()
    {
        _page.Dispose();
        _levels.Dispose();
    }
}
