using System.Globalization;
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
            // The file stays when the process ends, the lock does not: a kill leaves nothing to clean up.
            handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new JournalLockedException(Folder, ReadHolder(), e);
        }

        // Beside the lock, not in it: a locked file cannot be read by those who want to know who holds it.
        WriteHolder();
        return handle;
    }

    public IReadOnlyList<string> List(string? within = null)
    {
        var path = within is null ? Folder : PathOf(within);
        return within is not null && !Directory.Exists(path)
            ? []
            : [.. Directory.EnumerateFiles(path).Select(static found => Path.GetFileName(found))];
    }

    public IJournalFile Create(string name)
    {
        MakeFolderOf(name);
        return new FileJournalFile(PathOf(name), FileMode.CreateNew, FileAccess.ReadWrite);
    }

    public IJournalFile Open(string name, bool writable)
        => new FileJournalFile(PathOf(name), FileMode.Open, writable ? FileAccess.ReadWrite : FileAccess.Read);

    public void Delete(string name) => File.Delete(PathOf(name));

    public void Rename(string from, string to)
    {
        MakeFolderOf(to);
        File.Move(PathOf(from), PathOf(to), overwrite: true);
    }

    public void SyncFolder(string? within = null) => FolderSync.Sync(within is null ? Folder : PathOf(within));

    private string PathOf(string name) => Path.Combine(Folder, name);

    private void MakeFolderOf(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        }
    }

    private void WriteHolder()
    {
        try
        {
            File.WriteAllText(
                PathOf(JournalFileNames.Holder),
                string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        }
        catch (IOException)
        {
            // The id is a courtesy: a full disk must not prevent opening.
        }
    }

    private int? ReadHolder()
    {
        try
        {
            var text = File.ReadAllText(PathOf(JournalFileNames.Holder));
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
}
