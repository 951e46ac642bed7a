using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Meridian.Journal.Storage;

/// <summary>Two calls of Linux that the framework does not give: space made ahead, and a flush that leaves out a file's
/// times, which nobody needs after a power cut.</summary>
internal static partial class LinuxFile
{
    private const int Interrupted = 4;

    // The call takes a 64-bit offset only where a pointer has 64 bits.
    public static bool IsHere { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>Gives the file space and a length.</summary>
    /// <exception cref="IOException">There is no space, or the file system cannot.</exception>
    public static void MakeRoom(SafeFileHandle file, long length)
    {
        // Unlike others this one returns the error itself.
        if (Allocate(file, 0, length) is var error and not 0)
        {
            throw new IOException($"No room of {length} bytes: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

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

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Allocate(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FlushData(SafeFileHandle file);
}
