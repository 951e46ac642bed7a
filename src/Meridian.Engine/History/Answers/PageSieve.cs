using System.Runtime.InteropServices;
using Meridian.Engine.History.Coverage;
using Meridian.Engine.History.Planning;
using Meridian.Engine.History.Seen;
using Meridian.Sdk.Readings;

namespace Meridian.Engine.History.Answers;

/// <summary>Sorts the readings of one page into new ones and others. Two of one identity are one.</summary>
internal sealed class PageSieve
{
    private readonly List<Candidate> _fresh = [];
    private readonly int _room;

    /// <summary>Sorts.</summary>
    /// <param name="readings">The page.</param>
    /// <param name="covered">What the page covers of what was asked.</param>
    /// <param name="history">What was there before.</param>
    public PageSieve(ReadOnlySpan<Reading> readings, TickRange covered, ItemHistory history)
    {
        Covered = covered;
        _room = history.Seen.Room;
        for (var index = 0; index < readings.Length; index++)
        {
            ref readonly var reading = ref readings[index];
            var ticks = reading.Timestamp.UtcTicks;
            if (!covered.Contains(ticks))
            {
                Outside++;
                continue;
            }

            Newest = Math.Max(Newest ?? 0, ticks);
            var seen = new SeenReading(ticks, ReadingIdentity.Of(reading));
            if (history.Coverage.Contains(ticks) || history.Seen.Contains(seen))
            {
                Repeated++;
            }
            else
            {
                _fresh.Add(new Candidate(seen, index));
            }
        }

        _fresh.Sort(static (one, other) =>
            one.Seen == other.Seen ? one.Index.CompareTo(other.Index) : one.Seen.CompareTo(other.Seen));
        Repeated += RemoveTwins();
    }

    /// <summary>What is taken as covered: what the page covers of the question, or less for want of room.</summary>
    public TickRange Covered { get; private set; }

    /// <summary>The latest timestamp in the page, of any reading: the source's time had come that far.</summary>
    public long? Newest { get; }

    /// <summary>The latest timestamp of a new reading.</summary>
    public long? NewestFresh => _fresh.Count == 0 ? null : _fresh[^1].Seen.Ticks;

    /// <summary>How many readings are new.</summary>
    public int FreshCount => _fresh.Count;

    /// <summary>How many were known, or came twice.</summary>
    public int Repeated { get; }

    /// <summary>How many lie outside.</summary>
    public int Outside { get; }

    /// <summary>What this page answers for good.</summary>
    public TickRange FinalBy(HistoryLook look) => Covered.Within(new TickRange(0, look.SettledBy(Newest)));

    /// <summary>
    /// Lets the end of the page go where there is no room to remember its readings, as late as possible.
    /// </summary>
    /// <returns>How many new readings went with it.</returns>
    public int CutToRoom(HistoryLook look)
    {
        var final = FinalBy(look);
        var kept = _fresh.Count(fresh => final.Contains(fresh.Seen.Ticks)) + _room;
        if (kept >= _fresh.Count)
        {
            return 0;
        }

        // An instant is taken whole or not at all.
        while (kept > 0 && _fresh[kept - 1].Seen.Ticks == _fresh[kept].Seen.Ticks)
        {
            kept--;
        }

        var cut = _fresh.Count - kept;
        Covered = Covered with { End = _fresh[kept].Seen.Ticks };
        _fresh.RemoveRange(kept, cut);
        return cut;
    }

    /// <summary>The new readings that may come again, ascending.</summary>
    public SeenReading[] Outlasting(TickRange final) =>
        [.. _fresh.Select(static fresh => fresh.Seen).Where(seen => !final.Contains(seen.Ticks))];

    /// <summary>The new readings as the page gave them.</summary>
    public Reading[] InPageOrder(ReadOnlySpan<Reading> readings)
    {
        int[] indices = [.. _fresh.Select(static fresh => fresh.Index).Order()];
        var ordered = new Reading[indices.Length];
        for (var at = 0; at < ordered.Length; at++)
        {
            ordered[at] = readings[indices[at]];
        }

        return ordered;
    }

    private int RemoveTwins()
    {
        var count = _fresh.Count;
        var kept = 0;
        for (var index = 0; index < count; index++)
        {
            if (kept == 0 || _fresh[index].Seen != _fresh[kept - 1].Seen)
            {
                _fresh[kept++] = _fresh[index];
            }
        }

        _fresh.RemoveRange(kept, count - kept);
        return count - kept;
    }

    /// <summary>A reading that may be new, and its place in the page.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Candidate(SeenReading Seen, int Index);
}
