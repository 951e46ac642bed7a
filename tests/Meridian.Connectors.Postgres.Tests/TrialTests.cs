using Meridian.Fixtures;

namespace Meridian.Connectors.Postgres.Tests;

/// <summary>
/// What <c>meridian test</c> shows of the South, of its items and of the North: facts, and readings with type and time.
/// </summary>
public sealed class TrialTests : IAsyncLifetime, IDisposable
{
    private const string Rows =
        """
        CREATE TABLE t (id bigint, time timestamptz, tag text, value text, f float8, n int8, ok bool, j jsonb, b bytea);
        INSERT INTO t SELECT n, date_trunc('second', now()) - interval '1 min' + n * interval '1 s', 'tag' || n
        FROM generate_series(1, 3) AS n;
        UPDATE t SET value = 'open', f = 1.5, n = 42, ok = true, j = '{"a": 1}', b = '\x0aff' WHERE id = 1;
        UPDATE t SET value = '7' WHERE id = 2
        """;

    private readonly TempFolder _folder = new();
    private PostgresServer? _server;
    private string _database = string.Empty;

    private PostgresServer Server => _server!; // set before the first test

    [Fact]
    public async Task Test_OfTheSouth_TellsFacts()
    {
        var lines = await TestAsync("historian");

        Assert.Equal(
            [
                "Server version      15.", $"Database            {_database}", "User                postgres",
                "Encryption          no", "Role of the server  primary", "Session             read-only",
                "Rights              may read 1 tables and views", "Round trip          ", "It works.",
            ],
            lines.Select(static line => Known(line, "Server version      15.", "Round trip          ")),
            StringComparer.Ordinal);
        Assert.EndsWith(" ms", lines[7], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfTheNorth_TellsFactsAndRights()
    {
        var lines = await TestAsync("warehouse");

        Assert.Equal(
            [
                "Server version  15.", $"Database        {_database}", "User            postgres",
                "Encryption      no", "Text encoding   UTF8", "TimescaleDB     not installed",
                "Durability      what the server commits survives its crash",
                "Table           \"public\".\"readings\" is made at connect", "Round trip      ", "It works.",
            ],
            lines.Select(static line => Known(line, "Server version  15.", "Round trip      ")),
            StringComparer.Ordinal);
        Assert.EndsWith(" ms", lines[8], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfAnItemByWindows_ShowsEachTypeWithItsTime()
    {
        var first = await Server.AskAsync<DateTime>(_database, "SELECT time FROM t WHERE id = 1");

        var lines = await TestAsync("historian", "wide", "--within", "3600");

        Assert.Equal(
            [
                Line("value", "\"open\""), Line("f", "1.5"), Line("n", "42"), Line("ok", "true"),
                Line("j", "{\"a\": 1}"), Line("b", "\"Cv8=\",\"encoding\":\"base64\""),
            ],
            lines.Take(6),
            StringComparer.Ordinal);
        Assert.StartsWith(
            "6 readings (1 string, 1 double, 1 int64, 1 boolean, 1 json, 1 bytes), 0 files; connected in ",
            lines[^1],
            StringComparison.Ordinal);

        string Line(string column, string value) =>
            $$"""{"point":"wide/{{column}}","timestamp":"{{first:O}}","value":{{value}},"quality":"good"}""";
    }

    [Fact]
    public async Task Test_OfAnItemBySequence_ShowsReadingsAndWhatIsNotOfItsType()
    {
        var lines = await TestAsync("historian", "next");

        Assert.Contains("\"point\":\"tag1\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"value\":\"open\",\"quality\":\"bad\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"value\":7,\"quality\":\"good\"", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("It is not well: ", lines[^2], StringComparison.Ordinal);
        Assert.Contains("'value'", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("3 readings (", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfAnItemThatGivesFiles_ShowsTheFile()
    {
        var lines = await TestAsync("historian", "file");

        Assert.StartsWith("file-1-3.csv  ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("0 readings, 1 file; connected in ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfAnItemThatIsWrong_SaysWhatIsWrongWithIt()
    {
        var lines = await TestAsync("historian", "wrong");

        Assert.StartsWith(
            "It is not well: PostgreSQL refuses the query: relation \"absent\" does not exist", lines[^2],
            StringComparison.Ordinal);
    }

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _database = await _server.CreateDatabaseAsync();
        await _server.RunAsync(_database, Rows);
        await File.WriteAllTextAsync(_folder.At("meridian.json"), Configuration());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    /// <summary>What is the same at each run of a line that begins so.</summary>
    private static string Known(string line, params string[] beginnings) =>
        beginnings.FirstOrDefault(one => line.StartsWith(one, StringComparison.Ordinal)) ?? line;

    private Task<IReadOnlyList<string>> TestAsync(params string[] words) =>
        GatewayProcess.AskAsync(0, ["test", "-c", _folder.At("meridian.json"), .. words]);

    private string Configuration()
    {
        const string Where = "WHERE time >= @StartTime AND time < @EndTime";
        const string Next = "SELECT id, time, tag, value FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit";
        var settings =
            $$"""
            "host": "127.0.0.1", "port": {{Server.Port}}, "database": "{{_database}}",
            "userName": "{{PostgresServer.UserName}}", "password": "{{PostgresServer.Password}}"
            """;
        return $$"""
            {
              "gateway": { "name": "trials" },
              "souths": [
                {
                  "name": "historian", "type": "postgres", "schedule": "10 s",
                  "settings": { {{settings}} },
                  "items": [
                    { "name": "wide", "rows": { "layout": "wide" },
                      "query": "SELECT time, value, f, n, ok, j, b FROM t {{Where}} AND id = 1" },
                    { "name": "next", "mode": "sequence", "query": "{{Next}}",
                      "rows": { "pointColumn": "tag", "type": "number" } },
                    { "name": "file", "mode": "sequence", "query": "{{Next}}", "result": "csv" },
                    { "name": "wrong", "query": "SELECT time FROM absent WHERE time > @StartTime OR time > @EndTime" }
                  ]
                }
              ],
              "norths": [ { "name": "warehouse", "type": "postgres", "settings": { {{settings}} } } ]
            }
            """;
    }
}
