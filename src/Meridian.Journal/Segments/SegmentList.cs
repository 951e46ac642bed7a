namespace Meridian.Journal.Segments;

/// <summary>
/// The segments in order. Changed by the writer only, by putting a new array in place of the old one, so readers
/// need no lock.
/// </summary>
internal sealed class SegmentList(IEnumerable<Segment> found)
{
    // Only the writer's thread replaces the array; an array is never changed once it is published.
    private volatile Segment[] _segments = [.. found];

    public int Count => _segments.Length;

    public Segment? Oldest => _segments is [var oldest, ..] ? oldest : null;

    /// <summary>The segment after the oldest one: when all cursors have reached its begin, the oldest may go.</summary>
    public Segment? SecondOldest => _segments is [_, var second, ..] ? second : null;

    public Segment? Newest => _segments is [.., var newest] ? newest : null;

    /// <summary>All segments, oldest first, as they are at this moment.</summary>
    public IReadOnlyList<Segment> Snapshot => _segments;

    public void Add(Segment segment) => _segments = [.. _segments, segment];

    public void Remove(Segment segment) => _segments = [.. _segments.Where(s => s != segment)];

    public bool Contains(Segment segment) => Array.IndexOf(_segments, segment) >= 0;

    /// <summary>The segment that holds <paramref name="position"/>, or the oldest one when that begins later.</summary>
    public Segment? Find(long position)
    {
        var segments = _segments;
        for (var i = segments.Length - 1; i > 0; i--)
        {
            if (segments[i].First <= position)
            {
                return segments[i];
            }
        }

        return segments.Length > 0 ? segments[0] : null;
    }

    /// <summary>The segment after <paramref name="segment"/>, which may be deleted already; null after the
    /// newest.</summary>
    public Segment? After(Segment segment)
    {
        var segments = _segments;
        Segment? after = null;
        for (var i = segments.Length - 1; i >= 0 && IsAfter(segments[i], segment); i--)
        {
            after = segments[i];
        }

        return after;
    }

    /// <summary>The bytes of all segments.</summary>
    public long TotalLength()
    {
        long total = 0;
        foreach (var segment in _segments)
        {
            total += segment.Length;
        }

        return total;
    }

    /// <summary>The bytes of the segments that hold data at or after <paramref name="position"/>.</summary>
    public long LengthFrom(long position)
    {
        var segments = _segments;
        long total = 0;
        for (var i = segments.Length - 1; i >= 0; i--)
        {
            total += segments[i].Length;
            if (segments[i].First <= position)
            {
                break;
            }
        }

        return total;
    }

    private static bool IsAfter(Segment one, Segment other)
        => one.First > other.First || (one.First == other.First && one.Attempt > other.Attempt);
}
