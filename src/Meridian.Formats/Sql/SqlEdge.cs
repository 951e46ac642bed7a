using System.Data.Common;
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
            return await session.RunAsync(ask).ConfigureAwait(false);
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

    /// <summary>
    /// Asks and reads. What refuses an answer ends it at once: closing it would read all that is left.
    /// </summary>
    public static async Task<T> ReadAsync<T>(
        ISqlSession session,
        string text,
        IReadOnlyList<SqlVariable> variables,
        Func<DbDataReader, Task<T>> read,
        CancellationToken cancellationToken)
    {
        var reader = await session.QueryAsync(text, variables, cancellationToken).ConfigureAwait(false);
        try
        {
            return await read(reader).ConfigureAwait(false);
        }
        catch (ConnectorException)
        {
            await session.AbandonAsync(reader, cancellationToken).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await session.CloseAsync(reader).ConfigureAwait(false);
        }
    }
}
