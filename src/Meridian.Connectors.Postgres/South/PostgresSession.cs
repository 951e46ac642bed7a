using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Meridian.Formats.Sql;
using Meridian.Sdk.Faults;
using Npgsql;

namespace Meridian.Connectors.Postgres.South;

/// <summary>A connection that only reads. One call at a time.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection, PostgresAddress address, TimeSpan commandTimeout)
    : ISqlSession, IAsyncDisposable
{
    /// <summary>
    /// What a session begins with: nothing can be written, slow queries end, text of times does not depend on the
    /// server's settings.
    /// </summary>
    public static string SessionSql(TimeSpan commandTimeout) => FormattableString.Invariant(
        $"""
        SET default_transaction_read_only = on;
        SET statement_timeout = {(long)commandTimeout.TotalMilliseconds};
        SET TimeZone = 'UTC';
        SET DateStyle = 'ISO'
        """);

    public Task<T> RunAsync<T>(Func<Task<T>> ask) => ask();

    [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The query is the user's setting.")]
    public async Task<DbDataReader> QueryAsync(
        string text, IReadOnlyList<SqlVariable> variables, CancellationToken cancellationToken)
    {
        if (connection.State != System.Data.ConnectionState.Open)
        {
            throw new ConnectorException(Fault.Unreachable, $"{address}: the connection is lost.");
        }

        var command = new NpgsqlCommand(text, connection);
        await using (command.ConfigureAwait(false))
        {
            foreach (var (name, value) in variables)
            {
                command.Parameters.AddWithValue(name[1..], value);
            }

            return await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask<bool> NextAsync(DbDataReader reader, CancellationToken cancellationToken) =>
        new(reader.ReadAsync(cancellationToken));

    /// <summary>Closing a reader would read all that is left; so the server is told to stop, which it confirms.
    /// </summary>
    public async Task AbandonAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await stop.CancelAsync().ConfigureAwait(false);
        try
        {
            while (await reader.ReadAsync(stop.Token).ConfigureAwait(false))
            {
                // Rows that were under way.
            }
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public ValueTask CloseAsync(DbDataReader reader) => reader.DisposeAsync();

    public ConnectorException ToFault(Exception exception) =>
        PostgresQueryFaults.From(exception, address, commandTimeout);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
