using Meridian.Journal.Format;

namespace Meridian.Journal.Storage;

/// <summary>
/// A file of written zeros. When the disk is full it becomes a segment by its name alone: writing over what is written
/// needs no space. Belongs to the writer's thread.
/// </summary>
internal sealed class SpaceReserve(IJournalStorage storage, long bytes)
{
    private const int ChunkBytes = 64 << 10;

    /// <summary>How many bytes it holds.</summary>
    public long Bytes => bytes;

    /// <summary>Whether it can be taken.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Whether it should be made when there is space.</summary>
    public bool IsMissing => bytes > 0 && !IsReady;

    /// <summary>Makes it, unless it is there.</summary>
    /// <exception cref="IOException">There is no space for it yet.</exception>
    public void Make()
    {
        var names = storage.List();
        if (names.Contains(JournalFileNames.NewReserve, StringComparer.Ordinal))
        {
            storage.Delete(JournalFileNames.NewReserve);
        }

        if (names.Contains(JournalFileNames.Reserve, StringComparer.Ordinal))
        {
            using var file = storage.Open(JournalFileNames.Reserve, writable: false);
            IsReady = file.Length == bytes;
            if (IsReady)
            {
                return;
            }
        }

        try
        {
            Write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was written of it is the very space that is missing elsewhere.
            storage.Delete(JournalFileNames.NewReserve);
            throw;
        }

        storage.Rename(JournalFileNames.NewReserve, JournalFileNames.Reserve);
        storage.SyncFolder();
        IsReady = true;
    }

    /// <summary>Gives it the name of a segment and opens it.</summary>
    public IJournalFile Take(string name)
    {
        IsReady = false;
        storage.Rename(JournalFileNames.Reserve, name);
        return storage.Open(name, writable: true);
    }

    private void Write()
    {
        using var file = storage.Create(JournalFileNames.NewReserve);
        var zeros = new byte[Math.Min(bytes, ChunkBytes)];
        for (long at = 0; at < bytes; at += zeros.Length)
        {
            file.Write(zeros.AsSpan(0, (int)Math.Min(zeros.Length, bytes - at)), at);
        }

        file.Sync();
    }
}
