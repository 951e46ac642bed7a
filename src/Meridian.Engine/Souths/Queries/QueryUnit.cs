using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Queries;

/// <summary>
/// A unit and its state: idle, queued or running. A tick that finds it anything but idle is skipped and counted, never
/// queued behind the other: a slow source is asked as often as it can answer.
/// </summary>
internal sealed class QueryUnit(UnitKey key)
{
    private const int Idle = 0;
    private const int Busy = 1;

    private int _state;
    private long _skipped;
    private volatile IReadOnlyList<Item> _items = [];

    public UnitKey Key => key;

    /// <summary>Its items; swapped as a whole, and a query that runs keeps those it began with.</summary>
    public IReadOnlyList<Item> Items
    {
        get => _items;
        set => _items = value;
    }

    /// <summary>Ticks that found it busy.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Takes a tick.</summary>
    /// <returns>Whether it is to be queued now.</returns>
    public bool TryTake()
    {
        if (Interlocked.CompareExchange(ref _state, Busy, Idle) == Idle)
        {
            return true;
        }

        _ = Interlocked.Increment(ref _skipped);
        return false;
    }

    /// <summary>It has run.</summary>
    public void Release() => Volatile.Write(ref _state, Idle);
}
