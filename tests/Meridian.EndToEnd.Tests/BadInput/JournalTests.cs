using System.Globalization;
using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.BadInput;

/// <summary>A journal that is another's, held, or full.</summary>
public sealed class JournalTests
{
    [Fact]
    public async Task Postgres_KnowsAnotherJournal_GetsANewCursorWithAWarningAndEveryRow()
    {
        const int Half = 2_000;
        await using var flow = await Flow.StartAsync(new FlowOptions(2 * Half));
        await flow.StartGatewayAsync();
        await PublishAsync(flow, 0, Half);
        await flow.Tree.WaitUntilAsync(Half, Deadline.Default);
        await flow.StopGatewayAsync();

        Directory.Delete(flow.DataFolder, recursive: true);
        await flow.RestartGatewayAsync();
        await flow.Gateway.Process.WaitForLineAsync(
            line => line.StartsWith("warn", StringComparison.Ordinal)
                || line.Contains("warn:", StringComparison.Ordinal),
            "a warning of the other journal");
        await PublishAsync(flow, Half, Half);
        await flow.Tree.WaitUntilAsync(2 * Half, Deadline.Default);
        await flow.StopGatewayAsync();

        var stored = await StoredReadings.ReadAsync(flow.Postgres, flow.Database);
        Assert.Equal(new StoredReadings(2 * Half, 2 * Half, 0, (2 * Half) - 1, 2 * Half, 0, Half - 1), stored);
        Assert.Equal(
            2, await flow.Postgres.AskAsync<long>(flow.Database, "SELECT count(DISTINCT journal) FROM readings"));
        Assert.Contains(
            flow.Gateway.Process.Lines, line => line.Contains("knows journal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DataFolder_HeldByAnotherGateway_IsRefusedWithItsProcessId()
    {
        await using var flow = await Flow.StartAsync(new FlowOptions(10));
        await flow.StartGatewayAsync();

        await using var second = flow.NewGateway();
        var code = await second.Process.WaitForExitAsync();

        Assert.Equal(1, code);
        Assert.Contains(
            flow.Gateway.Process.Id.ToString(CultureInfo.InvariantCulture),
            second.Process.Log,
            StringComparison.Ordinal);
        await PublishAsync(flow, 0, 10);
        await flow.Tree.WaitUntilAsync(10, Deadline.Default);
        await flow.StopGatewayAsync();
    }

    private static Task PublishAsync(Flow flow, int first, int count) => MosquittoClients.PublishAsync(
        flow.Source.Port,
        "plant/numbers/a",
        Enumerable.Range(first, count).Select(number => number.ToString(CultureInfo.InvariantCulture)));
}
