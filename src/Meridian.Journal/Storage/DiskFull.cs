namespace Meridian.Journal.Storage;

/// <summary>Tells a disk without space from one that fails.</summary>
internal static class DiskFull
{
    private const int NoSpace = 28;

    private const int QuotaExceeded = 122;

    private const int WindowsHandleDiskFull = 39;

    private const int WindowsDiskFull = 112;

    /// <summary>Whether an error says that there is no space.</summary>
    public static bool Is(Exception fault) => fault is IOException
        && (fault.HResult & 0xFFFF) is NoSpace or QuotaExceeded or WindowsHandleDiskFull or WindowsDiskFull;

    /// <summary>Such an error.</summary>
    public static IOException New(string message) => new(message, NoSpace);
}
