using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Files.Parts;

/// <summary>What is said about files that are written.</summary>
internal static partial class PartsLog
{
    [LoggerMessage(EventIds.FileCompleted, LogLevel.Debug, "The file {File} is complete with {Length} bytes.")]
    public static partial void FileCompleted(this ILogger logger, string file, long length);

    [LoggerMessage(
        EventIds.PartResumed,
        LogLevel.Information,
        "Writing goes on in {File} at {Length} bytes; {Cut} bytes that come again are cut.")]
    public static partial void PartResumed(this ILogger logger, string file, long length, long cut);

    [LoggerMessage(
        EventIds.PartRemoved,
        LogLevel.Information,
        "The part file {File} was removed; all that it held comes again.")]
    public static partial void PartRemoved(this ILogger logger, string file);

    [LoggerMessage(
        EventIds.PartSetAside,
        LogLevel.Warning,
        "The part file {File} is not of this North's last run and was set aside as {Orphan}; look at it.")]
    public static partial void PartSetAside(this ILogger logger, string file, string orphan);

    [LoggerMessage(
        EventIds.PartGone,
        LogLevel.Information,
        "The file {File} is gone; it is taken to be fetched, and a new one is begun.")]
    public static partial void PartGone(this ILogger logger, string file);

    [LoggerMessage(
        EventIds.PartShorter,
        LogLevel.Error,
        "Data was lost: the part file {File} has {Found} of {Delivered} bytes and was set aside as {Orphan}.")]
    public static partial void PartShorter(
        this ILogger logger, string file, long found, long delivered, string orphan);

    [LoggerMessage(
        EventIds.CompletedIsLonger,
        LogLevel.Warning,
        "The complete file {File} has {Found} bytes and the cursor counts {Delivered}: what is between comes again.")]
    public static partial void CompletedIsLonger(this ILogger logger, string file, long found, long delivered);

    [LoggerMessage(
        EventIds.SpoolDamaged,
        LogLevel.Error,
        "Data was lost: the spool {File} is damaged at byte {Offset} of {Length}. What stands before it was brought "
        + "into files; the spool was set aside as {Orphan}.")]
    public static partial void SpoolDamaged(
        this ILogger logger, string file, long offset, long length, string orphan);

    [LoggerMessage(
        EventIds.CompletionResumed,
        LogLevel.Information,
        "The files made of {File} have their names now; the last run ended before it could give them.")]
    public static partial void CompletionResumed(this ILogger logger, string file);
}
