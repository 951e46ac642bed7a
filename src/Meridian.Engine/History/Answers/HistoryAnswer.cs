using Meridian.Engine.History.Coverage;
using Meridian.Engine.History.Planning;
using Meridian.Sdk.South;

namespace Meridian.Engine.History.Answers;

/// <summary>
/// Takes what a connector answered: clips it to what was asked, removes what was seen, and moves the item's history on.
/// </summary>
internal static class HistoryAnswer
{
    /// <summary>Takes one page.</summary>
    /// <param name="ask">The query that the page answers.</param>
    /// <param name="page">The page. Any cover and any readings are borne; what does not fit is counted.</param>
    /// <param name="history">Where the page's item stands, with all that was taken before.</param>
    /// <exception cref="ArgumentException">The history is of another item.</exception>
    public static HistoryTaken Take(HistoryAsk ask, HistoryPage page, ItemHistory history)
    {
        if (!string.Equals(page.Item.Name, history.Item.Name, StringComparison.Ordinal))
        {
            throw new ArgumentException(
                $"The page is of item '{page.Item.Name}' and the history of '{history.Item.Name}'; give its own.",
                nameof(history));
        }

        var sieve = new PageSieve(page.Readings.Span, TickRange.Of(page.Covered).Within(ask.RangeOf(history)), history);
        var deferred = sieve.CutToRoom(ask.Look);
        if (sieve.Covered.IsEmpty)
        {
            return new HistoryTaken
            {
                History = history,
                Repeated = sieve.Repeated,
                Outside = sieve.Outside,
                Deferred = deferred,
            };
        }

        var final = sieve.FinalBy(ask.Look);
        var coverage = history.Coverage.Cover(final, out var forgotten);
        var isWhole = sieve.FreshCount == page.Readings.Length;
        return new HistoryTaken
        {
            History = history with
            {
                Coverage = coverage,
                Seen = history.Seen.With(sieve.Outlasting(final), coverage),
                Newest = sieve.NewestFresh is { } newest ? Math.Max(newest, history.Newest ?? 0) : history.Newest,
                AskedTo = Math.Max(sieve.Covered.End, history.AskedTo ?? 0),
            },
            Readings = isWhole ? page.Readings : sieve.InPageOrder(page.Readings.Span),
            Repeated = sieve.Repeated,
            Outside = sieve.Outside,
            Deferred = deferred,
            Forgotten = forgotten?.ToWindow(),
        };
    }
}
