using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Basic.Box;

/// <summary>Where figures of a box come from. What cannot be had throws <see cref="ConnectorException"/>.</summary>
internal interface IBox
{
    /// <summary>The text of a file of the system, such as <c>/proc/stat</c>.</summary>
    string Read(string path);

    /// <summary>The folders in a folder of the system; none when it is not there.</summary>
    IReadOnlyList<string> ListFolders(string path);

    /// <summary>The files in a folder of the system; none when it is not there.</summary>
    IReadOnlyList<string> ListFiles(string path);

    /// <summary>Size and free bytes of the file system that a path is on.</summary>
    (long TotalBytes, long FreeBytes, long AvailableBytes) MeasureDisk(string path);

    /// <summary>The gateway's own memory in bytes and processor time.</summary>
    (long MemoryBytes, TimeSpan Cpu) MeasureSelf();

    /// <summary>What a service does, as systemd says it.</summary>
    Task<string> AskServiceAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A figure that cannot be had; the others can.</summary>
internal static class BoxFault
{
    /// <summary>Who was asked does not answer, and whoever asks again now waits in vain, too.</summary>
    public static ConnectorException OfSilence(string message) => new(Fault.Unreachable, message);

    public static ConnectorException Of(string message, Exception? inner = null) =>
        new(Fault.Misconfigured, message, inner);
}
