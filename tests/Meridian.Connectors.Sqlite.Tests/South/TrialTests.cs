using System.Globalization;
using Meridian.Fixtures;

namespace Meridian.Connectors.Sqlite.Tests.South;

/// <summary>What <c>meridian test</c> shows of the South and its items: facts; readings with type and time.</summary>
public sealed class TrialTests : IAsyncDisposable
{
    private readonly SqliteFile _file = new();
    private readonly TempFolder _folder = new();

    // Within the last hour, which a window looks at here.
    private readonly DateTimeOffset _first =
        DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 60);

    [Fact]
    public async Task Test_OfTheSouth_TellsFacts()
    {
        await FillAsync();

        var lines = await TestAsync();

        Assert.Contains(lines, static line => line.StartsWith("SQLite version    3.", StringComparison.Ordinal));
        Assert.Contains($"File              {_file.Path}", lines, StringComparer.Ordinal);
        Assert.Contains($"Size              {new FileInfo(_file.Path).Length} bytes", lines, StringComparer.Ordinal);
        Assert.Contains(lines, static line => line.StartsWith("Last written      20", StringComparison.Ordinal));
        Assert.Contains("Journal mode      delete", lines, StringComparer.Ordinal);
        Assert.Contains("Session           read-only", lines, StringComparer.Ordinal);
        Assert.Contains("Tables and views  1", lines, StringComparer.Ordinal);
        Assert.Contains(lines, static line => line.StartsWith("Opened in ", StringComparison.Ordinal)
            && line.EndsWith(" ms", StringComparison.Ordinal));
        Assert.Equal("It works.", lines[^1]);
    }

    [Theory]
    [InlineData("window")]
    [InlineData("sequence")]
    public async Task Test_OfAnItem_ShowsReadingsWithTypeAndTime(string item)
    {
        await FillAsync();

        var lines = await TestAsync(item, "--within", "3600");

        Assert.Equal(
            [
                Line(item, 0, "1.5"), Line(item, 1, "42"), Line(item, 2, "\"open\""),
                Line(item, 3, "\"Cv8=\",\"encoding\":\"base64\""),
            ],
            lines.Take(4),
            StringComparer.Ordinal);
        Assert.StartsWith(
            "4 readings (1 double, 1 int64, 1 string, 1 bytes), 0 files; connected in ",
            lines[^1],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfAnItemThatGivesFiles_ShowsTheFile()
    {
        await FillAsync();

        var lines = await TestAsync("file");

        Assert.StartsWith("file-1-4.csv  ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("0 readings, 1 file; connected in ", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_OfAValueOfAnotherType_ShowsItAndSaysSo()
    {
        await FillAsync();

        var lines = await TestAsync("numbers", "--within", "3600");

        Assert.Contains(
            Line("numbers", 2, "\"open\"", ",\"status\":2147942400").Replace(
                "\"good\"", "\"bad\"", StringComparison.Ordinal),
            lines,
            StringComparer.Ordinal);
        Assert.Contains(lines, static line => line.StartsWith("It is not well: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Test_OfAnItemThatIsWrong_SaysWhatIsWrongWithIt()
    {
        await FillAsync();

        var lines = await TestAsync("wrong");

        Assert.Equal(
            "It is not well: SQLite refuses the query: SQLite Error 1: 'no such table: absent'. Correct the item's "
            + "query.",
            lines[^2]);
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _folder.Dispose();
    }

    private string Line(string item, int second, string value, string more = "") =>
        $$"""{"point":"{{item}}","timestamp":"{{_first.AddSeconds(second).UtcDateTime:O}}","value":{{value}},"""
        + $"\"quality\":\"good\"{more}}}";

    private Task FillAsync() => _file.RunAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        CREATE TABLE t (id INTEGER PRIMARY KEY, time INTEGER, value);
        INSERT INTO t VALUES (1, {_first.ToUnixTimeSeconds()}, 1.5),
                             (2, {_first.ToUnixTimeSeconds() + 1}, 42),
                             (3, {_first.ToUnixTimeSeconds() + 2}, 'open'),
                             (4, {_first.ToUnixTimeSeconds() + 3}, x'0aff');
        """));

    private async Task<IReadOnlyList<string>> TestAsync(params string[] words)
    {
        await File.WriteAllTextAsync(_folder.At("meridian.json"), Configuration());
        return await GatewayProcess.AskAsync(0, ["test", "-c", _folder.At("meridian.json"), "logger", .. words]);
    }

    private string Configuration()
    {
        const string Windows = "SELECT time, value FROM t WHERE time >= @StartTime AND time < @EndTime ORDER BY id";
        const string Next = "SELECT id, time, value FROM t WHERE id > @LastSequence ORDER BY id LIMIT @Limit";
        const string Time = "\"time\": { \"format\": \"unixSeconds\" }";
        return $$"""
            {
              "gateway": { "name": "trials" },
              "souths": [
                {
                  "name": "logger", "type": "sqlite", "schedule": "10 s",
                  "settings": { "file": "{{_file.Path}}" },
                  "items": [
                    { "name": "window", "query": "{{Windows}}", "timeType": "number", "rows": { {{Time}} } },
                    { "name": "numbers", "query": "{{Windows}}", "timeType": "number",
                      "rows": { {{Time}}, "type": "number" } },
                    { "name": "sequence", "mode": "sequence", "query": "{{Next}}", "rows": { {{Time}} } },
                    { "name": "file", "mode": "sequence", "query": "{{Next}}", "result": "csv" },
                    { "name": "wrong", "query": "SELECT time FROM absent WHERE time > @StartTime OR time > @EndTime" }
                  ]
                }
              ],
              "norths": []
            }
            """;
    }
}
