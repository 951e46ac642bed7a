using System.Data.Common;
using Meridian.Sdk.Faults;

namespace Meridian.Formats.Sql;

/// <summary>
/// A connection to a database as <see cref="SqlHistory"/> and <see cref="SqlNext"/> need it. One call at a time.
/// </summary>
public interface ISqlSession
{
    /// <summary>
    /// Runs what asks and reads, by the other members. A database within this process, which blocks whoever asks, does
    /// so on a thread of its own, and gives up what hangs.
    /// </summary>
    /// <typeparam name="T">What is found.</typeparam>
    /// <param name="ask">
    /// Asks, reads and closes; what it uses is no longer used when the task has ended. It waits for nothing but the
    /// other members, or it would go on from another thread than its own.
    /// </param>
    Task<T> RunAsync<T>(Func<Task<T>> ask);

    /// <summary>Begins a query; the caller reads it by <see cref="NextAsync"/> and closes it.</summary>
    /// <param name="text">The query.</param>
    /// <param name="variables">What its variables stand for.</param>
    /// <param name="cancellationToken">Ends the query, also while it is read.</param>
    Task<DbDataReader> QueryAsync(
        string text, IReadOnlyList<SqlVariable> variables, CancellationToken cancellationToken);

    /// <summary>Goes on to the next row.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there is one.</returns>
    ValueTask<bool> NextAsync(DbDataReader reader, CancellationToken cancellationToken);

    /// <summary>Ends a reader whose other rows nobody wants, without reading them.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task AbandonAsync(DbDataReader reader, CancellationToken cancellationToken);

    /// <summary>Closes a reader, abandoned or not; what is left may be read for that.</summary>
    /// <param name="reader">The reader.</param>
    ValueTask CloseAsync(DbDataReader reader);

    /// <summary>
    /// Says what went wrong. What is the query's own fault is not transient; what is the connection's is.
    /// </summary>
    /// <param name="exception">What was thrown by the others.</param>
    ConnectorException ToFault(Exception exception);
}
