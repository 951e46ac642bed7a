using System.Globalization;
using System.Runtime.InteropServices;
using Meridian.Sdk.Files;

namespace Meridian.Connectors.Files.Folder;

/// <summary>
/// Moves a file into a folder, within a file system by its name alone, to another by a copy that is on disk before the
/// original goes. A kill leaves the original, the moved file, or both; never neither. No file there is written over.
/// </summary>
internal static partial class FolderMove
{
    private const string Unfinished = ".moving";
    private const int OtherFileSystem = 18;
    private const int CopyBytes = 1 << 20;

    /// <summary>Moves.</summary>
    /// <param name="path">The file.</param>
    /// <param name="folder">Where to; made when it is missing.</param>
    /// <param name="cancellationToken">Cancels a copy; the original stays.</param>
    public static async Task MoveAsync(string path, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var target = FreeName(folder, Path.GetFileName(path));
        if (!TryRename(path, target))
        {
            await CopyAsync(path, target, cancellationToken).ConfigureAwait(false);
            File.Delete(path);
        }
    }

    /// <summary>Copies to another file system; durable when it returns.</summary>
    internal static async Task CopyAsync(string path, string target, CancellationToken cancellationToken)
    {
        var unfinished = target + Unfinished;
        var modified = File.GetLastWriteTimeUtc(path);
        var source = File.OpenRead(path);
        await using (source.ConfigureAwait(false))
        {
            // Over what a kill has left of an earlier one.
            var copy = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None);
            await using (copy.ConfigureAwait(false))
            {
                await source.CopyToAsync(copy, CopyBytes, cancellationToken).ConfigureAwait(false);
                await copy.FlushAsync(cancellationToken).ConfigureAwait(false);
                RandomAccess.FlushToDisk(copy.SafeFileHandle);
            }
        }

        File.SetLastWriteTimeUtc(unfinished, modified);
        File.Move(unfinished, target, overwrite: false);
        DurableFile.SyncFolder(Path.GetDirectoryName(target)!); // a file lies in a folder
    }

    private static string FreeName(string folder, string name)
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        var free = Path.Combine(folder, name);
        for (var number = 2; File.Exists(free) || Directory.Exists(free); number++)
        {
            free = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{stem}.{number}{extension}"));
        }

        return free;
    }

    /// <summary>Renames within a file system. .NET would copy to another, and not say so.</summary>
    private static bool TryRename(string path, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            var isSame = string.Equals(
                Path.GetPathRoot(path), Path.GetPathRoot(target), StringComparison.OrdinalIgnoreCase);
            if (isSame)
            {
                File.Move(path, target, overwrite: false);
            }

            return isSame;
        }

        if (Rename(path, target) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == OtherFileSystem
            ? false
            : throw new IOException(
                $"'{path}' cannot be moved to '{target}': {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename(string path, string target);
}
