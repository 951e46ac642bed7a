using System.Globalization;
using Meridian.Sdk;
using Npgsql;

namespace Meridian.Connectors.Postgres.South;

/// <summary>What a test of the connection tells about a server that is read from.</summary>
internal static class SourceFacts
{
    private const string FactsSql =
        """
        SELECT current_setting('server_version'), current_database()::text, current_user::text,
               COALESCE((SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), 'no'),
               pg_is_in_recovery(), current_setting('transaction_read_only')::bool,
               (SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                  AND n.nspname NOT LIKE 'pg\_toast%' AND has_schema_privilege(n.oid, 'USAGE')
                  AND has_table_privilege(c.oid, 'SELECT'))
        """;

    /// <summary>Asks for them.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> ReadAsync(
        NpgsqlConnection connection, TimeProvider time, CancellationToken cancellationToken)
    {
        var facts = new List<Diagnostic>();
        using (var command = new NpgsqlCommand(FactsSql, connection))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                facts.Add(new Diagnostic("Server version", reader.GetString(0)));
                facts.Add(new Diagnostic("Database", reader.GetString(1)));
                facts.Add(new Diagnostic("User", reader.GetString(2)));
                facts.Add(new Diagnostic("Encryption", reader.GetString(3)));
                facts.Add(new Diagnostic("Role of the server", reader.GetBoolean(4) ? "standby" : "primary"));
                facts.Add(new Diagnostic("Session", reader.GetBoolean(5) ? "read-only" : "may write"));
                facts.Add(new Diagnostic(
                    "Rights",
                    string.Create(
                        CultureInfo.InvariantCulture, $"may read {reader.GetInt64(6)} tables and views")));
            }
        }

        var started = time.GetTimestamp();
        using var ping = new NpgsqlCommand("SELECT 1", connection);
        await ping.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        facts.Add(new Diagnostic(
            "Round trip",
            string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(started).TotalMilliseconds:0.0} ms")));
        return facts;
    }
}
