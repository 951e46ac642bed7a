using System.Data.Common;
using Meridian.Sdk.Faults;

namespace Meridian.Formats.Sql;

/// <summary>
/// A connection to a database as <see cref="SqlHistory"/> and <see cref="SqlNext"/> need it. One call at a time.
/// </summary>
public interface ISqlSession
{
    /// <summary>Whether reading blocks its thread, as a database within this process does.</summary>
    bool IsBlocking { get; }

    /// <summary>Begins a query; the caller disposes the reader, or abandons it.</summary>
    /// <param name="text">The query.</param>
    /// <param name="variables">What its variables stand for.</param>
    /// <param name="cancellationToken">Ends the query, also while it is read.</param>
    Task<DbDataReader> QueryAsync(
        string text, IReadOnlyList<SqlVariable> variables, CancellationToken cancellationToken);

    /// <summary>Ends a reader whose other rows nobody wants, without reading them.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task AbandonAsync(DbDataReader reader, CancellationToken cancellationToken);

    /// <summary>
    /// Says what went wrong. What is the query's own fault is not transient; what is the connection's is.
    /// </summary>
    /// <param name="exception">What was thrown by the others.</param>
    ConnectorException ToFault(Exception exception);
}
