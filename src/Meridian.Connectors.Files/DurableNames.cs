using System.Runtime.InteropServices;

namespace Meridian.Connectors.Files;

/// <summary>
/// Makes names in a folder durable. .NET opens no directories, so this asks the C library; Windows keeps names durable
/// by itself.
/// </summary>
internal static partial class DurableNames
{
    public static void Sync(string folder)
    {
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

        // Some network file systems know no fsync of a directory (EINVAL, 22); their names are as durable as they get.
        const int NotSupported = 22;
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
