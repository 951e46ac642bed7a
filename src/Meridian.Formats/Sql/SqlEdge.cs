using Meridian.Sdk.Faults;

namespace Meridian.Formats.Sql;

/// <summary>The edge between a driver and the engine: whatever is thrown, the engine is told in its own words.
/// </summary>
internal static class SqlEdge
{
    /// <summary>Asks, and maps what goes wrong.</summary>
    /// <exception cref="ConnectorException">The query's own fault when not transient, else the connection's.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled, whatever the driver made of that.</exception>
    public static async Task<T> AskAsync<T>(
        ISqlSession session, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            // A blocking database must not hold the caller's thread, which may have to cancel it.
            var running = session.IsBlocking ? Task.Run(ask, cancellationToken) : ask();
            return await running.ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw session.ToFault(exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new OperationCanceledException("The query was cancelled.", exception, cancellationToken);
        }
    }
}
