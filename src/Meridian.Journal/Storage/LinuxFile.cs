using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Meridian.Journal.Storage;

/// <summary>A call of Linux that the framework does not give: a flush that leaves out a file's times, which nobody
/// needs after a power cut.</summary>
internal static partial class LinuxFile
{
    private const int Interrupted = 4;

    public static bool IsHere { get; } = OperatingSystem.IsLinux();

    /// <summary>Makes what was written durable.</summary>
    /// <exception cref="IOException">It is not, and will not be by trying again.</exception>
    public static void Flush(SafeFileHandle file)
    {
        while (FlushData(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new IOException($"A file could not be flushed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FlushData(SafeFileHandle file);
}
