using Meridian.Engine.History.Coverage;
using Meridian.Sdk.South;

namespace Meridian.Engine.History.Planning;

/// <summary>One query: the items that miss about the same window, and the window.</summary>
/// <param name="Items">The items, at least one.</param>
/// <param name="Range">
/// The window; at least half of it is missing for each item. What is not missing comes again and is removed.
/// </param>
/// <param name="Look">What was known when the plan was made.</param>
/// <param name="Start">An absolute start of the history, or null for each item's own.</param>
internal sealed record HistoryAsk(IReadOnlyList<Item> Items, TickRange Range, HistoryLook Look, long? Start)
{
    /// <summary>The window, as the connector is given it.</summary>
    public HistoryWindow Window => Range.ToWindow();

    /// <summary>What of the window concerns an item: nothing before its start.</summary>
    public TickRange RangeOf(ItemHistory history) =>
        Range with { Start = Math.Max(Range.Start, Start ?? history.From ?? 0) };
}
