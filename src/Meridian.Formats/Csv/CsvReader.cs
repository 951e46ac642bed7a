using System.Globalization;
using Meridian.Formats.Rows;

namespace Meridian.Formats.Csv;

/// <summary>
/// Reads CSV (RFC 4180) from a stream, row by row: fields in quotes with delimiters, line breaks and doubled quotes in
/// them, lines ended by CR LF, LF or CR. Empty lines are passed over. A quote within a field that does not begin with
/// one is a character like any other.
/// </summary>
/// <remarks>
/// What is wrong is a value, never an exception; a row too long is passed over and not held. Nothing is allocated per
/// cell: a row stands until the next is read. One thread at a time; the stream stays its owner's.
/// </remarks>
public sealed class CsvReader : IRowCells
{
    private readonly CsvInputSpec _spec;
    private readonly CsvCharacters _characters;
    private readonly CsvRowParser _parser;
    private string[] _columns = [];
    private bool _hasHeader;

    /// <summary>Reads from a stream.</summary>
    /// <param name="source">The stream, at its beginning.</param>
    /// <param name="spec">How it is written.</param>
    /// <param name="limits">What is held at most; null for the defaults.</param>
    /// <exception cref="ArgumentException">The delimiter is none of the four.</exception>
    public CsvReader(Stream source, CsvInputSpec spec, CsvLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(spec);
        if (FindProblem(spec) is { } problem)
        {
            throw new ArgumentException(problem, nameof(spec));
        }

        _spec = spec;
        limits ??= new CsvLimits();
        _characters = new CsvCharacters(source, spec.Encoding, limits.BufferBytes);
        _parser = new CsvRowParser(spec.Delimiter, limits);
    }

    /// <summary>The columns' names: those of the header, else numbers from 1, as many as the longest row so far.
    /// </summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>The line on which the row begins, from 1.</summary>
    public long Line => _parser.Line;

    /// <summary>How many fields the row has.</summary>
    public int FieldCount => _parser.FieldCount;

    /// <summary>Why a row is none, a whole sentence; null when it is one.</summary>
    public string? Problem { get; private set; }

    /// <summary>What is wrong with a spec, a whole sentence; null when nothing is.</summary>
    /// <param name="spec">The spec.</param>
    public static string? FindProblem(CsvInputSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return ",;\t|".Contains(spec.Delimiter, StringComparison.Ordinal)
            ? null
            : $"The delimiter is '{spec.Delimiter}'; it must be a comma, a semicolon, a tab or a bar.";
    }

    /// <summary>Reads the next row.</summary>
    /// <param name="cancellationToken">Cancels; the reader is of no more use.</param>
    /// <returns>What was found.</returns>
    public async ValueTask<CsvStep> ReadAsync(CancellationToken cancellationToken)
    {
        var step = await NextAsync(cancellationToken).ConfigureAwait(false);
        if (_spec.HasHeader && !_hasHeader)
        {
            _hasHeader = true;
            if (step != CsvStep.Row)
            {
                return step;
            }

            _columns = [.. Enumerable.Range(0, FieldCount).Select(field => Field(field).Trim().ToString())];
            step = await NextAsync(cancellationToken).ConfigureAwait(false);
        }

        if (step != CsvStep.Row)
        {
            return step;
        }

        if (!_spec.HasHeader && FieldCount > _columns.Length)
        {
            _columns = [.. Enumerable.Range(1, FieldCount)
                .Select(static number => number.ToString(CultureInfo.InvariantCulture))];
        }

        if (_spec.HasHeader && FieldCount > _columns.Length)
        {
            Problem = string.Create(
                CultureInfo.InvariantCulture,
                $"Line {Line} has {FieldCount} fields and the header {_columns.Length}; ")
                + "a field with the delimiter in it must be quoted.";
            return CsvStep.Problem;
        }

        return CsvStep.Row;
    }

    /// <summary>A field's text, without quotes; lent until the next row.</summary>
    /// <param name="field">Its index, from 0 and below <see cref="FieldCount"/>.</param>
    public ReadOnlySpan<char> Field(int field) => _parser.Field(field);

    /// <summary>Whether a field stood in quotes: an empty one is an empty text then, and no value else.</summary>
    /// <param name="field">Its index, from 0 and below <see cref="FieldCount"/>.</param>
    public bool IsQuoted(int field) => _parser.IsQuoted(field);

    /// <inheritdoc/>
    public RowCell Read(int column) =>
        column >= FieldCount || (Field(column).IsEmpty && !IsQuoted(column))
            ? RowCell.Null
            : RowCell.OfText(Field(column));

    private async ValueTask<CsvStep> NextAsync(CancellationToken cancellationToken)
    {
        _parser.Begin();
        while (true)
        {
            if (_characters.Rest.IsEmpty && !await _characters.FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return Told(_parser.End());
            }

            var isWhole = _parser.Take(_characters.Rest.Span, out var taken);
            _characters.Skip(taken);
            if (isWhole)
            {
                return Told(CsvStep.Row);
            }
        }
    }

    private CsvStep Told(CsvStep step)
    {
        Problem = step == CsvStep.End ? null : _parser.Problem;
        return Problem is null ? step : CsvStep.Problem;
    }
}
