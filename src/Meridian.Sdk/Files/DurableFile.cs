using System.Runtime.InteropServices;

namespace Meridian.Sdk.Files;

/// <summary>Files that survive a power cut: what .NET has no call for.</summary>
/// <remarks>Stateless; any thread.</remarks>
public static partial class DurableFile
{
    private const string AsideSuffix = ".new";

    // EINVAL: some network file systems know no fsync of a folder; their names are as durable as they get.
    private const int NotSupported = 22;

    /// <summary>
    /// Writes a file as a whole: aside, flushed to the disk, then renamed. Whoever reads it meets what was there before
    /// or what is there now, also after a power cut.
    /// </summary>
    /// <param name="path">The file; its folder must be there. A link stays one, and its target is written.</param>
    /// <param name="content">All of it.</param>
    /// <param name="mode">
    /// Who may do what with it, on Unix. Default: as with the file that is there; for a new one as the system has it.
    /// </param>
    /// <exception cref="IOException">It cannot be written; nothing has changed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; nothing has changed.</exception>
    public static void WriteWhole(string path, ReadOnlySpan<byte> content, UnixFileMode? mode = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = new FileInfo(path) is { LinkTarget: not null } link
            ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName // It is one.
            : Path.GetFullPath(path);
        var aside = path + AsideSuffix;
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            mode ??= File.Exists(path) ? File.GetUnixFileMode(path) : null;
            options.UnixCreateMode = mode;
            File.Delete(aside); // One that was left behind keeps its own mode.
        }

        try
        {
            using (var file = new FileStream(aside, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch
        {
            File.Delete(aside);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path) ?? "/");
    }

    /// <summary>
    /// Makes the names in a folder durable: files that were made, renamed or deleted in it. Windows keeps names by
    /// itself.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The system cannot.</exception>
    public static void SyncFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, 0);
        var result = descriptor < 0 ? -1 : FSync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
        }

        if (result != 0 && error != NotSupported)
        {
            throw new IOException(
                $"The folder '{folder}' cannot be made durable: {Marshal.GetPInvokeErrorMessage(error)}.", error);
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
