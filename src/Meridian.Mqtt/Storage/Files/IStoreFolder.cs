namespace Meridian.Mqtt.Storage.Files;

/// <summary>
/// The directory under a session store: the only way to the disk, so that tests can put one beneath it that fails,
/// tears and forgets. All methods throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> when the
/// disk refuses. A file's content is durable after <see cref="IStoreFile.Sync"/>, its name after
/// <see cref="SyncFolder"/>.
/// </summary>
internal interface IStoreFolder
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>Makes the directory when it is missing, and keeps others out until the result is disposed.</summary>
    /// <exception cref="MqttStoreLockedException">Another process holds it.</exception>
    IDisposable Lock();

    /// <summary>The names of all files.</summary>
    IReadOnlyList<string> List();

    /// <summary>Makes a file that must not exist.</summary>
    IStoreFile Create(string name);

    /// <summary>Opens a file for reading.</summary>
    IStoreFile Open(string name);

    /// <summary>Makes all durable that was ever written to a file.</summary>
    void SyncFile(string name);

    void Delete(string name);

    /// <summary>Makes what was created and deleted durable.</summary>
    void SyncFolder();
}

/// <summary>One open file, used by one thread.</summary>
internal interface IStoreFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads until <paramref name="buffer"/> is full or the file ends.</summary>
    /// <returns>The bytes read.</returns>
    int Read(Span<byte> buffer, long offset);

    /// <summary>Writes all bytes.</summary>
    void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes all writes so far durable.</summary>
    void Sync();
}
