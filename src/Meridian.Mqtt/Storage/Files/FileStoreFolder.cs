using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Meridian.Mqtt.Storage.Files;

/// <summary>A directory of the file system.</summary>
internal sealed class FileStoreFolder(string directory) : IStoreFolder
{
    private const string LockName = "session.lock";
    private const string HolderName = "session.pid";

    public string Name { get; } = Path.GetFullPath(directory);

    public IDisposable Lock()
    {
        _ = Directory.CreateDirectory(Name);
        var path = PathOf(LockName);
        SafeFileHandle handle;
        try
        {
            // The file stays when the process ends, the lock does not: a kill leaves nothing to clean up.
            handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new MqttStoreLockedException(Name, ReadHolder(), e);
        }

        // Beside the lock, not in it: a locked file cannot be read by those who want to know who holds it.
        File.WriteAllText(
            PathOf(HolderName), string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        return handle;
    }

    public IReadOnlyList<string> List() =>
        [.. Directory.EnumerateFiles(Name).Select(static path => Path.GetFileName(path))];

    public IStoreFile Create(string name) =>
        new SystemFile(PathOf(name), FileMode.CreateNew, FileAccess.ReadWrite);

    public IStoreFile Open(string name) => new SystemFile(PathOf(name), FileMode.Open, FileAccess.Read);

    public void SyncFile(string name)
    {
        using var file = new SystemFile(PathOf(name), FileMode.Open, FileAccess.ReadWrite);
        file.Sync();
    }

    public void Delete(string name) => File.Delete(PathOf(name));

    public void SyncFolder() => FolderSync.Sync(Name);

    private string PathOf(string name) => Path.Combine(Name, name);

    private int? ReadHolder()
    {
        try
        {
            var text = File.ReadAllText(PathOf(HolderName));
            return int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var id)
                ? id
                : null;
        }
        catch (IOException)
        {
            // The id is a courtesy: without it the message says "another process".
            return null;
        }
    }

    private sealed class SystemFile(string path, FileMode mode, FileAccess access) : IStoreFile
    {
        private readonly SafeFileHandle _handle
            = File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);

        public long Length => RandomAccess.GetLength(_handle);

        public int Read(Span<byte> buffer, long offset)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var read = RandomAccess.Read(_handle, buffer[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(_handle, bytes, offset);

        public void Sync() => RandomAccess.FlushToDisk(_handle);

        public void Dispose() => _handle.Dispose();
    }
}
