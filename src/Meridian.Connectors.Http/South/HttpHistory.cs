using System.Runtime.CompilerServices;
using Meridian.Connectors.Http.South.Answers;
using Meridian.Connectors.Http.South.Requests;
using Meridian.Sdk.Faults;
using Meridian.Sdk.South;

namespace Meridian.Connectors.Http.South;

/// <summary>
/// The past of items. Each window is asked whole, to its last page; one that has more than is held is asked in narrower
/// ones. So memory is bounded, records may come in any order, and what a page covers is all there is of its time: an
/// answer that breaks off covers nothing.
/// </summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class HttpHistory(ISouthContext context, HttpQueries queries, HttpSouthLimits limits)
{
    /// <summary>What is refused is asked again after this, so that a long gap is not one refusal per window.</summary>
    private static readonly TimeSpan RefusedFor = TimeSpan.FromSeconds(5);

    /// <summary>An answer too large is not asked for in windows narrower than this: it does not look at them.</summary>
    private static readonly TimeSpan NarrowestWindow = TimeSpan.FromMilliseconds(1);

    /// <summary>Answers for items, those of one request together.</summary>
    /// <exception cref="ConnectorException">The server as a whole cannot be asked, or failed with one.</exception>
    public async IAsyncEnumerable<HistoryPage> ReadAsync(
        Questioner questioner,
        IReadOnlyList<Item> items,
        HistoryWindow window,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ConnectorException? failed = null;
        foreach (var group in queries.Group(items))
        {
            var asking = new GroupAsking([.. group.Where(IsDue)], window, limits);
            while (!asking.IsDone)
            {
                var asked = await questioner
                    .AskAsync(asking.Begin(), asking.Window, cancellationToken).ConfigureAwait(false);
                switch (asked.Kind)
                {
                    case AskedKind.Whole:
                        break;
                    case AskedKind.TooMuch when group[0].Question.HasEnd && asking.TryNarrow(NarrowestWindow):
                        continue;
                    case AskedKind.Failed:
                        failed ??= asked.ToFault();
                        asking.End(asked.Why);
                        continue;
                    default:
                        asking.End(asked.Why);
                        continue;
                }

                foreach (var taker in asking.Takers)
                {
                    Count(taker);
                    foreach (var page in asking.PagesOf(taker))
                    {
                        yield return page;
                    }
                }

                asking.MoveOn();
            }

            foreach (var (query, problem, isRefused) in asking.Problems)
            {
                query.RefusedAt = isRefused ? context.Time.GetTimestamp() : null;

                // After the last page: each page says that its item is well.
                context.ReportItem(query.Item.Name, problem);
            }
        }

        if (failed is not null)
        {
            throw failed;
        }
    }

    private bool IsDue(HttpQuery query)
    {
        if (query.RefusedAt is { } at && context.Time.GetElapsedTime(at) < RefusedFor)
        {
            return false;
        }

        query.RefusedAt = null;
        return true;
    }

    private void Count(RowTaker taker)
    {
        for (var count = 0L; count < taker.Rows.UndecodedCount; count++)
        {
            context.CountUndecoded(taker.Query.Item.Name, taker.Rows.FirstProblem ?? string.Empty);
        }
    }
}

/// <summary>What is held at most of one question.</summary>
internal sealed record HttpSouthLimits
{
    /// <summary>The most readings; a window with more is asked in narrower ones.</summary>
    public int MaxReadings { get; init; } = 100_000;

    /// <summary>The most bytes of texts and the like.</summary>
    public long MaxBytes { get; init; } = 64L << 20;

    /// <summary>How many readings a page has, or as many more as one instant needs.</summary>
    public int PageReadings { get; init; } = 10_000;
}
