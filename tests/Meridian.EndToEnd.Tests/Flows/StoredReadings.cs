using System.Globalization;
using Meridian.Fixtures;
using Npgsql;

namespace Meridian.EndToEnd.Tests.Flows;

/// <summary>What lies in PostgreSQL's table of readings.</summary>
/// <param name="Rows">All rows.</param>
/// <param name="DistinctNumbers">Different values.</param>
/// <param name="LeastNumber">The least value.</param>
/// <param name="GreatestNumber">The greatest value.</param>
/// <param name="DistinctPositions">Different (journal, position).</param>
/// <param name="LeastPosition">The least position.</param>
/// <param name="GreatestPosition">The greatest position.</param>
internal sealed record StoredReadings(
    long Rows,
    long DistinctNumbers,
    double LeastNumber,
    double GreatestNumber,
    long DistinctPositions,
    long LeastPosition,
    long GreatestPosition)
{
    /// <summary>Rows beyond the first of each number: what the broker sent again.</summary>
    public long Repeats => Rows - DistinctNumbers;

    /// <summary>Reads the figures.</summary>
    public static async Task<StoredReadings> ReadAsync(PostgresServer server, string database)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionStringOf(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT count(*), count(DISTINCT value), min(value), max(value),
                count(DISTINCT (journal, position)), min(position), max(position)
            FROM readings
            """,
            connection);
        await using var row = await command.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync());
        return new StoredReadings(
            row.GetInt64(0),
            row.GetInt64(1),
            row.GetDouble(2),
            row.GetDouble(3),
            row.GetInt64(4),
            row.GetInt64(5),
            row.GetInt64(6));
    }

    /// <summary>How often each number lies there.</summary>
    public static async Task<SequenceTally> CountAsync(PostgresServer server, string database, int expected)
    {
        var tally = new SequenceTally(expected);
        await using var connection = new NpgsqlConnection(server.ConnectionStringOf(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT coalesce(value, -1) FROM readings", connection);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            tally.Add(rows.GetDouble(0).ToString(CultureInfo.InvariantCulture));
        }

        return tally;
    }
}
