using Meridian.Journal.Cursors;
using Meridian.Journal.Faults;
using Meridian.Journal.Storage;

namespace Meridian.Journal.Inspection;

/// <summary>Looks into a journal folder without locking or changing it; the journal may be open in another
/// process.</summary>
public static class JournalInspector
{
    /// <summary>Reads all of a journal and tells what is in it.</summary>
    /// <param name="folder">The folder of the journal.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>What was found. Of an open journal it is what lay there while reading.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no journal in it.</exception>
    /// <exception cref="JournalUnsupportedVersionException">A newer program wrote it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Task<JournalInspection> InspectAsync(string folder, CancellationToken ct = default)
        => WalkAsync(folder, onRecord: null, ct);

    /// <summary>The same, giving each record of data on the way.</summary>
    /// <param name="folder">The folder of the journal.</param>
    /// <param name="onRecord">Told each record in order; its payload is lent until it returns.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no journal in it.</exception>
    /// <exception cref="JournalUnsupportedVersionException">A newer program wrote it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Task<JournalInspection> WalkAsync(
        string folder, Action<JournalRecord>? onRecord, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        JournalFolder.ThrowIfNone(folder);

        // Leaves the caller's thread: this reads every byte of the journal.
        return Task.Run(() => new InspectorRun(new FileJournalStorage(folder), onRecord).Run(ct), ct);
    }
}
