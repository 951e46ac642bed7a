using System.Runtime.InteropServices;
using Meridian.Sdk;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Basic.Files;

/// <summary>The folder and what of it is ours; every change of a name is durable when the method returns.</summary>
internal sealed partial class FilesFolder(string path, string prefix)
{
    private const string OrphanSuffix = ".orphan";

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string PathOf(PartName name) => System.IO.Path.Combine(Path, name.FileName);

    public string PartPathOf(PartName name) => PathOf(name) + PartName.PartSuffix;

    public void Create()
    {
        Directory.CreateDirectory(Path);
        Sync();
    }

    /// <summary>The highest number that any file of ours has, complete or not; 0 when there is none.</summary>
    public long HighestNumber() => Names(".csv*").Select(name => name.Number).DefaultIfEmpty().Max();

    public IReadOnlyList<PartName> Parts() => [.. Names(".csv" + PartName.PartSuffix)];

    public PartFile CreatePart(PartName name)
    {
        var part = PartFile.Open(PartPathOf(name), new PartState(name, 0), FileMode.CreateNew);
        try
        {
            Sync();
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    public PartFile OpenPart(PartState state) => PartFile.Open(PartPathOf(state.Name), state, FileMode.Open);

    public void Complete(PartName name)
    {
        File.Move(PartPathOf(name), PathOf(name), overwrite: false);

        // Before the next file is begun: should the power fail and this name come back as a part, the state would know
        // only the next one, and this one would pass for a stray.
        Sync();
    }

    /// <summary>Removes a part that no cursor counts on. One that another process or North is writing throws.</summary>
    public void Remove(PartName name)
    {
        ThrowIfInUse(name);
        File.Delete(PartPathOf(name));
        Sync();
    }

    /// <summary>Puts a part aside that may or may not be wanted.</summary>
    /// <returns>Its new path.</returns>
    public string SetAside(PartName name)
    {
        ThrowIfInUse(name);
        var orphan = PathOf(name) + OrphanSuffix;
        File.Move(PartPathOf(name), orphan, overwrite: true);
        Sync();
        return orphan;
    }

    /// <summary>Writes and removes a file of its own, where the folder is or would be made.</summary>
    public IReadOnlyList<Diagnostic> Probe(Random random)
    {
        var existing = new DirectoryInfo(Path);
        while (!existing.Exists && existing.Parent is not null)
        {
            if (File.Exists(existing.FullName))
            {
                throw new IOException(
                    $"'{existing.FullName}' is a file, so no folder can be made there; remove it or name another.");
            }

            existing = existing.Parent;
        }

        var probe = System.IO.Path.Combine(existing.FullName, $".{prefix}-probe-{random.NextInt64():x}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.DeleteOnClose,
        };
        using (var stream = new FileStream(probe, options))
        {
            stream.WriteByte(0);
            stream.Flush(flushToDisk: true);
        }

        var isThere = string.Equals(existing.FullName, Path, StringComparison.Ordinal);
        var freeBytes = new DriveInfo(existing.FullName).AvailableFreeSpace;
        return
        [
            new Diagnostic("Directory", isThere ? Path : $"{Path} (will be made)"),
            new Diagnostic("Free space", $"{new ByteSize(freeBytes >> 20 << 20)}"),
        ];
    }

    private void ThrowIfInUse(PartName name)
    {
        // Whoever writes a part holds a lock on it that this one does not get along with.
        using var handle = File.OpenHandle(PartPathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    private IEnumerable<PartName> Names(string ending)
    {
        foreach (var file in Directory.EnumerateFiles(Path, $"{prefix}-*{ending}"))
        {
            var name = System.IO.Path.GetFileName(file);
            var isPart = name.EndsWith(PartName.PartSuffix, StringComparison.Ordinal);
            var bare = isPart ? name[..^PartName.PartSuffix.Length] : name;
            if (PartName.TryParse(bare, prefix, out var parsed))
            {
                yield return parsed;
            }
        }
    }

    /// <summary>
    /// Makes names durable. .NET opens no directories, so this asks the C library; Windows keeps names durable by
    /// itself.
    /// </summary>
    private void Sync()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(Path, 0);
        var result = descriptor < 0 ? -1 : FSync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
        }

        // Some network file systems know no fsync of a directory (EINVAL, 22); their names are as durable as they get.
        const int NotSupported = 22;
        if (result != 0 && error != NotSupported)
        {
            throw new IOException(
                $"The folder '{Path}' cannot be made durable: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
