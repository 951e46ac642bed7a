using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Meridian.Formats.Sql;
using Meridian.Sdk.Faults;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>
/// An open file that is only read. It lives for one call of the engine, so that a file put in the place of another is
/// seen. One call at a time; what is cancelled or too slow is interrupted from the timer's or the canceller's thread.
/// </summary>
internal sealed class SqliteSession : ISqlSession, IAsyncDisposable
{
    // How long the driver waits for a lock, in which nothing can cancel it; the engine tries again.
    private const int LockTimeoutSeconds = 1;

    private readonly SqliteConnection _connection;
    private readonly string _file;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly CancellationTokenRegistration _cancelling;
    private SqliteCommand? _command;
    private ITimer? _timer;

    private SqliteSession(
        SqliteConnection connection, SqliteSouthSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        _connection = connection;
        _file = settings.File;
        _timeout = settings.CommandTimeout;
        _time = time;
        _cancelling = cancellation.Register(Interrupt);
    }

    public bool IsBlocking => true;

    /// <summary>Opens the file and reads its first page.</summary>
    /// <param name="settings">Which file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Interrupts whatever runs, as long as the session lives.</param>
    /// <exception cref="ConnectorException">It cannot be read, in words.</exception>
    public static SqliteSession Open(SqliteSouthSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        SqliteLibrary.Require();
        if (!File.Exists(settings.File))
        {
            throw Directory.Exists(settings.File)
                ? SqliteFaults.IsFolder(settings.File)
                : SqliteFaults.Missing(settings.File);
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = settings.File,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = LockTimeoutSeconds,
        }.ConnectionString);
        try
        {
            connection.Open();

            // Whatever a query calls: nothing of this connection can write, attached files included.
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA query_only = 1; PRAGMA schema_version";
            command.ExecuteScalar();
            return new SqliteSession(connection, settings, time, cancellation);
        }
        catch (Exception exception)
        {
            connection.Dispose();
            throw SqliteFaults.From(exception, settings.File);
        }
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The query is the user's setting.")]
    public async Task<DbDataReader> QueryAsync(
        string text, IReadOnlyList<SqlVariable> variables, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await EndQueryAsync().ConfigureAwait(false);
        _command = _connection.CreateCommand();
        _command.CommandText = text;
        foreach (var (name, value) in variables)
        {
            _command.Parameters.AddWithValue(name, value);
        }

        _timer = _time.CreateTimer(_ => Interrupt(), null, _timeout, Timeout.InfiniteTimeSpan);
        return await _command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Disposing the reader ends the query here: rows are made when they are asked for.</summary>
    public Task AbandonAsync(DbDataReader reader, CancellationToken cancellationToken) => Task.CompletedTask;

    public ConnectorException ToFault(Exception exception) => SqliteFaults.From(exception, _file);

    /// <summary>Asks for one value.</summary>
    [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The connector writes it.")]
    public object? Ask(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public async ValueTask DisposeAsync()
    {
        // Nothing may interrupt a connection that is closed: both wait for one that is under way.
        await _cancelling.DisposeAsync().ConfigureAwait(false);
        await EndQueryAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A command must outlive its reader.</summary>
    private async ValueTask EndQueryAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }

        if (_command is not null)
        {
            await _command.DisposeAsync().ConfigureAwait(false);
        }

        (_timer, _command) = (null, null);
    }

    private void Interrupt() => raw.sqlite3_interrupt(_connection.Handle);
}
