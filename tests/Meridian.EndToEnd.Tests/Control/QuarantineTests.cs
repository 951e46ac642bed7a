using System.Text.Json;
using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Control;

/// <summary><c>meridian quarantine</c>, on a North that publishes under topics made of what comes.</summary>
public sealed class QuarantineTests
{
    [Fact]
    public async Task Refused_IsListedTriedAgainAndGivenUp()
    {
        await using var flow = await Flow.StartAsync(new FlowOptions(2));
        flow.Configure(
            """{ "name": "words", "topic": "plant/words", "payload": { "format": "text" } }""",
            [FlowConfiguration.TreeNorth(flow.Destination.Port, "out/{value}")]);
        await flow.StartGatewayAsync("plant/words");
        await MosquittoClients.PublishAsync(flow.Source.Port, "plant/words", ["0", "wild/#", "also/+", "1"]);
        await flow.Tree.WaitUntilAsync(2, Deadline.Default);

        var listed = await AskAsync(0, flow, "list", "tree");
        var json = JsonDocument.Parse(string.Join('\n', await AskAsync(0, flow, "list", "tree", "--json")));
        var first = await AskAsync(0, flow, "list", "tree", "--count", "1");
        var retried = await AskAsync(0, flow, "retry", "tree");
        var careless = await AskAsync(2, flow, "discard", "tree");
        var one = await AskAsync(0, flow, "discard", "tree", "1");
        var rest = await AskAsync(0, flow, "discard", "tree", "--all");
        var empty = await AskAsync(0, flow, "list", "tree");
        var unknown = await AskAsync(1, flow, "list", "trees");

        Assert.StartsWith("1  2", listed[0], StringComparison.Ordinal);
        Assert.Contains("\"value\":\"wild/#\"", listed[1], StringComparison.Ordinal);
        Assert.Equal("2 data lie in the quarantine of tree.", listed[^1]);
        Assert.Equal(
            "also/+", json.RootElement.GetProperty("data")[1].GetProperty("reading").GetProperty("value").GetString());
        Assert.StartsWith("There are more: --after ", first[^1], StringComparison.Ordinal);
        Assert.Equal("0 delivered, 2 refused again, 0 left for another try.", retried[0]);
        Assert.StartsWith("The last reason: ", retried[1], StringComparison.Ordinal);
        Assert.Contains("--all", string.Join('\n', careless), StringComparison.Ordinal);
        Assert.Equal(["1 given up."], one);
        Assert.Equal(["1 given up."], rest);
        Assert.Equal(["Nothing lies in the quarantine of tree."], empty);
        Assert.Equal(["There is no North 'trees'; known: tree."], unknown);
        Assert.Equal(new AccountLine(4, 2, 0, 0, 2, 0), await flow.StopGatewayAsync());
    }

    private static Task<IReadOnlyList<string>> AskAsync(int expected, Flow flow, params string[] arguments) =>
        GatewayProcess.AskAsync(expected, ["quarantine", .. arguments, "--data", flow.DataFolder]);
}
