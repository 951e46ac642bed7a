using Meridian.Journal.Faults;

namespace Meridian.Journal.Inspection;

/// <summary>Tidies a journal that no process has open.</summary>
public static class JournalCompactor
{
    /// <summary>Opens the journal, mends what a crash left, deletes what all cursors have passed, the segment that was
    /// written last included, writes the index anew and closes it.</summary>
    /// <param name="folder">The folder of the journal.</param>
    /// <param name="ct">Gives up; what was done stays done.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no journal in it.</exception>
    /// <exception cref="JournalLockedException">A process has it open.</exception>
    /// <exception cref="JournalUnsupportedVersionException">A newer program wrote it.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static async Task<CompactionOutcome> CompactAsync(string folder, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        JournalFolder.ThrowIfNone(folder);
        var options = new JournalOptions { Folder = folder, MaxBytes = long.MaxValue / 2, SegmentBytes = 64 << 20 };
        var log = await JournalLog.OpenAsync(options, ct: ct).ConfigureAwait(false);
        await using var untilReturn = log.ConfigureAwait(false);
        var before = log.Status;
        await log.RollAsync().WaitAsync(ct).ConfigureAwait(false);
        var after = log.Status;
        return new CompactionOutcome(before.Segments, before.Bytes, after.Segments, after.Bytes);
    }
}

/// <summary>What a compaction came to.</summary>
/// <param name="SegmentsBefore">Segments before it.</param>
/// <param name="BytesBefore">Their bytes.</param>
/// <param name="SegmentsAfter">Segments after it.</param>
/// <param name="BytesAfter">Their bytes.</param>
public sealed record CompactionOutcome(int SegmentsBefore, long BytesBefore, int SegmentsAfter, long BytesAfter);
