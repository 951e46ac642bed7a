using Meridian.Journal.Faults;

namespace Meridian.Journal.Inspection;

/// <summary>
/// Gives a journal that was put back from a copy a new id. What was appended after the copy was made is not in it, and
/// its positions are given again to other data; under a new id nobody who remembers (id, position) takes one for the
/// other.
/// </summary>
public static class JournalRenewal
{
    /// <summary>Opens the journal, gives it a new id, durably, and closes it. Data, positions, cursors and checkpoints
    /// stay as they are. A crash on the way leaves the old id or the new one.</summary>
    /// <param name="folder">The folder of the journal.</param>
    /// <param name="ct">Gives up; the id is the old one then, unless it was too late.</param>
    /// <returns>What it came to.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no journal in it.</exception>
    /// <exception cref="JournalLockedException">A process has it open.</exception>
    /// <exception cref="JournalUnsupportedVersionException">A newer program wrote it.</exception>
    /// <exception cref="IOException">The disk refused; the id is the old one.</exception>
    public static async Task<RenewalOutcome> RenewAsync(string folder, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        JournalFolder.ThrowIfNone(folder);
        var options = new JournalOptions { Folder = folder, MaxBytes = long.MaxValue / 2, SegmentBytes = 64 << 20 };
        var log = await JournalLog.OpenAsync(options, ct: ct).ConfigureAwait(false);
        await using var untilReturn = log.ConfigureAwait(false);
        var former = log.Id;
        try
        {
            var id = await log.RenewAsync(ct).ConfigureAwait(false);
            return new RenewalOutcome(former, id, log.Start, log.End);
        }
        catch (TimeoutException late)
        {
            throw new IOException(
                $"The journal '{folder}' keeps its id {former}: {log.Status.Fault ?? "the disk does not answer."}",
                late);
        }
    }
}

/// <summary>What a renewal came to.</summary>
/// <param name="FormerId">The id until then.</param>
/// <param name="Id">The id from now on.</param>
/// <param name="Start">The oldest datum.</param>
/// <param name="End">The position of the next datum.</param>
public sealed record RenewalOutcome(Guid FormerId, Guid Id, JournalPosition Start, JournalPosition End);
