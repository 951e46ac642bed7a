using System.Runtime.CompilerServices;

namespace Meridian.Readings.Columns;

/// <summary>Integers that grow, and whose place is used again for the next record.</summary>
internal sealed class NumberColumn
{
    /// <summary>More than a usual record holds; a longer array is given back after the record.</summary>
    private const int MaxKept = 262_144;

    private long[] _items = new long[16];

    public int Count { get; private set; }

    public Span<long> Items => _items.AsSpan(0, Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long item)
    {
        if (Count == _items.Length)
        {
            Grow(1);
        }

        _items[Count++] = item;
    }

    /// <summary>Places for so many more, to be written at once.</summary>
    public Span<long> Extend(int count)
    {
        if (_items.Length - Count < count)
        {
            Grow(count);
        }

        Count += count;
        return _items.AsSpan(Count - count, count);
    }

    /// <summary>Nothing but so many places, whatever is in them, to be written at once.</summary>
    public Span<long> Restart(int count)
    {
        Clear();
        return Extend(count);
    }

    public void Clear()
    {
        Count = 0;
        if (_items.Length > MaxKept)
        {
            _items = new long[16];
        }
    }

    private void Grow(int count) =>
        Array.Resize(ref _items, (int)Math.Min(Array.MaxLength, Math.Max(2L * _items.Length, (long)Count + count)));
}
