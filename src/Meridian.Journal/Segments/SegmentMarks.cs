using Meridian.Journal.Format;

namespace Meridian.Journal.Segments;

/// <summary>
/// The sparse index of the segment that is being written: it becomes the seal when the segment is finished, and is
/// forgotten then, so that what waits costs no memory. Written by the writer, read by any reader.
/// </summary>
internal sealed class SegmentMarks
{
    /// <summary>One mark per so many bytes.</summary>
    public const long StepBytes = 64 << 10;

    private readonly Lock _gate = new();
    private readonly List<SealEntry> _entries = [];
    private long _lastTicks;

    /// <summary>Remembers where a position lies, unless a near one is known.</summary>
    public void Add(long position, long offset)
    {
        lock (_gate)
        {
            if (_entries.Count == 0 || offset - _entries[^1].Offset >= StepBytes)
            {
                _entries.Add(new SealEntry(position, _lastTicks, offset));
            }
        }
    }

    /// <summary>Remembers the latest time of what follows the last mark.</summary>
    public void Pass(long ticks)
    {
        lock (_gate)
        {
            _lastTicks = Math.Max(_lastTicks, ticks);
        }
    }

    /// <summary>What is known so far, as a seal.</summary>
    public SealRecord ToSeal(long end, IReadOnlyList<(uint Id, string Name)> sources)
    {
        lock (_gate)
        {
            return new SealRecord([.. _entries], sources) { End = end, LastTicks = _lastTicks };
        }
    }

    /// <summary>Where to begin reading to meet a position.</summary>
    public long OffsetOf(long position)
    {
        lock (_gate)
        {
            return OffsetOf(_entries, position);
        }
    }

    /// <summary>Where to begin reading to meet a position, of a sealed segment.</summary>
    public static long OffsetOf(IReadOnlyList<SealEntry> entries, long position)
    {
        long offset = SegmentHeader.Size;
        foreach (var entry in entries)
        {
            if (entry.Position > position)
            {
                break;
            }

            offset = entry.Offset;
        }

        return offset;
    }

    /// <summary>Where to begin reading to meet the first record of a time.</summary>
    public static SealEntry? Before(IReadOnlyList<SealEntry> entries, long ticks)
    {
        SealEntry? found = null;
        foreach (var entry in entries)
        {
            if (entry.TicksBefore >= ticks)
            {
                break;
            }

            found = entry;
        }

        return found;
    }
}
