using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Files.Parts;

/// <summary>What the operating system says about files that are written, in the engine's words.</summary>
internal static class WriteFaults
{
    // Linux and macOS agree on these numbers; on Windows the low 16 bits carry its own.
    private const int NoSpaceLeft = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int WindowsDiskFull = 112;
    private const int WindowsHandleDiskFull = 39;

    public static bool IsOurs(Exception fault) => fault is IOException or UnauthorizedAccessException;

    public static ConnectorException Of(Exception fault, string path)
    {
        var code = fault.HResult & 0xFFFF;
        if (fault is UnauthorizedAccessException || (!OperatingSystem.IsWindows() && code == ReadOnlyFileSystem))
        {
            // Rights are given and disks are mounted anew outside of the gateway, which then goes on by itself.
            return new ConnectorException(
                Fault.Unauthorized,
                $"'{path}' may not be written: {fault.Message} Give the gateway's user the right to write there, "
                + "or name another directory; it is tried again.",
                fault);
        }

        var isFull = OperatingSystem.IsWindows()
            ? code is WindowsDiskFull or WindowsHandleDiskFull
            : code == NoSpaceLeft;
        return isFull
            ? new ConnectorException(
                Fault.Unreachable,
                $"The disk that holds '{path}' is full; make room, delivery goes on by itself.",
                fault)
            : new ConnectorException(Fault.Unreachable, $"'{path}' cannot be written: {fault.Message}", fault);
    }
}
