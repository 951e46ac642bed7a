using Meridian.Sdk.Readings;

namespace Meridian.Sdk.South;

/// <summary>
/// One page of a history query: what one item had in a part of the window. Pages of one item come by time.
/// </summary>
/// <param name="Item">The item it answers for.</param>
/// <param name="Covered">The part of the window that this page answers completely; empty answers cover too.</param>
/// <param name="Readings">
/// The readings in it, by source time, lent until the next page is asked for; may be empty.
/// </param>
public sealed record HistoryPage(Item Item, HistoryWindow Covered, ReadOnlyMemory<Reading> Readings);
