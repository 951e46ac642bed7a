using Meridian.Fixtures;

namespace Meridian.Connectors.Postgres.Tests.South;

/// <summary>
/// The real gateway is killed (SIGKILL) while it goes on by a sequence, and its server is restarted, too. The North
/// stores exactly once, so what is missing or there twice would be the South's.
/// </summary>
public sealed class SequenceKillTests
{
    private const int RowsPerKill = 1_500;

    private static readonly int Kills = TestMode.Pick(20, 4);
    private static readonly int Rows = RowsPerKill * Kills;

    [Fact]
    public async Task Gateway_KilledWithinABacklog_HasEachRowOnce()
    {
        using var folder = new TempFolder("meridian-sequence-");
        await using var server = await PostgresServer.StartAsync();
        await server.RunAsync(
            "postgres",
            "CREATE TABLE samples (id bigint PRIMARY KEY, time timestamptz, value int)");
        await File.WriteAllTextAsync(folder.At("meridian.json"), Configuration(server.Port));
        for (var kill = 0; kill < Kills; kill++)
        {
            await server.RunAsync(
                "postgres",
                "INSERT INTO samples SELECT n, now(), n "
                + $"FROM generate_series({(kill * RowsPerKill) + 1}, {(kill + 1) * RowsPerKill}) AS n");
            await using var gateway = await StartAsync(folder);

            // Somewhere within pages: rows arrive faster than they are counted.
            var until = Math.Min(await CountAsync(server) + 1 + (37 * kill % 500), (kill + 1) * RowsPerKill);
            await Deadline.UntilAsync(async () => await CountAsync(server) >= until, $"{until} rows have arrived");
            if (kill == 0)
            {
                await server.StopAsync();
                await server.StartAgainAsync();
            }

            await gateway.KillAsync();
        }

        await using var last = await StartAsync(folder);
        await Deadline.UntilAsync(async () => await CountAsync(server) >= Rows, "all rows have arrived");
        Assert.Equal(0, await last.StopAsync());
        Assert.Equal(Rows, await CountAsync(server));
        Assert.Equal(Rows, await server.AskAsync<long>("postgres", "SELECT count(DISTINCT value) FROM readings"));
    }

    private static async Task<long> CountAsync(PostgresServer server) =>
        await server.AskAsync<bool>("postgres", "SELECT to_regclass('readings') IS NOT NULL")
            ? await server.AskAsync<long>("postgres", "SELECT count(*) FROM readings")
            : 0;

    private static async Task<GatewayProcess> StartAsync(TempFolder folder)
    {
        var gateway = GatewayProcess.Run(folder.At("meridian.json"), folder.At("data"));
        await gateway.WaitUntilReadyAsync();
        return gateway;
    }

    private static string Configuration(int port) =>
        $$"""
        {
          "gateway": { "name": "sequence-kill", "drainTime": "100 ms" },
          "souths": [
            {
              "name": "source",
              "type": "postgres",
              "schedule": "100 ms",
              "settings": {
                "host": "127.0.0.1", "port": {{port}}, "database": "postgres",
                "userName": "{{PostgresServer.UserName}}", "password": "{{PostgresServer.Password}}"
              },
              "items": [
                {
                  "name": "samples",
                  "mode": "sequence",
                  "query": "SELECT id, time, value FROM samples WHERE id > @LastSequence ORDER BY id LIMIT @Limit",
                  "sequence": { "limit": 20 }
                }
              ]
            }
          ],
          "norths": [
            {
              "name": "target",
              "type": "postgres",
              "settings": {
                "host": "127.0.0.1", "port": {{port}}, "database": "postgres",
                "userName": "{{PostgresServer.UserName}}", "password": "{{PostgresServer.Password}}"
              },
              "batch": { "maxReadings": 50 }
            }
          ]
        }
        """;
}
