namespace Meridian.Engine.Quarantine;

/// <summary>
/// A set of positions kept as ranges, so that a run of a million refused data costs what one does. Thread-safe.
/// </summary>
internal sealed class PositionRanges
{
    private readonly Lock _lock = new();
    private readonly List<(long From, long To)> _ranges = [];

    /// <summary>The ranges, ascending, from inclusive, to exclusive; they neither touch nor overlap.</summary>
    public IReadOnlyList<(long From, long To)> Snapshot()
    {
        lock (_lock)
        {
            return [.. _ranges];
        }
    }

    public bool Contains(long position)
    {
        lock (_lock)
        {
            var index = IndexAtOrBefore(position);
            return index >= 0 && position < _ranges[index].To;
        }
    }

    /// <summary>How many positions lie in [from, to).</summary>
    public long CountBetween(long from, long to)
    {
        lock (_lock)
        {
            var count = 0L;
            for (var i = Math.Max(0, IndexAtOrBefore(from)); i < _ranges.Count && _ranges[i].From < to; i++)
            {
                count += Math.Max(0, Math.Min(to, _ranges[i].To) - Math.Max(from, _ranges[i].From));
            }

            return count;
        }
    }

    /// <summary>The positions that lie in [from, to), ascending.</summary>
    public IReadOnlyList<long> Within(long from, long to)
    {
        lock (_lock)
        {
            var found = new List<long>();
            for (var i = Math.Max(0, IndexAtOrBefore(from)); i < _ranges.Count && _ranges[i].From < to; i++)
            {
                for (var at = Math.Max(from, _ranges[i].From); at < Math.Min(to, _ranges[i].To); at++)
                {
                    found.Add(at);
                }
            }

            return found;
        }
    }

    public void Add(long position)
    {
        lock (_lock)
        {
            var index = IndexAtOrBefore(position);
            if (index >= 0 && position < _ranges[index].To)
            {
                return;
            }

            var joinsLeft = index >= 0 && _ranges[index].To == position;
            var joinsRight = index + 1 < _ranges.Count && _ranges[index + 1].From == position + 1;
            if (joinsLeft && joinsRight)
            {
                _ranges[index] = (_ranges[index].From, _ranges[index + 1].To);
                _ranges.RemoveAt(index + 1);
            }
            else if (joinsLeft)
            {
                _ranges[index] = (_ranges[index].From, position + 1);
            }
            else if (joinsRight)
            {
                _ranges[index + 1] = (position, _ranges[index + 1].To);
            }
            else
            {
                _ranges.Insert(index + 1, (position, position + 1));
            }
        }
    }

    /// <summary>Takes a position out; does nothing when it is not in.</summary>
    public void Remove(long position)
    {
        lock (_lock)
        {
            var index = IndexAtOrBefore(position);
            if (index < 0 || position >= _ranges[index].To)
            {
                return;
            }

            var (from, to) = _ranges[index];
            _ranges.RemoveAt(index);
            if (position + 1 < to)
            {
                _ranges.Insert(index, (position + 1, to));
            }

            if (from < position)
            {
                _ranges.Insert(index, (from, position));
            }
        }
    }

    /// <summary>How many distinct positions before a bound lie in any of the sets.</summary>
    public static long CountUnionBefore(IEnumerable<PositionRanges> sets, long bound)
    {
        var count = 0L;
        var reached = long.MinValue;
        foreach (var (from, to) in sets.SelectMany(set => set.Snapshot()).OrderBy(range => range.From))
        {
            var begin = Math.Max(from, reached);
            var end = Math.Min(to, bound);
            count += Math.Max(0, end - begin);
            reached = Math.Max(reached, end);
        }

        return count;
    }

    /// <summary>The last range that begins at or before a position; −1 when none does.</summary>
    private int IndexAtOrBefore(long position)
    {
        var low = 0;
        var high = _ranges.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].From <= position)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }
}
