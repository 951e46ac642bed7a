using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Files;

/// <summary>What the operating system says about folders, in the engine's words and the user's.</summary>
internal static class FilesFaults
{
    public static bool IsOurs(Exception fault) => fault is IOException or UnauthorizedAccessException;

    /// <summary>
    /// The folder of the settings is not there: the share may not be mounted, the disk not plugged in.
    /// </summary>
    public static ConnectorException NoFolder(string path) => new(
        Fault.Unreachable,
        File.Exists(path)
            ? $"'{path}' is a file and no folder; correct settings.folder."
            : $"There is no folder '{path}'. Make it, mount the share that it lies on, or correct settings.folder.");

    /// <summary>The folder of an item is not there: the others go on, and the next look finds it when it is.</summary>
    public static ConnectorException NoItemFolder(string item, string path) => new(
        Fault.Misconfigured,
        $"There is no folder '{path}' for item '{item}'. Make it, or correct the item's path; it is looked for again.");

    /// <summary>A folder that is there cannot be looked into.</summary>
    public static ConnectorException Unreadable(string path, Exception fault) => fault is UnauthorizedAccessException
        ? new ConnectorException(
            Fault.Unauthorized,
            isTransient: false,
            $"The folder '{path}' may not be read: {fault.Message} Give the gateway's user the right to read and enter "
            + "it; it is tried again.",
            fault)
        : new ConnectorException(
            Fault.Unreachable,
            isTransient: false,
            $"The folder '{path}' cannot be read: {fault.Message} It is tried again.",
            fault);
}
