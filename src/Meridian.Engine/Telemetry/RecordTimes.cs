using Meridian.Journal.Cursors;

namespace Meridian.Engine.Telemetry;

/// <summary>
/// When the records that a North has read and not passed came to the disk. Written by the North's pump; the oldest may
/// be read by anyone.
/// </summary>
internal sealed class RecordTimes
{
    private readonly Queue<(long End, DateTimeOffset Time)> _records = [];
    private long _oldestTicks;

    /// <summary>The oldest; null when there is none.</summary>
    public DateTimeOffset? Oldest =>
        Interlocked.Read(ref _oldestTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>A record was read.</summary>
    /// <param name="record">The record.</param>
    /// <param name="from">Where the cursor stands; what lies before was passed already.</param>
    public void Add(JournalRecord record, long from)
    {
        var end = record.First.Value + record.Count;
        if (end > from)
        {
            _records.Enqueue((end, record.Time));
            ShowOldest();
        }
    }

    /// <summary>Takes out the next record that lies before a position.</summary>
    public bool TryPass(long position, out DateTimeOffset time)
    {
        time = default;
        if (!_records.TryPeek(out var first) || first.End > position)
        {
            return false;
        }

        time = _records.Dequeue().Time;
        ShowOldest();
        return true;
    }

    /// <summary>The next read begins.</summary>
    public void Clear()
    {
        _records.Clear();
        ShowOldest();
    }

    private void ShowOldest() =>
        Interlocked.Exchange(ref _oldestTicks, _records.TryPeek(out var first) ? first.Time.UtcTicks : 0);
}
