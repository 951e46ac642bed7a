using Meridian.Sdk.South;

namespace Meridian.Engine.Backfills;

/// <summary>What a backfill shall bring: the past of items of one South, to one North.</summary>
public sealed record BackfillOrder
{
    /// <summary>
    /// Its name, unique among the backfills: 1 to 64 letters, digits, <c>-</c>, <c>_</c> or <c>.</c>, the first a
    /// letter or a digit.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The South that is asked, as the configuration names it.</summary>
    public required string South { get; init; }

    /// <summary>The names of the items whose past is asked for.</summary>
    /// <value>Default: empty, all items of the South that have a past.</value>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>From when, by source time, and until when, which is not part of it.</summary>
    public required HistoryWindow Window { get; init; }

    /// <summary>The North that gets it, and no other.</summary>
    public required string North { get; init; }
}
