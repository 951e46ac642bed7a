using System.Text.Json;
using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.BadInput;

/// <summary>What is not as it should be is kept and told, and the rest goes on.</summary>
public sealed class PayloadTests
{
    private const long BadBits = 0x8000_0000;

    [Fact]
    public async Task Payload_NotWhatItsItemSays_IsKeptAsItsBytesWithBadQuality()
    {
        await using var flow = await Flow.StartAsync(new FlowOptions(3));
        await flow.StartGatewayAsync();

        await MosquittoClients.PublishAsync(flow.Source.Port, "plant/numbers/a", ["0", "1", "broken", "2"]);
        await flow.Tree.WaitUntilAsync(3, Deadline.Default);
        var account = await flow.StopGatewayAsync();

        Assert.Equal(new AccountLine(4, 4, 0, 0, 0, 0), account);
        Assert.Equal("broken"u8.ToArray(), await AskAsync<byte[]>(flow, "bytes"));
        Assert.Equal(BadBits, await AskAsync<long>(flow, "quality") & BadBits);
        Assert.Equal("plant/numbers/a", await AskAsync<string>(flow, "point"));
        Assert.Equal(["broken"], flow.Tree.Strangers);
        var line = Assert.Single(
            CsvFiles.ReadLines(flow.CsvFolder), line => !line.EndsWith(",good", StringComparison.Ordinal));
        Assert.Contains(Convert.ToHexString("broken"u8), line, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Topic_ThatCannotBeWritten_GoesToQuarantineWhileTheRestGoesOn()
    {
        await using var flow = await Flow.StartAsync(new FlowOptions(2));
        flow.Configure(
            """{ "name": "words", "topic": "plant/words", "payload": { "format": "text" } }""",
            [FlowConfiguration.TreeNorth(flow.Destination.Port, "out/{value}"), flow.FilesNorth()]);
        await flow.StartGatewayAsync("plant/words");

        await MosquittoClients.PublishAsync(flow.Source.Port, "plant/words", ["0", "wild/#", "1"]);
        await flow.Tree.WaitUntilAsync(2, Deadline.Default);
        var account = await flow.StopGatewayAsync();

        Assert.Equal(new AccountLine(3, 2, 0, 1, 0, 0), account);
        Assert.Equal(3, CsvFiles.ReadLines(flow.CsvFolder).Count());
        var file = Path.Combine(flow.DataFolder, "quarantine", "tree.jsonl");
        using var entry = JsonDocument.Parse(Assert.Single(await File.ReadAllLinesAsync(file)));
        Assert.Equal(1, entry.RootElement.GetProperty("position").GetInt64());
        Assert.Contains("#", entry.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("wild/#", entry.RootElement.GetProperty("reading").ToString(), StringComparison.Ordinal);
    }

    private static Task<T> AskAsync<T>(Flow flow, string column) =>
        flow.Postgres.AskAsync<T>(flow.Database, $"SELECT {column} FROM readings WHERE bytes IS NOT NULL");
}
