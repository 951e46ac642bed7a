using System.Runtime.CompilerServices;
using Meridian.Formats.Rows;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Formats.Sql.Next;

/// <summary>Windows of time one after the other, each of which becomes one file, or none when it is empty.</summary>
/// <param name="context">The clock, and whom to tell.</param>
/// <param name="item">The item.</param>
/// <param name="query">Its query.</param>
/// <param name="newSink">Makes the file.</param>
internal sealed class WindowAnswers(ISouthContext context, Item item, SqlQuery query, Func<IRowSink> newSink) : IAnswers
{
    private readonly SqlCsvSpec _spec = query.Settings.Csv;

    public async IAsyncEnumerable<NextPage> ReadAsync(
        ISqlSession session,
        ReadOnlyMemory<byte>? position,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = SqlPosition.ReadEnd(position, item.Name);
        if (start is null)
        {
            start = FindStart();

            // On disk before its end comes: a start then must not begin behind it.
            yield return new NextPage(new ReadingsContent(default), SqlPosition.Of(start.Value));
        }

        for (var window = From(start.Value); IsOver(window); window = From(window.End))
        {
            var sink = newSink();
            await using (sink.ConfigureAwait(false))
            {
                var hasRows = await SqlEdge.AskAsync(
                    session, () => ReadWindowAsync(session, window, sink, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
                var content = hasRows
                    ? await sink.EndAsync(() => query.Name.Of(window), cancellationToken).ConfigureAwait(false)
                    : new ReadingsContent(default);
                yield return new NextPage(content, SqlPosition.Of(window.End));
            }
        }
    }

    private HistoryWindow From(DateTimeOffset start) => new(start, start + _spec.Every);

    private bool IsOver(HistoryWindow window) =>
        window.End + (context.IsTest ? TimeSpan.Zero : _spec.Delay) <= context.Time.GetUtcNow();

    /// <summary>A test shows the last whole window.</summary>
    private DateTimeOffset FindStart()
    {
        var now = context.Time.GetUtcNow();
        var current = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % _spec.Every.Ticks), TimeSpan.Zero);
        return _spec.Start?.ToUniversalTime() ?? (context.IsTest ? current - _spec.Every : current);
    }

    /// <returns>Whether there were rows.</returns>
    private Task<bool> ReadWindowAsync(
        ISqlSession session, HistoryWindow window, IRowSink sink, CancellationToken cancellationToken) =>
        SqlEdge.ReadAsync(
            session,
            query.Text,
            query.VariablesOf(window),
            async reader =>
            {
                var rows = new DataReaderCells(reader);
                if (RowColumns.IndexOf(rows.Columns, query.Decoder.TimeColumn) < 0)
                {
                    throw Refused(RowColumns.Missing(rows.Columns, query.Decoder.TimeColumn));
                }

                if (sink.Begin(rows.Columns) is { } problem)
                {
                    throw Refused(problem);
                }

                var hasRows = false;
                for (var line = 1L; await session.NextAsync(reader, cancellationToken).ConfigureAwait(false); line++)
                {
                    // The variables may hold more than the window; what is outside has its turn.
                    if (query.Decoder.TryReadTime(rows, out var time) && (time < window.Start || time >= window.End))
                    {
                        continue;
                    }

                    if (!sink.Add(rows, line))
                    {
                        throw Refused(
                            $"The window from {window.Start:O} has more than one file may hold, or a row of many MiB; "
                            + "make csv.every shorter, or let the query give less.");
                    }

                    hasRows = true;
                    sink.Keep();
                }

                return hasRows;
            },
            cancellationToken);

    private static ConnectorException Refused(string reason) => new(Fault.Misconfigured, reason);
}
