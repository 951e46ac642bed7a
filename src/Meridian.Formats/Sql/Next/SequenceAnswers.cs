using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Meridian.Formats.Rows;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Formats.Sql.Next;

/// <summary>
/// Goes on from the last value of a column that only grows. Where rows may be committed in another order than they were
/// numbered, a value is taken when it has been seen for the settle time: what was numbered below it is there by then.
/// </summary>
/// <param name="context">The clock, and whom to tell.</param>
/// <param name="item">The item.</param>
/// <param name="query">Its query.</param>
/// <param name="newSink">Makes what an answer's rows go to.</param>
internal sealed class SequenceAnswers(ISouthContext context, Item item, SqlQuery query, Func<IRowSink> newSink)
    : IAnswers
{
    /// <summary>Below what any sequence gives.</summary>
    private const decimal BeforeAll = long.MinValue;

    private readonly SqlSequenceSpec _spec = query.Settings.Sequence;

    /// <summary>What was seen, and when; in memory only, since waiting once more after a start loses nothing.</summary>
    private (decimal Value, long At)? _seen;

    // A test is there to show rows, and takes none.
    private bool HasToSettle => _spec.Settle > TimeSpan.Zero && !context.IsTest;

    public async IAsyncEnumerable<NextPage> ReadAsync(
        ISqlSession session,
        ReadOnlyMemory<byte>? position,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = SqlPosition.ReadLast(position, item.Name, _spec.Column);
        if (last is null && _spec.Start == SqlSequenceStart.Now)
        {
            last = await SqlEdge.AskAsync(session, () => FindEndAsync(session, cancellationToken), cancellationToken)
                .ConfigureAwait(false);

            // On disk before anything else comes: what is added from now on must not be passed over by the next start.
            yield return new NextPage(new ReadingsContent(default), SqlPosition.Of(last.Value, _spec.Column));
        }

        var from = last ?? BeforeAll;
        while (FindSettled(from) is { } until)
        {
            var sink = newSink();
            await using (sink.ConfigureAwait(false))
            {
                var answer = new SequenceAnswer(query, from, until, sink);
                await SqlEdge.AskAsync(session, () => answer.ReadAsync(session, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
                Remember(answer, until);
                if (answer is not { First: { } first, Last: { } taken })
                {
                    break;
                }

                var content = await sink.EndAsync(() => query.Name.Of(first, taken), cancellationToken)
                    .ConfigureAwait(false);
                yield return new NextPage(content, SqlPosition.Of(taken, _spec.Column));
                from = taken;
                if (!answer.HasMore)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Up to where rows may be taken now; null when there is nothing to ask for yet.</summary>
    private decimal? FindSettled(decimal from) =>
        !HasToSettle ? decimal.MaxValue
        : _seen is not { } seen || seen.Value <= from ? decimal.MinValue
        : context.Time.GetElapsedTime(seen.At) >= _spec.Settle ? seen.Value
        : null;

    private void Remember(SequenceAnswer answer, decimal until)
    {
        if (answer.Seen > until)
        {
            _seen = (answer.Seen.Value, context.Time.GetTimestamp());
        }
    }

    /// <summary>The greatest value that there is.</summary>
    private async Task<decimal> FindEndAsync(ISqlSession session, CancellationToken cancellationToken)
    {
        var name = await FindNameAsync(session, cancellationToken).ConfigureAwait(false);
        var quoted = name.Replace("\"", "\"\"", StringComparison.Ordinal);
        return await SqlEdge.ReadAsync(
            session,
            $"SELECT max(asked.\"{quoted}\") FROM ({query.Text}) AS asked",
            SequenceAnswer.VariablesOf(BeforeAll, long.MaxValue),
            async reader =>
            {
                await session.NextAsync(reader, cancellationToken).ConfigureAwait(false);
                return EndOf(reader, name);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The column's name as the database has it.</summary>
    private Task<string> FindNameAsync(ISqlSession session, CancellationToken cancellationToken) => SqlEdge.ReadAsync(
        session,
        query.Text,
        SequenceAnswer.VariablesOf(BeforeAll, 1),
        reader =>
        {
            var columns = new DataReaderCells(reader).Columns;
            var column = RowColumns.IndexOf(columns, _spec.Column);
            return column >= 0
                ? Task.FromResult(columns[column])
                : throw new ConnectorException(Fault.Misconfigured, RowColumns.Missing(columns, _spec.Column));
        },
        cancellationToken);

    [SuppressMessage("Style", "IDE0072:Add missing cases", Justification = "All others are no numbers.")]
    private static decimal EndOf(DbDataReader reader, string name)
    {
        var cell = new DataReaderCells(reader).Read(0);
        return cell.Kind switch
        {
            RowCellKind.Null => BeforeAll,
            RowCellKind.Integer => cell.Integer,
            RowCellKind.Decimal => (decimal)cell.Reference!, // its kind says so
            _ => throw new ConnectorException(
                Fault.Misconfigured,
                $"The greatest value of column '{name}' is no whole or decimal number, so nothing can go on from it. "
                + "Order by a column of integer, bigint or numeric, or ask by windows of time."),
        };
    }
}
