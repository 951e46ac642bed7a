using System.Diagnostics.CodeAnalysis;
using Meridian.Formats.Certificates;
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

    /// <summary>How much later than the driver's our own limit ends an opening.</summary>
    private static readonly TimeSpan HandshakeGrace = TimeSpan.FromMilliseconds(500);

    /// <summary>Opens a connection.</summary>
    /// <param name="settings">How to reach the server.</param>
    /// <param name="commandTimeout">How long the driver waits for an answer.</param>
    /// <param name="applicationName">What the server's views show as ours.</param>
    /// <param name="sessionSql">What the session begins with, one of ours.</param>
    /// <param name="cancellationToken">Cancels; nothing stays open.</param>
    /// <exception cref="Sdk.Faults.ConnectorException">It cannot be opened, in words.</exception>
    [SuppressMessage("Security", "CA2100:Review SQL queries", Justification = "The connectors write it.")]
    [SuppressMessage(
        "Reliability",
        "CA2000:Dispose objects before losing scope",
        Justification = "The driver opens a further connection for each command that it cancels, and asks it again.")]
    public static async Task<NpgsqlConnection> OpenAsync(
        PostgresConnectionSettings settings,
        TimeSpan commandTimeout,
        string applicationName,
        string sessionSql,
        CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        var trust = await TrustOfAsync(settings, cancellationToken).ConfigureAwait(false);
        var connection = new NpgsqlConnection(ConnectionString(settings, commandTimeout, applicationName))
        {
            SslClientAuthenticationOptionsCallback = trust is null ? CertificateTrust.ForbidDownloads : trust.Apply,
        };
        try
        {
            await OpenAsync(connection, settings, trust, began, cancellationToken).ConfigureAwait(false);
            using var session = new NpgsqlCommand(sessionSql, connection);
            await session.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task OpenAsync(
        NpgsqlConnection connection,
        PostgresConnectionSettings settings,
        CertificateTrust? trust,
        long began,
        CancellationToken cancellationToken)
    {
        // The driver's own limit does not reach into the handshake of TLS.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var left = settings.ConnectTimeout + HandshakeGrace - TimeProvider.System.GetElapsedTime(began);
        limit.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        try
        {
            await connection.OpenAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested)
            {
                exception = new TimeoutException(exception.Message, exception);
            }

            // The edge between the driver and the engine: whatever it is, the engine is told in its own words.
            throw OpeningFaults.From(exception, settings, trust?.Problem);
        }
    }

    /// <summary>Whom the connection trusts, for as long as it lives; null where no certificate is checked.</summary>
    private static async Task<CertificateTrust?> TrustOfAsync(
        PostgresConnectionSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Tls != PostgresTls.Verify)
        {
            return null;
        }

        using var reading = new PemReading(
            settings.ConnectTimeout, "settings.connectTimeout", TimeProvider.System, cancellationToken);
        return await CertificateTrust.ReadAsync(settings.CaFile, "settings.caFile", "settings.host", reading)
            .ConfigureAwait(false);
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

                // The certificate is checked here: of one that it refuses itself the driver does not say why.
                PostgresTls.Require or PostgresTls.Verify => SslMode.Require,
                _ => SslMode.Prefer,
            },
            GssEncryptionMode = GssEncryptionMode.Disable,
            ApplicationName = applicationName,
            Timeout = Math.Max(1, (int)Math.Ceiling(settings.ConnectTimeout.TotalSeconds)),
            CommandTimeout = Math.Max(1, (int)Math.Ceiling(commandTimeout.TotalSeconds)),
            TcpKeepAlive = true,
            Pooling = false,
            Enlist = false,
        }.ConnectionString;
}
