using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>
/// Opens the file on another thread, and waits only so long: where a disk or share hangs, opening blocks its thread and
/// nothing can end it. While a call to the file hangs, no other is begun. One call at a time.
/// </summary>
internal sealed class SqliteOpening(SqliteSouthSettings settings, TimeProvider time)
{
    /// <summary>Opens the file; the caller disposes the session.</summary>
    /// <param name="cancellationToken">Gives up, and interrupts whatever runs as long as the session lives.</param>
    /// <exception cref="ConnectorException">It cannot be read, in words.</exception>
    public async Task<SqliteSession> OpenAsync(CancellationToken cancellationToken)
    {
        var patience = BlockingCalls.Grace < settings.CommandTimeout ? BlockingCalls.Grace : settings.CommandTimeout;
        await HangingFiles.WaitAsync(settings.File, patience, time, cancellationToken).ConfigureAwait(false);
        var since = time.GetUtcNow();

        // A thread that may block for long must not be one of the pool, which others wait for.
        var opening = Task.Factory.StartNew(
            () => SqliteSession.Open(settings, time, cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
        try
        {
            return await opening.WaitAsync(settings.CommandTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            HangingFiles.Add(settings.File, since, CloseAsync(opening));
            throw SqliteFaults.Hangs(settings, late);
        }
        catch
        {
            HangingFiles.Add(settings.File, since, CloseAsync(opening));
            throw;
        }
    }

    /// <summary>It may open yet, an old file perhaps. It never fails.</summary>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "Nobody waits for it: what went wrong was told to the caller when it still waited.")]
    private static async Task CloseAsync(Task<SqliteSession> opening)
    {
        try
        {
            var session = await opening.ConfigureAwait(false);
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // See above; whoever opens the file next is told anew.
        }
    }
}
