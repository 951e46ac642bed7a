using System.Globalization;
using Meridian.Connectors.Postgres.North.Tables;
using Meridian.Sdk;
using Npgsql;

namespace Meridian.Connectors.Postgres.North;

/// <summary>What a test of the connection tells about the server.</summary>
internal static class ServerFacts
{
    private const string FactsSql =
        """
        SELECT current_setting('server_version'), current_database()::text, current_user::text,
               current_setting('server_encoding'),
               current_setting('fsync')::bool AND current_setting('full_page_writes')::bool,
               COALESCE((SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl), 'no'),
               COALESCE((SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'), 'not installed')
        """;

    /// <summary>Asks for them.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> ReadAsync(
        NpgsqlConnection connection,
        ReadingsTable readings,
        bool isComplete,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(FactsSql, connection);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var facts = new List<Diagnostic>();
        await using (reader.ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var isDurable = reader.GetBoolean(4);
            facts.Add(new Diagnostic("Server version", reader.GetString(0)));
            facts.Add(new Diagnostic("Database", reader.GetString(1)));
            facts.Add(new Diagnostic("User", reader.GetString(2)));
            facts.Add(new Diagnostic("Encryption", reader.GetString(5)));
            facts.Add(new Diagnostic("Text encoding", reader.GetString(3)));
            facts.Add(new Diagnostic("TimescaleDB", reader.GetString(6)));
            facts.Add(new Diagnostic(
                "Durability",
                isDurable
                    ? "what the server commits survives its crash"
                    : "fsync or full_page_writes is off: a crash of the server's machine may lose what it committed"));
        }

        facts.Add(new Diagnostic(
            "Table",
            isComplete ? $"{readings.Name} stands, fits and can be written" : $"{readings.Name} is made at connect"));

        var started = time.GetTimestamp();
        using var ping = new NpgsqlCommand("SELECT 1", connection);
        await ping.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        facts.Add(new Diagnostic(
            "Round trip",
            string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(started).TotalMilliseconds:0.0} ms")));
        return facts;
    }
}
