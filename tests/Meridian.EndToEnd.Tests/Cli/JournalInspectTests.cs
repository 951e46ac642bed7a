using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian journal inspect</c> on what a gateway has left and while it runs.</summary>
public sealed class JournalInspectTests
{
    [Fact]
    public async Task Inspect_AfterAndDuringARun_ShowsSourceAndCursors()
    {
        await using var flow = await Flow.StartAsync(new FlowOptions(3));
        await flow.StartGatewayAsync();
        await MosquittoClients.PublishAsync(flow.Source.Port, "plant/numbers/a", ["0", "1", "2"]);
        await flow.Tree.WaitUntilAsync(3, Deadline.Default);

        var during = await InspectAsync(flow.DataFolder);
        await flow.StopGatewayAsync();
        var after = await InspectAsync(flow.DataFolder);

        Assert.Contains("positions 0 to 3", during, StringComparer.Ordinal);
        Assert.Contains("positions 0 to 3", after, StringComparer.Ordinal);
        Assert.Equal(["plant", "3"], FieldsOf(after, "plant", 0, 2));
        foreach (var north in (string[])["database", "tree", "files"])
        {
            Assert.Equal([north, "3", "0"], FieldsOf(after, north, 0, 1, 2));
        }
    }

    [Fact]
    public async Task Inspect_NoJournal_EndsWithOneAndSaysSo()
    {
        using var folder = new TempFolder();

        await using var inspect = GatewayProcess.Start(["journal", "inspect", folder.At("nothing")]);

        Assert.Equal(1, await inspect.Process.WaitForExitAsync());
        Assert.Contains("nothing", inspect.Process.Log, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> InspectAsync(string folder)
    {
        await using var inspect = GatewayProcess.Start(["journal", "inspect", folder]);
        Assert.Equal(0, await inspect.Process.WaitForExitAsync());
        return inspect.Process.Lines;
    }

    private static string[] FieldsOf(IReadOnlyList<string> lines, string name, params int[] columns)
    {
        var fields = lines
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(fields => fields.Length > 0 && string.Equals(fields[0], name, StringComparison.Ordinal));
        return [.. columns.Select(column => fields[column])];
    }
}
