using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>
/// Opens the file on another thread, and waits only so long: where a disk or share hangs, opening blocks its thread and
/// nothing can end it. One call at a time.
/// </summary>
internal sealed class SqliteOpening(SqliteSouthSettings settings, TimeProvider time)
{
    // What nobody waits for any more. Another begins only behind it, or each try would leave a blocked thread.
    private Task _left = Task.CompletedTask;

    /// <summary>Opens the file; the caller disposes the session.</summary>
    /// <param name="cancellationToken">Gives up, and interrupts whatever runs as long as the session lives.</param>
    /// <exception cref="ConnectorException">It cannot be read, in words.</exception>
    public async Task<SqliteSession> OpenAsync(CancellationToken cancellationToken)
    {
        await WithinAsync(_left, cancellationToken).ConfigureAwait(false);
        var opening = Task.Run(
            () => SqliteSession.Open(settings, time, cancellationToken), CancellationToken.None);
        try
        {
            await WithinAsync(opening, cancellationToken).ConfigureAwait(false);
            return await opening.ConfigureAwait(false);
        }
        catch
        {
            _left = CloseAsync(opening);
            throw;
        }
    }

    /// <summary>It may open yet, an old file perhaps.</summary>
    private static async Task CloseAsync(Task<SqliteSession> opening)
    {
        try
        {
            var session = await opening.ConfigureAwait(false);
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (ConnectorException)
        {
            // Told to the caller when it still waited, else of no interest.
        }
    }

    private async Task WithinAsync(Task opening, CancellationToken cancellationToken)
    {
        try
        {
            await opening.WaitAsync(settings.CommandTimeout, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw SqliteFaults.Hangs(settings, late);
        }
    }
}
