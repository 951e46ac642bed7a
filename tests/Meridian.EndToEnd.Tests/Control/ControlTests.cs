using System.Text.Json;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Control;

/// <summary>
/// The commands that speak to a gateway that runs, and <c>meridian test</c>, on the sample's connectors.
/// </summary>
public sealed class ControlTests : IDisposable
{
    private readonly TempFolder _folder = new("meridian-control-");

    private string Data => _folder.At("data");

    private string ConfigurationFile => _folder.At("meridian.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Status_OfAGatewayThatRuns_ShowsItsAccountAndConnectors()
    {
        await using var gateway = await RunAsync();

        var text = await AskAsync(0, "status", "--data", Data);
        var json = JsonDocument.Parse(string.Join('\n', await AskAsync(0, "status", "--json", "--data", Data)));

        Assert.Contains(text, static line => line.StartsWith("South clock: running since 2", StringComparison.Ordinal));
        Assert.Contains(text, static line => line.StartsWith("North diary: running since 2", StringComparison.Ordinal));
        Assert.Contains(text, static line => line.StartsWith("received ", StringComparison.Ordinal));
        Assert.True(json.RootElement.GetProperty("isBalanced").GetBoolean());
        Assert.Equal("running", json.RootElement.GetProperty("souths")[0].GetProperty("connector").GetProperty("state")
            .GetString(), ignoreCase: true);
    }

    [Fact]
    public async Task Status_WhereNoGatewayRuns_SaysSoInOneLine()
    {
        var lines = await AskAsync(1, "status", "--data", Data);

        Assert.Equal(
            $"No gateway runs on the data folder '{Data}'. Start it with 'meridian run', "
            + "or name its folder with --data.",
            Assert.Single(lines));
    }

    [Fact]
    public async Task Backfill_Started_BringsItsWindowAndIsListed()
    {
        await using var gateway = await RunAsync();
        string[] order =
        [
            "backfill", "start", "march", "--south", "clock", "--north", "diary", "--item", "past",
            "--from", "2026-03-01", "--to", "2026-03-02T00:00:00Z", "--data", Data,
        ];

        await AskAsync(0, order);
        await Deadline.UntilAsync(
            async () => (await AskAsync(0, "backfill", "list", "--data", Data)).Any(
                static line => line.Contains(" complete 100.0 %", StringComparison.Ordinal)),
            "the backfill's end");

        Assert.Contains("already", Assert.Single(await AskAsync(1, order)), StringComparison.Ordinal);
        Assert.Contains(
            "There is no backfill 'may'; known: march.",
            Assert.Single(await AskAsync(1, "backfill", "pause", "may", "--data", Data)),
            StringComparison.Ordinal);
        await AskAsync(0, "backfill", "remove", "march", "--data", Data);
        Assert.Equal(
            "There are no backfills.", Assert.Single(await AskAsync(0, "backfill", "list", "--data", Data)));
        Assert.Equal(0, await gateway.StopAsync());
        Assert.Equal(
            24 * 60,
            (await File.ReadAllLinesAsync(_folder.At("diary/diary.txt")))
                .Where(static line => line.StartsWith("2026-03-01T", StringComparison.Ordinal))
                .Distinct(StringComparer.Ordinal)
                .Count());
    }

    [Fact]
    public async Task Replay_OfWhatANorthHasPassed_BringsItOnceMoreAndIsListed()
    {
        await using var gateway = await RunAsync();
        await Deadline.UntilAsync(async () => await CountDeliveredAsync() >= 3, "three readings");

        var begun = await AskAsync(0, "replay", "start", "diary", "--from", "0", "--to", "3", "--data", Data);
        await Deadline.UntilAsync(
            async () => (await AskAsync(0, "replay", "list", "--data", Data)).Any(static line =>
                line.StartsWith(
                    "r1     complete  100.0 %  → diary, positions 0 up to 3: delivered ", StringComparison.Ordinal)),
            "the replay's end");

        Assert.Equal(
            "Replay r1 has begun: positions 0 up to 3 go to diary; 'meridian replay list' shows how it gets on.",
            Assert.Single(begun));
        Assert.Contains(
            await AskAsync(0, "status", "--data", Data),
            static line => line.StartsWith("  replayed besides: delivered ", StringComparison.Ordinal));
        Assert.Contains(
            "has ended already",
            Assert.Single(await AskAsync(1, "replay", "cancel", "r1", "--data", Data)),
            StringComparison.Ordinal);
        Assert.Contains(
            "comes anyway",
            Assert.Single(await AskAsync(1, "replay", "start", "diary", "--from", "1000000", "--data", Data)),
            StringComparison.Ordinal);
        Assert.Contains(
            await AskAsync(2, "replay", "start", "diary", "--from", "noon", "--data", Data),
            static line => line.Contains("'noon' is no position and no time", StringComparison.Ordinal));

        async Task<long> CountDeliveredAsync()
        {
            var json = string.Join('\n', await AskAsync(0, "status", "--json", "--data", Data));
            return JsonDocument.Parse(json).RootElement.GetProperty("account").GetProperty("delivered").GetInt64();
        }
    }

    [Fact]
    public async Task Test_OfAConnectorAndAnItem_ShowsWhatTheyGiveAndStoresNothing()
    {
        await ConfigureAsync();

        var south = await AskAsync(0, "test", "-c", ConfigurationFile, "clock");
        var item = await AskAsync(0, "test", "-c", ConfigurationFile, "Clock", "past", "--within", "180");
        var unknown = await AskAsync(2, "test", "-c", ConfigurationFile, "clock", "pats");

        Assert.Contains("It works.", south, StringComparer.Ordinal);
        Assert.Equal(3, item.Count(static line => line.StartsWith("{\"point\":\"past\"", StringComparison.Ordinal)));
        Assert.Contains(
            item, static line => line.StartsWith(
                "3 readings (3 string), 0 files; connected in ", StringComparison.Ordinal));
        Assert.Contains(
            unknown, static line => line.Contains("did you mean 'past'?", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task Test_OfSettingsThatAreNotSaved_TriesThemAndLeavesTheFile()
    {
        await ConfigureAsync();
        var before = await File.ReadAllTextAsync(ConfigurationFile);
        var settings = _folder.At("settings.json");
        await File.WriteAllTextAsync(
            settings, $$"""{ "folder": {{JsonSerializer.Serialize(_folder.At("other"))}}, }""");
        string[] test = ["test", "-c", ConfigurationFile, "diary", "--settings", settings];

        var tried = await AskAsync(0, test);
        await File.WriteAllTextAsync(settings, """{ "folder": 1, "colour": "red" }""");
        var wrong = await AskAsync(2, test);
        await File.WriteAllTextAsync(settings, "[]");
        var strange = await AskAsync(2, test);

        Assert.Contains(tried, line => line.EndsWith(_folder.At("other"), StringComparison.Ordinal));
        Assert.Contains("It works.", tried, StringComparer.Ordinal);
        Assert.Equal(2, wrong.Count(static line => line.StartsWith(
            "settings.json: norths[0].settings.", StringComparison.Ordinal)));
        Assert.Contains("It is no JSON object", Assert.Single(strange), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(ConfigurationFile));
    }

    [Fact]
    public async Task TransformTest_OfASampleAndOfAnItem_ShowsWhatGoesInAndComesOut()
    {
        await ConfigureAsync();
        var sample = _folder.At("sample.jsonl");
        await File.WriteAllLinesAsync(sample, Enumerable.Range(0, 4).Select(static second =>
            $$"""{"point":"p","timestamp":"2026-01-01T00:00:0{{second}}Z","value":{{second / 2}}}"""));

        var lines = await AskAsync(0, "transform", "test", "-c", ConfigurationFile, "diary", "--sample", sample);
        var live = await AskAsync(
            0, "transform", "test", "-c", ConfigurationFile, "diary", "--item", "clock/past", "--within", "180");
        await File.AppendAllTextAsync(sample, "{}");
        var wrong = await AskAsync(2, "transform", "test", "-c", ConfigurationFile, "diary", "--sample", sample);

        Assert.Equal(
            [
                """> {"point":"p","timestamp":"2026-01-01T00:00:00.0000000Z","value":0,"quality":"good"}""",
                """< {"point":"sample/p","timestamp":"2026-01-01T00:00:00.0000000Z","value":0,"quality":"good"}""",
                """> {"point":"p","timestamp":"2026-01-01T00:00:01.0000000Z","value":0,"quality":"good"}""",
                "  deadband",
            ],
            lines.Take(4),
            StringComparer.Ordinal);
        Assert.Equal("4 readings in, 2 out, 2 filtered.", lines[^1]);
        Assert.Equal("3 readings in, 3 out, 0 filtered.", live[^1]);
        Assert.Equal($"{sample}, line 5: It has no 'point'; name it as a text.", Assert.Single(wrong));
    }

    private static async Task<IReadOnlyList<string>> AskAsync(int expected, params string[] arguments) =>
    [
        .. (await GatewayProcess.AskAsync(expected, arguments))
            .Where(static line => !line.StartsWith("Plug-ins: ", StringComparison.Ordinal)),
    ];

    private async Task<GatewayProcess> RunAsync()
    {
        await ConfigureAsync();
        var gateway = GatewayProcess.Run(ConfigurationFile, Data);
        await gateway.WaitUntilReadyAsync();
        return gateway;
    }

    private Task ConfigureAsync()
    {
        PluginSample.CopyTo(_folder.At("plugins"));
        return File.WriteAllTextAsync(ConfigurationFile, $$"""
            {
              "souths": [
                {
                  "name": "clock", "type": "clock", "schedule": "1 s", "history": { "readDelay": "0 ms" },
                  "items": [{ "name": "now" }, { "name": "past", "ask": "history", "schedule": "30 d" }]
                }
              ],
              "norths": [
                {
                  "name": "diary", "type": "diary",
                  "settings": { "folder": {{JsonSerializer.Serialize(_folder.At("diary"))}} },
                  "transforms": [{ "deadband": { "absolute": 0 } }, { "rename": { "to": "{south}/{point}" } }]
                }
              ]
            }
            """);
    }
}
