using System.Runtime.CompilerServices;
using Meridian.Formats.Rows;
using Meridian.Sdk.Faults;
using Meridian.Sdk.South;

namespace Meridian.Formats.Sql;

/// <summary>
/// The past of items by SQL. Each window is asked whole; one that has more readings than are held is asked in narrower
/// ones. So memory is bounded, rows may come in any order, and what a page covers is all there is of its time.
/// </summary>
/// <remarks>One thread at a time; it remembers the queries of items from call to call.</remarks>
/// <param name="context">Whom to tell of items and of what does not decode.</param>
/// <param name="compile">Makes an item's query; its settings have been checked.</param>
/// <param name="limits">What is held at most.</param>
public sealed class SqlHistory(ISouthContext context, Func<Item, SqlQuery> compile, SqlHistoryLimits limits)
{
    /// <summary>A query that is refused is asked again after this, so that a long gap is not one refusal per window.
    /// </summary>
    private static readonly TimeSpan RefusedFor = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, KnownItem> _known = new(StringComparer.Ordinal);

    /// <summary>
    /// Answers for items one after the other. An item whose query is refused is reported, gives no page and so is asked
    /// again; the others go on.
    /// </summary>
    /// <param name="session">The connection.</param>
    /// <param name="items">The items.</param>
    /// <param name="window">The window.</param>
    /// <param name="cancellationToken">Cancels; pages already given stand.</param>
    /// <exception cref="ConnectorException">The database as a whole cannot be asked.</exception>
    public async IAsyncEnumerable<HistoryPage> ReadAsync(
        ISqlSession session,
        IReadOnlyList<Item> items,
        HistoryWindow window,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(items);

        foreach (var item in items)
        {
            var known = Know(item);
            if (known.RefusedAt is { } at && context.Time.GetElapsedTime(at) < RefusedFor)
            {
                continue;
            }

            known.RefusedAt = null;
            var left = window;
            var width = window.End - window.Start;
            var problem = (string?)null;
            while (left.Start < left.End && known.RefusedAt is null)
            {
                var asked = left with { End = left.End - left.Start > width ? left.Start + width : left.End };
                var gathered = await GatherAsync(session, known, asked, cancellationToken).ConfigureAwait(false);
                if (gathered.Refusal is { } refusal)
                {
                    known.RefusedAt = context.Time.GetTimestamp();
                    problem = refusal;
                    break;
                }

                if (gathered.IsFull)
                {
                    width = gathered.NarrowerThan(asked);
                    continue;
                }

                problem = Tell(item, gathered) ?? problem;
                foreach (var page in gathered.PagesOf(item, asked, limits.PageReadings))
                {
                    yield return page;
                }

                left = left with { Start = asked.End };
                width = gathered.Count < limits.MaxReadings / 2 ? 2 * (asked.End - asked.Start) : width;
            }

            if (problem is not null)
            {
                // After the last page: each page says that its item is well.
                context.ReportItem(item.Name, problem);
            }
        }
    }

    private KnownItem Know(Item item)
    {
        if (!_known.TryGetValue(item.Name, out var known) || !known.Item.Equals(item))
        {
            known = new KnownItem(item, compile(item));
            _known[item.Name] = known;
        }

        return known;
    }

    private string? Tell(Item item, GatheredRows gathered)
    {
        for (var count = 0L; count < gathered.UndecodedCount; count++)
        {
            context.CountUndecoded(item.Name, gathered.FirstProblem ?? string.Empty);
        }

        return gathered.LeftOut;
    }

    private async Task<GatheredRows> GatherAsync(
        ISqlSession session, KnownItem known, HistoryWindow window, CancellationToken cancellationToken)
    {
        var gathered = new GatheredRows(window, limits.MaxReadings, limits.MaxBytes);
        try
        {
            await SqlEdge.AskAsync(
                session, () => ReadRowsAsync(session, known.Query, gathered, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ConnectorException fault) when (!fault.IsTransient)
        {
            gathered.Refusal = fault.Message;
        }

        if (gathered.IsFull && window.End - window.Start <= TimeSpan.FromTicks(1))
        {
            gathered.Refusal = $"Item '{known.Item.Name}' has more than {limits.MaxReadings:N0} readings or "
                + $"{limits.MaxBytes >> 20} MiB at {window.Start:O}; one instant must be held whole. Let the query "
                + "give fewer columns or rows.";
        }

        return gathered;
    }

    private static Task<GatheredRows> ReadRowsAsync(
        ISqlSession session, SqlQuery query, GatheredRows gathered, CancellationToken cancellationToken) =>
        SqlEdge.ReadAsync(
            session,
            query.Text,
            query.VariablesOf(gathered.Window),
            async reader =>
            {
                var rows = new DataReaderCells(reader);
                if (query.Decoder.FindMissing(rows.Columns) is { } missing)
                {
                    throw new ConnectorException(Fault.Misconfigured, missing);
                }

                while (!gathered.IsFull && await session.NextAsync(reader, cancellationToken).ConfigureAwait(false))
                {
                    gathered.Add(query.Decoder, rows);
                }

                if (gathered.IsFull)
                {
                    await session.AbandonAsync(reader, cancellationToken).ConfigureAwait(false);
                }

                return gathered;
            },
            cancellationToken);

    private sealed class KnownItem(Item item, SqlQuery query)
    {
        public Item Item { get; } = item;

        public SqlQuery Query { get; } = query;

        /// <summary>When its query was last refused, by the clock that nobody sets; null when it was not.</summary>
        public long? RefusedAt { get; set; }
    }
}

/// <summary>What is held at most of one query.</summary>
public sealed record SqlHistoryLimits
{
    /// <summary>The most readings; a window with more is asked in narrower ones.</summary>
    /// <value>100,000.</value>
    public int MaxReadings { get; init; } = 100_000;

    /// <summary>The most bytes of texts and the like.</summary>
    /// <value>64 MiB.</value>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>How many readings a page has, or as many more as one instant needs.</summary>
    /// <value>10,000.</value>
    public int PageReadings { get; init; } = 10_000;
}
