using System.Globalization;
using System.Text;
using Meridian.Journal.Faults;
using Meridian.Journal.Format;
using Microsoft.Win32.SafeHandles;

namespace Meridian.Journal.Storage;

/// <summary>A folder of the file system.</summary>
internal sealed class FileJournalStorage(string folder) : IJournalStorage
{
    public string Folder { get; } = Path.GetFullPath(folder);

    public IDisposable Lock()
    {
        _ = Directory.CreateDirectory(Folder);
        var path = PathOf(JournalFileNames.Lock);
        SafeFileHandle handle;
        try
        {
            // The file stays when the process ends, the lock does not: a kill leaves nothing behind that must be cleaned.
            handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new JournalLockedException(Folder, ReadHolder(path), e);
        }

        var processId = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        RandomAccess.SetLength(handle, 0);
        RandomAccess.Write(handle, processId, 0);
        return handle;
    }

    public IReadOnlyList<string> List()
        => [.. Directory.EnumerateFiles(Folder).Select(static path => Path.GetFileName(path))];

    public IJournalFile Create(string name)
        => new FileJournalFile(PathOf(name), FileMode.CreateNew, FileAccess.ReadWrite);

    public IJournalFile Open(string name, bool writable)
        => new FileJournalFile(PathOf(name), FileMode.Open, writable ? FileAccess.ReadWrite : FileAccess.Read);

    public void Delete(string name) => File.Delete(PathOf(name));

    public void Rename(string from, string to) => File.Move(PathOf(from), PathOf(to), overwrite: true);

    public void SyncFolder() => FolderSync.Sync(Folder);

    private string PathOf(string name) => Path.Combine(Folder, name);

    private static int? ReadHolder(string path)
    {
        try
        {
            using var handle = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> text = stackalloc byte[16];
            var length = RandomAccess.Read(handle, text, 0);
            return int.TryParse(
                Encoding.ASCII.GetString(text[..length]).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? id
                : null;
        }
        catch (IOException)
        {
            // The id is a courtesy: where the system hides a locked file's content the message does without it.
            return null;
        }
    }
}
