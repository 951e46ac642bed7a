using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Formats.Templates;
using Meridian.Formats.Times;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Rows;

/// <summary>
/// Makes readings of rows by a compiled <see cref="RowSpec"/>, whatever the rows come from. What a row says and does
/// not decode is a <see cref="RowProblem"/>, never an exception.
/// </summary>
/// <remarks>
/// One thread at a time; make one per item. It remembers names, up to <see cref="TopicNames.DefaultCapacity"/>, so that
/// a point is one string.
/// </remarks>
public sealed class RowDecoder
{
    private readonly RowSpec _spec;
    private readonly TimestampCodec _codec;
    private readonly RowColumns _columns;
    private readonly TopicNames _names;
    private readonly string? _onePoint;

    private RowDecoder(
        RowSpec spec, TimestampCodec codec, TextTemplate template, string item, string south, string? noPoint)
    {
        _spec = spec;
        _codec = codec;
        _names = new TopicNames(template, item, south);
        _onePoint = spec is { Layout: RowLayout.Tall, PointColumn: null } ? _names.NameOf(string.Empty) : null;
        _columns = new RowColumns(spec, _names, noPoint);
    }

    /// <summary>How the rows' times are written.</summary>
    public TimestampCodec Times => _codec;

    /// <summary>Compiles a spec.</summary>
    /// <param name="spec">What rows are.</param>
    /// <param name="item">The item's name, for the names of points.</param>
    /// <param name="south">The South's name, for the names of points.</param>
    /// <param name="decoder">The decoder; null when there are problems.</param>
    /// <param name="problems">
    /// Everything that is wrong, with the names of the spec's properties as paths; empty when nothing is.
    /// </param>
    /// <param name="noPoint">
    /// A column that is no point of a wide row unless it is named as one, such as the number of the row.
    /// </param>
    /// <returns>Whether it could be compiled.</returns>
    public static bool TryCompile(
        RowSpec spec,
        string item,
        string south,
        [NotNullWhen(true)] out RowDecoder? decoder,
        out IReadOnlyList<SettingsProblem> problems,
        string? noPoint = null)
    {
        ArgumentNullException.ThrowIfNull(spec);

        decoder = null;
        if (RowSpecCheck.TryCompile(spec, out var codec, out var template, out problems))
        {
            decoder = new RowDecoder(spec, codec, template, item, south, noPoint);
        }

        return decoder is not null;
    }

    /// <summary>
    /// Looks for the columns that the spec names. Call it where columns are known before the rows, as those of a query
    /// or a header are; where rows differ, as in JSON, a missing column is an empty cell.
    /// </summary>
    /// <param name="columns">The columns there are.</param>
    /// <returns>What is missing, a whole sentence that says what there is; null when nothing is.</returns>
    public string? FindMissing(IReadOnlyList<string> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return _columns.FindMissing(columns);
    }

    /// <summary>The column of the time.</summary>
    public string TimeColumn => _spec.TimeColumn;

    /// <summary>Reads the time of a row and nothing else.</summary>
    /// <param name="row">The row.</param>
    /// <param name="time">Its time.</param>
    /// <returns>Whether it has one that can be read.</returns>
    public bool TryReadTime(IRowCells row, out DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(row);
        _columns.Follow(row.Columns);
        return CellValues.TryReadTime(CellOf(row, _columns.Time), _codec, out time);
    }

    /// <summary>Makes readings of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="line">Its line or number, for messages.</param>
    /// <param name="readings">Where readings go.</param>
    /// <param name="problems">Where problems go: none, one of the row, or one for each cell.</param>
    public void Decode(
        IRowCells row, long line, ICollection<Reading> readings, ICollection<RowProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(readings);
        ArgumentNullException.ThrowIfNull(problems);

        _columns.Follow(row.Columns);
        var timeCell = CellOf(row, _columns.Time);
        if (!CellValues.TryReadTime(timeCell, _codec, out var time))
        {
            problems.Add(new RowProblem(
                line, Say(line, _spec.TimeColumn, timeCell, $"{_codec.Describe()} was expected"), null));
        }
        else if (_spec.Layout == RowLayout.Tall)
        {
            DecodeTall(row, line, time, readings, problems);
        }
        else
        {
            foreach (var column in _columns.Values)
            {
                var cell = CellOf(row, column.Index);
                if (cell.Kind != RowCellKind.Null)
                {
                    Add(new Reading(column.Point, time, default), column, cell, line, readings, problems);
                }
            }
        }
    }

