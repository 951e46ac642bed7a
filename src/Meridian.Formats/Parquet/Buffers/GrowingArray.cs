using System.Buffers;

namespace Meridian.Formats.Parquet.Buffers;

/// <summary>
/// A list of plain values in a rented array that grows as it fills. It owns the array until disposed.
/// </summary>
/// <remarks>A span of it holds until the next call that adds. One thread at a time.</remarks>
internal sealed class GrowingArray<T> : IDisposable
    where T : unmanaged
{
    private const int SmallestLength = 256;

    private T[] _items = [];

    public int Count { get; private set; }

    public ReadOnlySpan<T> Written => _items.AsSpan(0, Count);

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Grow(1);
        }

        _items[Count++] = item;
    }

    public void Append(ReadOnlySpan<T> items)
    {
        items.CopyTo(Reserve(items.Length));
        Count += items.Length;
    }

    /// <summary>Room for at least so many behind the end; what lies in it is arbitrary.</summary>
    public Span<T> Reserve(int room)
    {
        if (_items.Length - Count < room)
        {
            Grow(room);
        }

        return _items.AsSpan(Count);
    }

    /// <summary>Takes in what was written into <see cref="Reserve"/>'s room.</summary>
    public void Advance(int count) => Count += count;

    /// <summary>Makes it exactly so long and gives the whole; what was not written before is arbitrary.</summary>
    public Span<T> Resize(int count)
    {
        if (count > Count)
        {
            _ = Reserve(count - Count);
        }

        Count = count;
        return _items.AsSpan(0, count);
    }

    public void Clear() => Count = 0;

    /// <summary>Gives the array back; the list is empty then, and may be used again.</summary>
    public void Dispose()
    {
        Count = 0;
        if (_items.Length > 0)
        {
            ArrayPool<T>.Shared.Return(_items);
            _items = [];
        }
    }

    private void Grow(int room)
    {
        var needed = checked(Count + room);
        var doubled = (int)Math.Min(2L * _items.Length, Array.MaxLength);
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(SmallestLength, Math.Max(needed, doubled)));
        Written.CopyTo(larger);
        if (_items.Length > 0)
        {
            ArrayPool<T>.Shared.Return(_items);
        }

        _items = larger;
    }
}
