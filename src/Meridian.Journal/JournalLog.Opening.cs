using Meridian.Journal.Recovery;
using Meridian.Journal.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Journal;

/// <summary>How a journal is opened.</summary>
public sealed partial class JournalLog
{
    /// <summary>Opens a journal on a storage of the caller's choice.</summary>
    internal static Task<JournalLog> OpenOnAsync(
        IJournalStorage storage,
        JournalOptions options,
        TimeProvider? time,
        ILogger<JournalLog>? logger,
        CancellationToken ct)
    {
        var log = (ILogger?)logger ?? NullLogger.Instance;

        // Leaves the caller's thread: opening reads and writes the disk.
        return Task.Run(() => Open(storage, options, time ?? TimeProvider.System, log, ct), ct);
    }

    private static JournalLog Open(
        IJournalStorage storage, JournalOptions options, TimeProvider time, ILogger logger, CancellationToken ct)
    {
        var folderLock = storage.Lock();
        try
        {
            var recovered = new JournalRecovery(storage, time).Run(ct);
            LogOpened(logger, storage.Folder, recovered.Report.Segments, recovered.End);
            if (recovered.Report.IsDamaged)
            {
                LogRecovered(logger, storage.Folder, recovered.Report);
            }

            return new JournalLog(storage, folderLock, options, time, logger, recovered);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    [LoggerMessage(EventIds.Opened, LogLevel.Information,
        "The journal '{Folder}' is open: {Segments} segments, next position {End}.")]
    private static partial void LogOpened(ILogger logger, string folder, int segments, long end);

    [LoggerMessage(EventIds.Recovered, LogLevel.Error,
        "The journal '{Folder}' was damaged. It goes on with what is good: {Report}.")]
    private static partial void LogRecovered(ILogger logger, string folder, RecoveryReport report);
}
