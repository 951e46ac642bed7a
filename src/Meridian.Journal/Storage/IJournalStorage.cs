namespace Meridian.Journal.Storage;

/// <summary>
/// The folder under a journal: the only way to the disk, so that tests can put one beneath it that fails, tears and
/// forgets. All methods throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the disk
/// refuses.
/// A file's content is durable after <see cref="IJournalFile.Sync"/>, its name after <see cref="SyncFolder"/>.
/// </summary>
internal interface IJournalStorage
{
    /// <summary>The folder, for messages.</summary>
    string Folder { get; }

    /// <summary>Makes the folder when it is missing, and keeps other processes out until the result is
    /// disposed.</summary>
    /// <exception cref="Faults.JournalLockedException">Another process holds it.</exception>
    IDisposable Lock();

    /// <summary>The names of all files in the folder, or in a folder within it; none when that does not
    /// exist.</summary>
    IReadOnlyList<string> List(string? within = null);

    /// <summary>Makes a file that must not exist, for reading and writing. A name may lie in a folder within,
    /// "damaged/name", which is made when it is missing.</summary>
    IJournalFile Create(string name);

    /// <summary>Opens a file.</summary>
    /// <exception cref="FileNotFoundException">There is none of that name.</exception>
    IJournalFile Open(string name, bool writable);

    /// <summary>Removes a file; it may still be open for reading.</summary>
    void Delete(string name);

    /// <summary>Renames a file over another one.</summary>
    void Rename(string from, string to);

    /// <summary>Makes what was created, renamed and deleted durable.</summary>
    void SyncFolder(string? within = null);
}

/// <summary>One open file. Reads may run beside each other and beside writes; writes come from one thread.</summary>
internal interface IJournalFile : IDisposable
{
    /// <summary>The length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads until <paramref name="buffer"/> is full or the file ends.</summary>
    /// <returns>The bytes read.</returns>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all bytes.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Cuts or extends the file.</summary>
    void SetLength(long length);

    /// <summary>Makes all writes so far durable.</summary>
    void Sync();
}
