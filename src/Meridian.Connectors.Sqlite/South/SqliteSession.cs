using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Meridian.Formats.Sql;
using Meridian.Sdk.Faults;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>
/// An open file that is only read. It lives for one call of the engine, so that a file put in the place of another is
/// seen. One call at a time; what is cancelled or too slow is interrupted, and left where the file hangs.
/// </summary>
internal sealed class SqliteSession : ISqlSession, IAsyncDisposable
{
    // How long the driver waits for a lock, in which nothing can cancel it; the engine tries again.
    private const int LockTimeoutSeconds = 1;

    private readonly SqliteConnection _connection;
    private readonly SqliteSouthSettings _settings;
    private readonly BlockingCalls _calls;
    private readonly CancellationTokenRegistration _cancelling;

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Close disposes it.")]
    private SqliteCommand? _command;

    private SqliteSession(
        SqliteConnection connection, SqliteSouthSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        _connection = connection;
        _settings = settings;
        _calls = new BlockingCalls(
            time, () => raw.sqlite3_interrupt(_connection.Handle), () => SqliteFaults.Hangs(settings));
        _cancelling = cancellation.Register(_calls.Interrupt);
    }

    /// <summary>Opens the file and reads its first page.</summary>
    /// <param name="settings">Which file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Interrupts whatever runs, as long as the session lives.</param>
    /// <exception cref="ConnectorException">It cannot be read, in words.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The session does.")]
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

    public Task<T> RunAsync<T>(Func<Task<T>> ask) => _calls.RunAsync(_settings.CommandTimeout, ask);

    /// <summary>Each query may take as long as the setting says, also where one run asks two.</summary>
    public Task<DbDataReader> QueryAsync(
        string text, IReadOnlyList<SqlVariable> variables, CancellationToken cancellationToken)
    {
        _calls.Limit(_settings.CommandTimeout);
        cancellationToken.ThrowIfCancellationRequested(); // Behind the limit, which takes back what a cancel has set.
        return Task.FromResult(_calls.Call(
            (Session: this, text, variables), static DbDataReader (one) => one.Session.Query(one.text, one.variables)));
    }

    public ValueTask<bool> NextAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_calls.Call(reader, static one => one.Read()));
    }

    /// <summary>Disposing the reader ends the query here: rows are made when they are asked for.</summary>
    public Task AbandonAsync(DbDataReader reader, CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask CloseAsync(DbDataReader reader)
    {
        _calls.Call(reader, static one =>
        {
            one.Dispose();
            return true;
        });
        return ValueTask.CompletedTask;
    }

    public ConnectorException ToFault(Exception exception) => SqliteFaults.From(exception, _settings.File);

    /// <summary>Asks the file for what is no query.</summary>
    /// <param name="ask">Gets what asks for one value.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConnectorException">It hangs.</exception>
    public Task<T> AskAsync<T>(Func<Func<string, object?>, T> ask, CancellationToken cancellationToken) =>
        RunAsync(() =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(_calls.Call((Session: this, ask), static one => one.ask(one.Session.Ask)));
        });

    /// <summary>Closes the file; where it hangs that is left to the thread that hangs.</summary>
    public async ValueTask DisposeAsync()
    {
        // Nothing may interrupt a connection that is closed: this waits for one that is under way.
        await _cancelling.DisposeAsync().ConfigureAwait(false);
        _calls.BeginClosing();
        if (_calls.Left is null)
        {
            try
            {
                await _calls.RunAsync(BlockingCalls.Grace, () => Task.FromResult(_calls.Call(this, Close)))
                    .ConfigureAwait(false);
                _calls.Dispose();
                return;
            }
            catch (ConnectorException) when (_calls.Left is not null)
            {
                // It hangs as it is closed: whoever opens it next is told.
            }
        }

        HangingFiles.Add(_settings.File, _calls.Since, CloseBehindAsync());
    }

    /// <summary>Closes it when the call that hangs has come back; it never fails.</summary>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "Nobody waits for it: the caller was told that the file hangs, and a file that was only read "
            + "loses nothing where closing fails.")]
    [SuppressMessage("Usage", "VSTHRD003:Avoid awaiting foreign Tasks", Justification = "It waits for nobody.")]
    private async Task CloseBehindAsync()
    {
        // What came of it is of no interest any more.
        await _calls.Left!.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            // Closing may hang as well, which must be neither the caller's thread nor one of the pool.
            await Task.Factory.StartNew(
                () => Close(this),
                CancellationToken.None,
                TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
                TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // See above. What is left of the connection goes with it to the collector.
        }

        _calls.Dispose();
    }

    private static bool Close(SqliteSession session)
    {
        session._command?.Dispose(); // It must outlive its reader.
        session._connection.Dispose();
        return true;
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The query is the user's setting.")]
    private SqliteDataReader Query(string text, IReadOnlyList<SqlVariable> variables)
    {
        _command?.Dispose(); // It must outlive its reader.
        _command = _connection.CreateCommand();
        _command.CommandText = text;
        foreach (var (name, value) in variables)
        {
            _command.Parameters.AddWithValue(name, value);
        }

        return _command.ExecuteReader();
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The connector writes it.")]
    private object? Ask(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
