using System.Diagnostics;
using Meridian.Sdk.Readings;

namespace Meridian.Transforms;

/// <summary>
/// What a chain made of its entries: the readings that left, and the positions that did not. Gathers over several runs
/// until cleared; its arrays are used again. One thread at a time.
/// </summary>
/// <remarks>
/// Every position that went in is either that of exactly one reading with <see cref="IsDerived"/> false, or one of
/// <see cref="Filtered"/>. Positions never descend. Several readings may share one: what a transform made out of a
/// reading, or because of it, carries that reading's position and is derived.
/// </remarks>
public sealed class TransformResult
{
    private readonly long[] _counts = new long[FilterReasons.Count];
    private Reading[] _readings = [];
    private long[] _positions = [];
    private bool[] _isDerived = [];
    private int _count;
    private long[] _filtered = [];
    private FilterReason[] _reasons = [];
    private int _filteredCount;
    private bool _hasLeft;
    private FilterReason _reason;

    /// <summary>The readings that left, in the order of their positions.</summary>
    public ReadOnlyMemory<Reading> Readings => _readings.AsMemory(0, _count);

    /// <summary>The position of each reading that left.</summary>
    public ReadOnlyMemory<long> Positions => _positions.AsMemory(0, _count);

    /// <summary>Of each reading that left, whether it is more than its position stands for.</summary>
    public ReadOnlyMemory<bool> IsDerived => _isDerived.AsMemory(0, _count);

    /// <summary>The positions of which nothing left, ascending.</summary>
    public ReadOnlyMemory<long> Filtered => _filtered.AsMemory(0, _filteredCount);

    /// <summary>Why, of each.</summary>
    public ReadOnlyMemory<FilterReason> Reasons => _reasons.AsMemory(0, _filteredCount);

    /// <summary>How many of the readings that left are derived.</summary>
    public int DerivedCount { get; private set; }

    /// <summary>How many did not leave for this reason.</summary>
    public long CountOf(FilterReason reason) => _counts[(int)reason];

    /// <summary>How many of the filtered positions lie before a bound.</summary>
    public int CountFilteredBefore(long bound)
    {
        var index = Filtered.Span.BinarySearch(bound);
        return index < 0 ? ~index : index;
    }

    /// <summary>Forgets everything: the next runs begin.</summary>
    public void Clear()
    {
        // The strings and bytes of what was carried must not live on in unused places.
        Array.Clear(_readings, 0, _count);
        Array.Clear(_counts);
        _count = _filteredCount = DerivedCount = 0;
    }

    /// <summary>The next entry runs.</summary>
    internal void Begin()
    {
        _hasLeft = false;
        _reason = FilterReason.Filtered;
    }

    /// <summary>A reading left.</summary>
    internal void Leave(in TransformEntry entry)
    {
        if (_count == _readings.Length)
        {
            var length = Math.Max(256, 2 * _count);
            Array.Resize(ref _readings, length);
            Array.Resize(ref _positions, length);
            Array.Resize(ref _isDerived, length);
        }

        // The first that is left of a reading stands for its position; further parts of it are derived.
        var isDerived = entry.IsDerived || _hasLeft;
        _hasLeft |= !entry.IsDerived;
        DerivedCount += isDerived ? 1 : 0;
        _readings[_count] = entry.Reading;
        _positions[_count] = entry.Position;
        _isDerived[_count++] = isDerived;
    }

    /// <summary>A reading, or a part of it, was taken out. When nothing of it leaves, the last reason counts.</summary>
    internal void Filter(FilterReason reason) => _reason = reason;

    /// <summary>The entry has run: it left, or is filtered.</summary>
    internal void End(long position)
    {
        if (_hasLeft)
        {
            return;
        }

        if (_filteredCount == _filtered.Length)
        {
            var length = Math.Max(256, 2 * _filteredCount);
            Array.Resize(ref _filtered, length);
            Array.Resize(ref _reasons, length);
        }

        Debug.Assert(_filteredCount == 0 || _filtered[_filteredCount - 1] < position, "Positions ascend.");
        _filtered[_filteredCount] = position;
        _reasons[_filteredCount++] = _reason;
        _counts[(int)_reason]++;
    }
}
