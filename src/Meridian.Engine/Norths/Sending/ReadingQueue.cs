using Meridian.Sdk.Readings;

namespace Meridian.Engine.Norths.Sending;

/// <summary>
/// Readings on their way to a North with their positions, in order. Several may share a position. Its arrays are used
/// again.
/// </summary>
internal sealed class ReadingQueue
{
    private Reading[] _readings = [];
    private long[] _positions = [];
    private bool[] _isDerived = [];
    private int _first;
    private int _end;

    /// <summary>How many are left.</summary>
    public int Count => _end - _first;

    /// <summary>The readings that are left.</summary>
    public ReadOnlyMemory<Reading> Readings => _readings.AsMemory(_first, Count);

    /// <summary>Their positions.</summary>
    public ReadOnlyMemory<long> Positions => _positions.AsMemory(_first, Count);

    /// <summary>Of each, whether a transform made it, so that its position stands for another.</summary>
    public ReadOnlySpan<bool> IsDerived => _isDerived.AsSpan(_first, Count);

    /// <summary>How many of the readings that are left lie before a position.</summary>
    public int CountBefore(long position)
    {
        var positions = Positions.Span;
        var (low, high) = (0, positions.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = positions[middle] < position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>
    /// The most readings from the front, up to so many, that leave none of their positions behind; where the first
    /// position alone has more, all of those.
    /// </summary>
    public int Whole(int most) => WholeWithin(most) is > 0 and var whole
        ? whole
        : CountBefore(Positions.Span[0] + 1);

    /// <summary>The same, or none where the first position has more.</summary>
    public int WholeWithin(int most)
    {
        var count = Math.Min(most, Count);
        var positions = Positions.Span;
        while (count > 0 && count < positions.Length && positions[count - 1] == positions[count])
        {
            count--;
        }

        return count;
    }

    /// <summary>The most readings from the front, up to so many, within so many bytes; the first in any case.</summary>
    public int WithinBytes(int most, long bytes)
    {
        if (bytes == long.MaxValue)
        {
            return most;
        }

        var readings = Readings.Span;
        var count = Math.Min(most, readings.Length);
        var size = 0L;
        for (var i = 0; i < count; i++)
        {
            size += ReadingSize.Of(readings[i]);
            if (size > bytes && i > 0)
            {
                return i;
            }
        }

        return count;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _first = _end = 0;

    /// <summary>So many will be put.</summary>
    public void MakeRoom(int count)
    {
        if (_readings.Length < _end + count)
        {
            var length = Math.Max(_end + count, 2 * _readings.Length);
            Array.Resize(ref _readings, length);
            Array.Resize(ref _positions, length);
            Array.Resize(ref _isDerived, length);
        }
    }

    /// <summary>Puts a reading behind the others; there is room.</summary>
    public void Put(in Reading reading, long position, bool isDerived)
    {
        _positions[_end] = position;
        _isDerived[_end] = isDerived;
        _readings[_end++] = reading;
    }

    /// <summary>Forgets the first readings: their fate is known.</summary>
    public void Pass(int count) => _first += count;

    /// <summary>Forgets what lies before a position: the cursor was made to pass it.</summary>
    public void PassBefore(long position) => _first += CountBefore(position);

    /// <summary>Takes out some, by index; the others close up.</summary>
    /// <param name="isOut">Whether the reading at an index is one of those.</param>
    public void Remove(Func<int, bool> isOut)
    {
        var kept = _first;
        for (var i = _first; i < _end; i++)
        {
            if (!isOut(i - _first))
            {
                _positions[kept] = _positions[i];
                _isDerived[kept] = _isDerived[i];
                _readings[kept++] = _readings[i];
            }
        }

        _end = kept;
    }
}
