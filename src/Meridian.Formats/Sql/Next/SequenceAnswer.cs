using System.Data.Common;
using System.Globalization;
using Meridian.Formats.Rows;
using Meridian.Sdk.Faults;

namespace Meridian.Formats.Sql.Next;

/// <summary>
/// Reads the answer to one query by a sequence. Rows of one value go together: where the answer may have been cut
/// within them, they are left for the next. What shows that rows could be passed over refuses the whole answer.
/// </summary>
/// <param name="query">The query.</param>
/// <param name="last">The last value that was taken before.</param>
/// <param name="until">The greatest value that may be taken.</param>
/// <param name="sink">Where rows go.</param>
internal sealed class SequenceAnswer(SqlQuery query, decimal last, decimal until, IRowSink sink)
{
    private const int MaxShown = 60;

    private readonly SqlSequenceSpec _spec = query.Settings.Sequence;
    private int _column;
    private long _line;
    private int _added;

    /// <summary>The first value that was taken; null when none was.</summary>
    public decimal? First { get; private set; }

    /// <summary>The last value that was taken.</summary>
    public decimal? Last { get; private set; }

    /// <summary>The last value that was seen, taken or not; null when there was no row.</summary>
    public decimal? Seen { get; private set; }

    /// <summary>Whether there is more that was not read.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The values of the variables.</summary>
    public static IReadOnlyList<SqlVariable> VariablesOf(decimal last, long limit) =>
    [
        // A whole number as such: a column of them is found by its index.
        new(SqlVariable.LastSequence, decimal.IsInteger(last) && last is >= long.MinValue and <= long.MaxValue
            ? (long)last
            : last),
        new(SqlVariable.Limit, limit),
    ];

    /// <summary>Asks and reads.</summary>
    /// <exception cref="ConnectorException">The query is wrong, or the database cannot be asked.</exception>
    public async Task<SequenceAnswer> ReadAsync(ISqlSession session, CancellationToken cancellationToken)
    {
        await SqlEdge.ReadAsync(
            session,
            query.Text,
            VariablesOf(last, _spec.Limit + 1L),
            reader => ReadRowsAsync(session, reader, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (!HasMore)
        {
            Keep();
        }

        return this;
    }

    private async Task<SequenceAnswer> ReadRowsAsync(
        ISqlSession session, DbDataReader reader, CancellationToken cancellationToken)
    {
        var rows = new DataReaderCells(reader);
        _column = RowColumns.IndexOf(rows.Columns, _spec.Column);
        var refusal = _column < 0 ? RowColumns.Missing(rows.Columns, _spec.Column) : sink.Begin(rows.Columns);
        while (refusal is null && !HasMore
            && await session.NextAsync(reader, cancellationToken).ConfigureAwait(false))
        {
            refusal = Take(rows);
        }

        if (refusal is null && HasMore && Last is null)
        {
            refusal = _added == 1
                ? $"The row of {Text(Seen)} in column '{_spec.Column}' holds more than a page or a piece of a file "
                    + "takes, many MiB; leave its longest column out of the query."
                : $"More rows than fit have {Text(Seen)} in column '{_spec.Column}': at most {_spec.Limit:N0} rows, or "
                    + "what one page or file holds, and rows of one value are taken together. Raise sequence.limit, or "
                    + "let the column tell rows apart.";
        }

        if (refusal is not null)
        {
            throw new ConnectorException(Fault.Misconfigured, refusal);
        }

        // Where nothing follows the last row there is nothing to abandon, which costs a connection.
        if (HasMore && await session.NextAsync(reader, cancellationToken).ConfigureAwait(false))
        {
            await session.AbandonAsync(reader, cancellationToken).ConfigureAwait(false);
        }

        return this;
    }

    /// <returns>What is wrong, a whole sentence; null when nothing is.</returns>
    private string? Take(DataReaderCells rows)
    {
        _line++;
        if (FindProblem(rows, out var value) is { } problem)
        {
            return problem;
        }

        if (value != Seen)
        {
            Keep();
        }

        Seen = value;
        if (value > until)
        {
            return null;
        }

        // One more than the limit came: rows of this value may be missing.
        HasMore = _line > _spec.Limit;
        if (!HasMore)
        {
            _added++;
            HasMore = !sink.Add(rows, _line);
        }

        return null;
    }

    private void Keep()
    {
        if (_added > 0)
        {
            sink.Keep();
            First ??= Seen;
            Last = Seen;
            _added = 0;
        }
    }

    private string? FindProblem(DataReaderCells rows, out decimal value)
    {
        value = default;
        var cell = rows.Read(_column);
        var where = string.Create(CultureInfo.InvariantCulture, $"Row {_line}, column '{_spec.Column}': ");
        switch (cell.Kind)
        {
            case RowCellKind.Integer:
                value = cell.Integer;
                break;
            case RowCellKind.Unsigned:
                value = cell.Unsigned;
                break;
            case RowCellKind.Decimal:
                value = (decimal)cell.Reference!; // its kind says so
                break;
            case RowCellKind.Null:
                return $"{where}there is no value, so nobody can tell what comes after it; leave such rows out with "
                    + $"{_spec.Column} IS NOT NULL.";
            default:
                return $"{where}'{Shown(CellValues.TextOf(cell))}' is no whole or decimal number, and only these grow "
                    + "the same way here and there. Order by a column of integer, bigint or numeric, or ask by windows "
                    + "of time.";
        }

        return value <= last
            ? $"{where}{Text(value)} came, which is not above the last value {Text(last)} and would come for ever; ask "
                + $"for {_spec.Column} > {SqlVariable.LastSequence}."
            : Seen is { } before && value < before
                ? $"{where}{Text(value)} came after {Text(before)}. The query must give rows in ascending order, or "
                    + $"some are passed over; end it with ORDER BY {_spec.Column} LIMIT {SqlVariable.Limit}, without "
                    + "DESC."
                : null;
    }

    private static string Shown(string text) => text.Length > MaxShown ? text[..MaxShown] + "…" : text;

    private static string Text(decimal? value) => value?.ToString(CultureInfo.InvariantCulture) ?? string.Empty;
}
