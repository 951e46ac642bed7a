using System.Diagnostics;
using Meridian.Connectors.Postgres.Copying;
using Meridian.Connectors.Postgres.Naming;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;

namespace Meridian.Connectors.Postgres.North.Layouts;

/// <summary>
/// One row per time (and key), one column per point. Readings of a batch that meet in a row are joined here, those of
/// different batches by the merging statement; of several for one cell the last one counts. What is remembered of a
/// batch is used again for the next.
/// </summary>
internal sealed class WideLayout : IRowLayout
{
    private const string TimeColumn = "time";
    private const int None = -1;

    // A field's length, and at most what a number takes as text.
    private const int FixedBytes = 48;

    private readonly WideMap _map;
    private readonly int _fieldCount;
    private readonly Dictionary<(long Microseconds, string Key), int> _rowOf = [];
    private readonly List<int> _lastOfRow = [];
    private readonly int[] _readingOfColumn;
    private int[] _previous = [];

    /// <summary>A layout of columns that were checked.</summary>
    public WideLayout(WideMap map)
    {
        _map = map;
        _readingOfColumn = new int[map.Columns.Count];
        Index = map.KeyColumn is null ? [TimeColumn] : [map.KeyColumn, TimeColumn];
        Columns =
        [
            ColumnShape.Time,
            .. map.KeyColumn is null ? [] : new[] { new ColumnShape(map.KeyColumn, "text", IsRequired: true) },
            .. map.Columns.SelectMany(static column => column.Quality is null
                ? [column.Shape]
                : new[] { column.Shape, new ColumnShape(column.Quality, "bigint", IsRequired: false) }),
        ];
        _fieldCount = Columns.Count;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ColumnShape> Columns { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Index { get; }

    /// <inheritdoc/>
    public bool IsMerged => true;

    /// <inheritdoc/>
    public string MergeSql(string table, string staged)
    {
        var names = MergeStatement.List(Columns.Select(static column => column.Name));
        return $"INSERT INTO {table} AS kept ({names}) SELECT {names} FROM {staged} "
            + $"ON CONFLICT ({MergeStatement.List(Index)}) DO UPDATE SET "
            + string.Join(", ", _map.Columns.Select(Assignment));
    }

    /// <inheritdoc/>
    public string? FindProblem(in Reading reading)
    {
        if (StorableText.FindProblem(reading) is { } unstorable)
        {
            return unstorable;
        }

        var place = _map.PlaceOf(reading.Point);
        return place.Column is null ? place.Problem : WideCells.FindProblem(place.Column, reading);
    }

    /// <inheritdoc/>
    public int Begin(ValuesBatch batch)
    {
        var readings = batch.Readings.Span;
        _rowOf.Clear();
        _lastOfRow.Clear();
        if (_previous.Length < readings.Length)
        {
            _previous = new int[readings.Length];
        }

        for (var i = 0; i < readings.Length; i++)
        {
            var cell = (CopyBuffer.MicrosecondsOf(readings[i].Timestamp), _map.PlaceOf(readings[i].Point).Key);
            if (_rowOf.TryGetValue(cell, out var row))
            {
                _previous[i] = _lastOfRow[row];
                _lastOfRow[row] = i;
            }
            else
            {
                _previous[i] = None;
                _rowOf.Add(cell, _lastOfRow.Count);
                _lastOfRow.Add(i);
            }
        }

        return _lastOfRow.Count;
    }

    /// <inheritdoc/>
    public int Write(CopyBuffer buffer, ValuesBatch batch, int next)
    {
        var readings = batch.Readings.Span;
        for (; next < _lastOfRow.Count && !buffer.IsFull; next++)
        {
            WriteRow(buffer, readings, _lastOfRow[next]);
        }

        return next;
    }

    /// <summary>
    /// A cell that the new row does not have keeps what it holds; the quality tells a null from none.
    /// </summary>
    private static string Assignment(WideColumn column)
    {
        var name = SqlName.Quote(column.Name);
        if (column.Quality is null)
        {
            return $"{name} = COALESCE(EXCLUDED.{name}, kept.{name})";
        }

        var quality = SqlName.Quote(column.Quality);
        return $"{name} = CASE WHEN EXCLUDED.{quality} IS NULL THEN kept.{name} ELSE EXCLUDED.{name} END, "
            + $"{quality} = COALESCE(EXCLUDED.{quality}, kept.{quality})";
    }

    private static void WriteCell(
        CopyBuffer buffer, WideColumn column, ReadOnlySpan<Reading> readings, int reading)
    {
        WideCells.Write(buffer, column.Type, reading == None ? ReadingValue.Null : readings[reading].Value);
        if (column.Quality is null)
        {
            return;
        }

        if (reading == None)
        {
            buffer.WriteNull();
        }
        else
        {
            buffer.WriteInt64(readings[reading].Quality.StatusCode);
        }
    }

    private void WriteRow(CopyBuffer buffer, ReadOnlySpan<Reading> readings, int last)
    {
        var bytes = FindCells(readings, last);
        buffer.Reserve((int)Math.Min(Array.MaxLength, bytes));
        buffer.WriteRow((short)_fieldCount);
        buffer.WriteTime(readings[last].Timestamp);
        if (_map.KeyColumn is not null)
        {
            buffer.WriteText(_map.PlaceOf(readings[last].Point).Key);
        }

        foreach (var column in _map.Columns)
        {
            WriteCell(buffer, column, readings, _readingOfColumn[column.Index]);
        }
    }

    /// <summary>Finds which reading fills each cell of a row.</summary>
    /// <returns>The most bytes that the row takes.</returns>
    private long FindCells(ReadOnlySpan<Reading> readings, int last)
    {
        Array.Fill(_readingOfColumn, None);
        var bytes = 2L + (FixedBytes * _fieldCount);
        for (var i = last; i != None; i = _previous[i])
        {
            ref readonly var reading = ref readings[i];
            var place = _map.PlaceOf(reading.Point);
            var column = place.Column ?? throw new UnreachableException($"'{reading.Point}' was not refused.");

            // Backwards from the last: whoever finds the cell taken came earlier. Without a quality beside it, a null
            // is the same as nothing and does not take the place of a value.
            ref var taken = ref _readingOfColumn[column.Index];
            if (taken == None && (reading.Value.Kind != ReadingValueKind.Null || column.Quality is not null))
            {
                taken = i;
                bytes += ReadingRows.VariableBytes(reading.Value);
            }

            bytes += i == last ? 3 * place.Key.Length : 0;
        }

        return bytes;
    }
}
