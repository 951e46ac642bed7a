using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk.Faults;
using Npgsql;

namespace Meridian.Connectors.Postgres;

/// <summary>Opens connections. Each is its own; nothing is pooled.</summary>
internal static class PostgresOpening
{
    // A backend whose client vanished holds the position's row lock until the system tells it. Two hours is the
    // system's default; with these 10 + 3 × 5 s it is half a minute. A commit that the database answers before it is
    // durable (synchronous_commit = off) would let the gateway's own cursor pass rows that a crash takes back.
    public const string WriterSql =
        """
        SELECT set_config('tcp_keepalives_idle', '10', false),
               set_config('tcp_keepalives_interval', '5', false),
               set_config('tcp_keepalives_count', '3', false),
               set_config('synchronous_commit',
                          CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                               ELSE current_setting('synchronous_commit') END, false)
        """;

    /// <summary>Opens a connection.</summary>
    /// <param name="settings">How to reach the server.</param>
    /// <param name="commandTimeout">How long the driver waits for an answer.</param>
    /// <param name="applicationName">What the server's views show as ours.</param>
    /// <param name="sessionSql">What the session begins with, one of ours.</param>
    /// <param name="cancellationToken">Cancels; nothing stays open.</param>
    [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The connectors write it.")]
    public static async Task<NpgsqlConnection> OpenAsync(
        PostgresConnectionSettings settings,
        TimeSpan commandTimeout,
        string applicationName,
        string sessionSql,
        CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(ConnectionString(settings, commandTimeout, applicationName));
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            using var session = new NpgsqlCommand(sessionSql, connection);
            await session.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (NpgsqlException noPassword) when (
            settings.Password is null && noPassword is not PostgresException && noPassword.InnerException is null)
        {
            // The driver itself gives up when it is asked for a password and has none; nothing else fails like this.
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new ConnectorException(
                Fault.Unauthorized,
                $"{settings.Server} asks user '{settings.UserName}' for a password and none is set. Set "
                + "settings.password.",
                noPassword);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static string ConnectionString(
        PostgresConnectionSettings settings, TimeSpan commandTimeout, string applicationName) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = settings.Host,
            Port = settings.Port,
            Database = settings.Database,
            Username = settings.UserName,
            Password = settings.Password?.Reveal(),
            SslMode = settings.Tls switch
            {
                PostgresTls.Off => SslMode.Disable,
                PostgresTls.Require => SslMode.Require,
                PostgresTls.Verify => SslMode.VerifyFull,
                _ => SslMode.Prefer,
            },
            RootCertificate = settings.CaFile,
            GssEncryptionMode = GssEncryptionMode.Disable,
            ApplicationName = applicationName,
            Timeout = Math.Max(1, (int)Math.Ceiling(settings.ConnectTimeout.TotalSeconds)),
            CommandTimeout = Math.Max(1, (int)Math.Ceiling(commandTimeout.TotalSeconds)),
            TcpKeepAlive = true,
            Pooling = false,
            Enlist = false,
        }.ConnectionString;
}
