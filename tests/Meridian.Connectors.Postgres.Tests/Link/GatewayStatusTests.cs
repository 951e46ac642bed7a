using Meridian.Fixtures;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Postgres.Tests.Link;

/// <summary>
/// The real gateway on a line that dies without a word: its status says so, and when the line is back each row arrives
/// once, without anybody's help.
/// </summary>
public sealed class GatewayStatusTests
{
    private const int Rows = 200;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Status_OfAConnectorWhoseLinkIsHalfOpen_SaysSoUntilItCarriesAgain(bool isNorth)
    {
        using var folder = new TempFolder("meridian-status-");
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await server.RunAsync(
            database, "CREATE TABLE samples (id bigint PRIMARY KEY, time timestamptz, value int); " + Insert(1));
        await using var south = TcpRelay.Start("127.0.0.1", server.Port);
        await using var north = TcpRelay.Start("127.0.0.1", server.Port);
        await File.WriteAllTextAsync(
            folder.At("meridian.json"), Configuration(database, south.Port, north.Port));
        await using var gateway = GatewayProcess.Run(folder.At("meridian.json"), folder.At("data"));
        await gateway.WaitUntilReadyAsync();
        await Deadline.UntilAsync(async () => await CountAsync() == Rows, "the first rows have arrived");

        var name = isNorth ? "North target" : "South source";
        (isNorth ? north : south).Hold();
        await server.RunAsync(database, Insert(Rows + 1));
        await gateway.Process.WaitForLineAsync(
            static line => line.Contains("did not answer for longer than 1 s", StringComparison.Ordinal),
            "the dead line is found");
        await UntilStatusAsync($"{name}: retrying since ", "took no connection within 2 s");
        (isNorth ? north : south).Release();

        await Deadline.UntilAsync(async () => await CountAsync() >= 2 * Rows, "all rows have arrived");
        await UntilStatusAsync($"{name}: running since ");
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal(2 * Rows, await CountAsync());
        Assert.Equal(2 * Rows, await server.AskAsync<long>(database, "SELECT count(DISTINCT value) FROM readings"));

        async Task<long> CountAsync() =>
            await server.AskAsync<bool>(database, "SELECT to_regclass('readings') IS NOT NULL")
                ? await server.AskAsync<long>(database, "SELECT count(*) FROM readings")
                : 0;

        Task UntilStatusAsync(params string[] words) => Deadline.UntilAsync(
            async () => (await GatewayProcess.AskAsync(0, ["status", "--data", folder.At("data")])).Any(
                line => words.All(word => line.Contains(word, StringComparison.Ordinal))),
            $"the status says: {string.Join(" … ", words)}");
    }

    private static string Insert(int first) =>
        $"INSERT INTO samples SELECT n, now(), n FROM generate_series({first}, {first + Rows - 1}) AS n";

    private static string Configuration(string database, int southPort, int northPort)
    {
        string Settings(int port) =>
            $$"""
            "host": "127.0.0.1", "port": {{port}}, "database": "{{database}}",
            "userName": "{{PostgresServer.UserName}}", "password": "{{PostgresServer.Password}}",
            "connectTimeout": "2 s", "commandTimeout": "1 s"
            """;
        return $$"""
            {
              "gateway": { "name": "status", "drainTime": "100 ms" },
              "souths": [
                {
                  "name": "source", "type": "postgres", "schedule": "200 ms",
                  "settings": { {{Settings(southPort)}} },
                  "items": [
                    {
                      "name": "samples", "mode": "sequence",
                      "query": "SELECT id, time, value FROM samples WHERE id > @LastSequence ORDER BY id LIMIT @Limit",
                      "sequence": { "limit": 20 }
                    }
                  ]
                }
              ],
              "norths": [
                {
                  "name": "target", "type": "postgres", "settings": { {{Settings(northPort)}} },
                  "batch": { "maxReadings": 50 }
                }
              ]
            }
            """;
    }
}
