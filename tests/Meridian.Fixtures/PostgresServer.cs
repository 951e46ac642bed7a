using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace Meridian.Fixtures;

/// <summary>
/// A real PostgreSQL on 127.0.0.1 with data of its own; fsync stays on, so a figure measured against it is honest. Safe
/// for several threads, except stop and start.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    [SuppressMessage("Usage", "VSTHRD011:Use AsyncLazy<T>", Justification = "Test processes have no main thread.")]
    private static readonly Lazy<Task<PostgresServer>> Shared = new(() => StartAsync());
    private static int _databases;

    private readonly TempFolder _folder = new("meridian-postgres-", isOpenToAll: true);
    private readonly string _bin = ServersInstalled.RequirePostgresBin();
    private ChildProcess? _process;

    private PostgresServer()
    {
    }

    /// <summary>The port it listens on, the same after each restart.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Its first user, who may do everything.</summary>
    public static string UserName => "postgres";

    /// <summary>The password of <see cref="UserName"/>.</summary>
    public static string Password => "pg-secret";

    /// <summary>What it wrote since its last start, for the message of a failure.</summary>
    public string Log => _process?.Log ?? string.Empty;

    /// <summary>How to reach its database "postgres".</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    private string DataFolder => _folder.At("data");

    /// <summary>
    /// The one server of this process, started when first asked for and ended with the process: making the data takes
    /// seconds. Do not stop it; a test that stops a server starts its own.
    /// </summary>
    [SuppressMessage("Usage", "VSTHRD011:Use AsyncLazy<T>", Justification = "Test processes have no main thread.")]
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <summary>Makes the data and starts a server of the caller's own.</summary>
    /// <param name="moreSettings">Server settings, such as "log_statement=all".</param>
    public static Task<PostgresServer> StartAsync(params string[] moreSettings) =>
        StartAsync(certificate: null, moreSettings);

    /// <summary>The same, with encrypted connections.</summary>
    /// <param name="certificate">Its certificate with the private key; null for none.</param>
    /// <param name="moreSettings">Server settings.</param>
    public static async Task<PostgresServer> StartAsync(X509Certificate2? certificate, params string[] moreSettings)
    {
        var server = new PostgresServer();
        try
        {
            await server.InitialiseAsync(
                certificate is null ? moreSettings : [.. moreSettings, "ssl = on"]);
            await server.KeepCertificateAsync(certificate);
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>How to reach a database.</summary>
    /// <param name="database">Its name.</param>
    public string ConnectionStringOf(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = UserName,
        Password = Password,
        Pooling = false,
    }.ConnectionString;

    /// <summary>Makes an empty database of a name of its own.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await RunAsync("postgres", $"CREATE DATABASE {name}");
        return name;
    }

    /// <summary>Runs SQL as <see cref="UserName"/>.</summary>
    /// <param name="database">The database.</param>
    /// <param name="sql">The statements, written by the test.</param>
    [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The tests write the SQL.")]
    public async Task RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionStringOf(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Asks for one value as <see cref="UserName"/>.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="database">The database.</param>
    /// <param name="sql">The query, written by the test.</param>
    [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The tests write the SQL.")]
    public async Task<T> AskAsync<T>(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionStringOf(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value
            ? value
            : throw new InvalidOperationException($"No {typeof(T).Name} came from: {sql}");
    }

    /// <summary>Stops it fast (SIGINT): connections are cut, what was committed is safe.</summary>
    public Task StopAsync() => EndAsync(Signal.Interrupt);

    /// <summary>Kills it (SIGKILL); its children end themselves when they find it gone.</summary>
    public Task KillAsync() => EndAsync(Signal.Kill);

    /// <summary>Starts it again on the same port with the same data.</summary>
    public async Task StartAgainAsync()
    {
        if (_process is not null)
        {
            throw new InvalidOperationException("PostgreSQL runs already.");
        }

        _process = StartAsPostgres(Path.Combine(_bin, "postgres"), ["-D", DataFolder]);
        await Deadline.UntilAsync(AnswersAsync, $"PostgreSQL on port {Port} answers", TimeSpan.FromMinutes(1));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(Signal.Interrupt);
        _folder.Dispose();
    }

    private static ChildProcess StartAsPostgres(string program, string[] arguments) =>
        Environment.IsPrivilegedProcess
            ? ChildProcess.Start(
                ServersInstalled.Require("setpriv", "util-linux"),
                ["--reuid=postgres", "--regid=postgres", "--init-groups", "--", program, .. arguments],
                new ChildProcessOptions { WorkingFolder = "/" })
            : ChildProcess.Start(program, arguments);

    private async Task InitialiseAsync(string[] moreSettings)
    {
        if (Environment.IsPrivilegedProcess)
        {
            await ChildProcess.RunAsync("chown", ["postgres", _folder.Path]);
        }

        var passwordFile = _folder.At("password");
        await File.WriteAllTextAsync(passwordFile, Password);
        await using var initdb = StartAsPostgres(
            Path.Combine(_bin, "initdb"),
            ["-D", DataFolder, "-U", UserName, "-A", "scram-sha-256", $"--pwfile={passwordFile}", "--no-sync",
                "-E", "UTF8", "--locale=C"]);
        if (await initdb.WaitForExitAsync(TimeSpan.FromMinutes(2)) != 0)
        {
            throw new InvalidOperationException($"initdb failed:\n{initdb.Log}");
        }

        // No Unix socket: its path has a length limit that a temporary folder may pass.
        await File.AppendAllLinesAsync(
            Path.Combine(DataFolder, "postgresql.conf"),
            [
                "listen_addresses = '127.0.0.1'",
                string.Create(CultureInfo.InvariantCulture, $"port = {Port}"),
                "unix_socket_directories = ''",
                .. moreSettings,
            ]);
    }

    /// <summary>Where the server looks for them by default; it takes a key only that nobody else may read.</summary>
    private async Task KeepCertificateAsync(X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            return;
        }

        var key = Path.Combine(DataFolder, "server.key");
        await File.WriteAllTextAsync(Path.Combine(DataFolder, "server.crt"), certificate.ExportCertificatePem());
        using var secret = certificate.GetECDsaPrivateKey()!; // it was made with one
        await File.WriteAllTextAsync(key, secret.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        if (Environment.IsPrivilegedProcess)
        {
            await ChildProcess.RunAsync("chown", ["postgres", key]);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process is null || _process.HasEnded)
        {
            throw new InvalidOperationException($"PostgreSQL ended at its start:\n{Log}");
        }

        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task EndAsync(Signal signal)
    {
        if (_process is null)
        {
            return;
        }

        _process.Send(signal);
        await _process.WaitForExitAsync();
        await _process.DisposeAsync();
        _process = null;
    }
}
