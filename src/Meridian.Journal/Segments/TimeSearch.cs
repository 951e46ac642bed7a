using Meridian.Journal.Format;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Segments;

/// <summary>Finds the first record of a time. Clocks are set back now and then, so times need not rise: the first one
/// in the order of the log counts.</summary>
internal static class TimeSearch
{
    /// <summary>The position of the first record at or after <paramref name="ticks"/>; null when there is
    /// none.</summary>
    public static long? Find(IJournalStorage storage, SegmentList segments, uint seed, long ticks)
    {
        var all = segments.Snapshot;
        for (var i = 0; i < all.Count; i++)
        {
            var limit = i + 1 < all.Count ? all[i + 1].First : long.MaxValue;
            try
            {
                using var file = storage.Open(all[i].Name, writable: false);
                if (FindIn(file, all[i], limit, seed, ticks) is { } found)
                {
                    return found;
                }
            }
            catch (FileNotFoundException) when (!segments.Contains(all[i]))
            {
                // It was deleted meanwhile; what it held is not to be read any more.
            }
        }

        return null;
    }

    private static long? FindIn(IJournalFile file, Segment segment, long limit, uint seed, long ticks)
    {
        var marks = segment.Marks?.ToSeal(0, []) ?? SealRecord.TryLoad(file, segment.Length, seed);
        if (marks is not null && marks.LastTicks < ticks)
        {
            return null;
        }

        var begin = marks is null ? null : SegmentMarks.Before(marks.Entries, ticks);
        using var window = new RecordWindow(file, seed, begin?.Offset ?? SegmentHeader.Size, ownsFile: false);

        // Headers are enough, so a record that is wanted ends the walk.
        window.IsWanted = header => header.Type == RecordType.Content && header.Ticks >= ticks;
        return window.Next(segment.Length, mayMove: true, out var found, out _) == RecordStep.Record
            && found.First < limit ? found.First : null;
    }
}
