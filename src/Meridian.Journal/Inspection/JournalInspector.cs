namespace Meridian.Journal.Inspection;

/// <summary>Looks into a journal folder without locking or changing it; the journal may be open in another process.</summary>
public static class JournalInspector
{
    /// <summary>Reads all of a journal and tells what is in it.</summary>
    /// <param name="folder">The folder of the journal.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>What was found. Of an open journal it is what lay there while reading.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="Faults.JournalUnsupportedVersionException">A newer program wrote it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Task<JournalInspection> InspectAsync(string folder, CancellationToken ct = default)
        => throw new NotSupportedException(folder);
}
