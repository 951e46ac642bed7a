using System.Runtime.InteropServices;
using Meridian.Sdk.Readings;

namespace Meridian.Sdk.South;

/// <summary>A span of source time.</summary>
/// <param name="Start">Its first instant, UTC, included.</param>
/// <param name="End">Its end, UTC, excluded; later than <paramref name="Start"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct HistoryWindow(DateTimeOffset Start, DateTimeOffset End);

/// <summary>One page of a history query.</summary>
/// <param name="Item">The item it answers for.</param>
/// <param name="Covered">The part of the window that this page answers completely; empty answers cover too.</param>
/// <param name="Readings">
/// The readings in it, by source time, lent until the next page is asked for; may be empty.
/// </param>
public sealed record HistoryPage(Item Item, HistoryWindow Covered, ReadOnlyMemory<Reading> Readings);
