using Meridian.Sdk.South;

namespace Meridian.Engine.History.Coverage;

/// <summary>
/// Which source time of one item is answered for good, with data or empty. Immutable; what changes it gives a new one.
/// <para>
/// Its ranges ascend, none is empty, and between two lies at least one tick: neighbours that touch are one. There are
/// at most <see cref="MaxRanges"/>, so that a ledger fits in a checkpoint. When one more would be needed, the shortest
/// other range is forgotten: that time is asked again, and what it had given comes once more. The other way, to call a
/// gap covered, would be a hole; a repeat is the lesser harm and is counted.
/// </para>
/// </summary>
internal sealed class CoverageLedger : IEquatable<CoverageLedger>
{
    /// <summary>The most ranges: 200, in the worst case 3.3 KB of a checkpoint.</summary>
    public const int MaxRanges = 200;

    private readonly TickRange[] _ranges;
    private readonly int _maxRanges;

    private CoverageLedger(TickRange[] ranges, int maxRanges)
    {
        _ranges = ranges;
        _maxRanges = maxRanges;
    }

    /// <summary>Nothing is covered.</summary>
    public static CoverageLedger Empty { get; } = new([], MaxRanges);

    /// <summary>The covered ranges, ascending.</summary>
    public ReadOnlySpan<TickRange> Ranges => _ranges;

    /// <summary>From the first covered tick to the last, gaps included; null when nothing is covered.</summary>
    public TickRange? Hull => _ranges.Length == 0 ? null : new(_ranges[0].Start, _ranges[^1].End);

    /// <summary>Nothing is covered, and there may be only so many ranges.</summary>
    public static CoverageLedger WithLimit(int maxRanges) => new([], maxRanges);

    /// <summary>A ledger of these ranges, or null when they do not keep the invariants.</summary>
    public static CoverageLedger? TryMake(TickRange[] ranges)
    {
        var reached = -1L;
        foreach (var range in ranges)
        {
            if (range.Start <= reached || range.IsEmpty)
            {
                return null;
            }

            reached = range.End;
        }

        return ranges.Length > MaxRanges || reached > DateTime.MaxValue.Ticks ? null : new(ranges, MaxRanges);
    }

    /// <summary>Whether this instant is covered.</summary>
    public bool Contains(DateTimeOffset instant) => Contains(instant.UtcTicks);

    /// <summary>Whether this tick is covered.</summary>
    public bool Contains(long ticks)
    {
        var index = FirstEndingAfter(ticks);
        return index < _ranges.Length && _ranges[index].Start <= ticks;
    }

    /// <summary>Whether all of a range is covered; an empty range is.</summary>
    public bool Contains(TickRange range)
    {
        var index = FirstEndingAfter(range.Start);
        return range.IsEmpty
            || (index < _ranges.Length && _ranges[index].Start <= range.Start && _ranges[index].End >= range.End);
    }

    /// <summary>The parts of a window that are not covered, ascending.</summary>
    public IReadOnlyList<HistoryWindow> Missing(HistoryWindow window) =>
        [.. Missing(TickRange.Of(window)).Select(static range => range.ToWindow())];

    /// <summary>The parts of a range that are not covered, ascending.</summary>
    public List<TickRange> Missing(TickRange range)
    {
        var missing = new List<TickRange>();
        var reached = range.Start;
        for (var index = FirstEndingAfter(range.Start); index < _ranges.Length; index++)
        {
            var covered = _ranges[index];
            if (covered.Start >= range.End)
            {
                break;
            }

            if (covered.Start > reached)
            {
                missing.Add(new TickRange(reached, covered.Start));
            }

            reached = covered.End;
        }

        if (reached < range.End)
        {
            missing.Add(new TickRange(reached, range.End));
        }

        return missing;
    }

    /// <summary>How much of a range is covered, in ticks.</summary>
    public long CoveredTicks(TickRange range)
    {
        var covered = 0L;
        for (var index = FirstEndingAfter(range.Start); index < _ranges.Length; index++)
        {
            covered += Math.Max(0, _ranges[index].Within(range).Length);
        }

        return covered;
    }

    /// <summary>This window is answered. A window that ends before it starts covers nothing.</summary>
    public CoverageLedger Cover(HistoryWindow window) => Cover(TickRange.Of(window), out _);

    /// <summary>This range is answered.</summary>
    /// <param name="range">The range; an empty one covers nothing.</param>
    /// <param name="forgotten">What had to be forgotten to stay within the most ranges; null nearly always.</param>
    public CoverageLedger Cover(TickRange range, out TickRange? forgotten)
    {
        forgotten = null;
        if (Contains(range))
        {
            return this;
        }

        // What touches the new range becomes one with it.
        var first = FirstEndingAfter(range.Start - 1);
        var behind = first;
        while (behind < _ranges.Length && _ranges[behind].Start <= range.End)
        {
            range = range.Hull(_ranges[behind++]);
        }

        TickRange[] ranges = [.. _ranges.AsSpan(0, first), range, .. _ranges.AsSpan(behind)];
        if (ranges.Length > _maxRanges)
        {
            forgotten = Shortest(ranges, first);
        }

        return new(forgotten is { } victim ? [.. ranges.Where(kept => kept != victim)] : ranges, _maxRanges);
    }

    /// <summary>Forgets a window: it is asked again, for a repair or a replay.</summary>
    public CoverageLedger Reopen(HistoryWindow window) => Reopen(TickRange.Of(window));

    /// <summary>Forgets a range: it is asked again.</summary>
    public CoverageLedger Reopen(TickRange range)
    {
        if (range.IsEmpty || CoveredTicks(range) == 0)
        {
            return this;
        }

        var kept = new List<TickRange>(_ranges.Length + 1);
        foreach (var covered in _ranges)
        {
            TickRange before = new(covered.Start, Math.Min(covered.End, range.Start));
            TickRange after = new(Math.Max(covered.Start, range.End), covered.End);
            kept.AddRange(new[] { before, after }.Where(static part => !part.IsEmpty));
        }

        // A hole in the middle of a range makes two of it.
        if (kept.Count > _maxRanges)
        {
            _ = kept.Remove(Shortest([.. kept], keep: -1));
        }

        return new([.. kept], _maxRanges);
    }

    /// <inheritdoc/>
    public bool Equals(CoverageLedger? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CoverageLedger);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_ranges.Length, Hull);

    /// <summary>The covered windows, as a fault or a log shows them.</summary>
    public override string ToString() =>
        string.Join(", ", _ranges.Select(static range => $"{range.ToWindow().Start:O} to {range.ToWindow().End:O}"));

    /// <summary>
    /// The shortest range but the one at <paramref name="keep"/>, which was just answered, and the newest: its time is
    /// asked at every tick, so it would come again at every tick.
    /// </summary>
    private static TickRange Shortest(TickRange[] ranges, int keep)
    {
        var shortest = -1;
        for (var index = 0; index < ranges.Length - 1; index++)
        {
            if (index != keep && (shortest < 0 || ranges[index].Length < ranges[shortest].Length))
            {
                shortest = index;
            }
        }

        return ranges[Math.Max(0, shortest)];
    }

    /// <summary>The first range that ends behind a tick; the number of ranges when none does.</summary>
    private int FirstEndingAfter(long ticks)
    {
        var low = 0;
        var high = _ranges.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].End > ticks)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