    private void DecodeTall(
        IRowCells row,
        long line,
        DateTimeOffset time,
        ICollection<Reading> readings,
        ICollection<RowProblem> problems)
    {
        var point = _onePoint ?? PointOf(CellOf(row, _columns.Point));
        if (string.IsNullOrEmpty(point))
        {
            problems.Add(new RowProblem(
                line,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Line {line}: column '{_spec.PointColumn}' is empty or too long for the name of a point."),
                null));
            return;
        }

        var reading = new Reading(point, time, default);
        var qualityCell = CellOf(row, _columns.Quality);
        if (!CellValues.TryReadQuality(qualityCell, out var quality))
        {
            problems.Add(new RowProblem(
                line,
                Say(line, _spec.QualityColumn ?? string.Empty, qualityCell,
                    "good, uncertain, bad, true, false or an OPC UA status code was expected"),
                AsItCame(reading, CellOf(row, _columns.Value))));
            return;
        }

        Add(reading with { Quality = quality }, _columns.TallValue, CellOf(row, _columns.Value), line, readings,
            problems);
    }

    private void Add(
        in Reading reading,
        ValueColumn column,
        in RowCell cell,
        long line,
        ICollection<Reading> readings,
        ICollection<RowProblem> problems)
    {
        // A quoted empty text is one, and no number or truth.
        var isEmpty = cell.Kind == RowCellKind.Null || (cell is { Kind: RowCellKind.Text, Text.IsEmpty: true }
            && column.Type is ValueWish.Number or ValueWish.Boolean);
        if (isEmpty)
        {
            readings.Add(reading);
        }
        else if (CellValues.Read(cell, column.Type, _spec.HasDecimalComma, out var value) is { } expected)
        {
            problems.Add(new RowProblem(
                line, Say(line, column.Name, cell, $"{expected} was expected"), AsItCame(reading, cell)));
        }
        else
        {
            readings.Add(reading with { Value = value });
        }
    }

    private string? PointOf(in RowCell cell)
    {
        const int MaxPointLength = 65_535 / 3;
        if (cell.Kind is RowCellKind.Null or RowCellKind.Unreadable)
        {
            return null;
        }

        var text = cell.Kind == RowCellKind.Text ? cell.Text : CellValues.TextOf(cell);
        if (text.IsEmpty || text.Length > MaxPointLength)
        {
            return null;
        }

        var name = _names.NameOf(text);
        return name.Length > MaxPointLength ? null : name;
    }

    /// <summary>A cell; one that is not there, or says so in a word, is empty.</summary>
    private RowCell CellOf(IRowCells row, int column)
    {
        if (column < 0)
        {
            return RowCell.Null;
        }

        var cell = row.Read(column);
        if (cell.Kind == RowCellKind.Text)
        {
            foreach (var word in _spec.Nulls)
            {
                if (cell.Text.Equals(word, StringComparison.OrdinalIgnoreCase))
                {
                    return RowCell.Null;
                }
            }
        }

        return cell;
    }

    private static Reading AsItCame(in Reading reading, in RowCell cell) => reading with
    {
        Value = cell.Kind == RowCellKind.Null ? default : ReadingValue.From(CellValues.TextOf(cell)),
        Quality = Quality.BadDecoding,
    };

    private static string Say(long line, string column, in RowCell cell, string expected)
    {
        var found = cell.Kind switch
        {
            RowCellKind.Null => "nothing was found",
            RowCellKind.Unreadable => cell.TextString().TrimEnd('.'),
            _ => $"'{Shown(CellValues.TextOf(cell))}' was found",
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"Line {line}, column '{column}': {found}, and {expected}.");
    }

    private static string Shown(string text) =>
        Payloads.Excerpt.Of(System.Text.Encoding.UTF8.GetBytes(text.Length > 200 ? text[..200] : text));
}
