using System.Globalization;
using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.RealInput;

/// <summary>Real brokers, foreign clients, three destinations at once, no faults.</summary>
public sealed class RealInputTests
{
    private static readonly int Messages = TestMode.Pick(100_000, 100_000);

    [Fact]
    public async Task Gateway_TwoForeignClientsAtQos1And2_DeliversEachNumberExactlyOnceEverywhere()
    {
        await using var flow = await Flow.StartAsync(new FlowOptions(Messages));
        await flow.StartGatewayAsync();

        var quarter = Messages / 4;
        await Task.WhenAll(
            PublishLinesAsync(flow, 0, quarter, qos: 1),
            PublishLinesAsync(flow, quarter, quarter, qos: 2),
            PublishDocumentsAsync(flow, 2 * quarter, quarter, qos: 1),
            PublishDocumentsAsync(flow, 3 * quarter, quarter, qos: 2));

        var stored = await FlowExpectations.NothingLostAsync(flow, Messages, TimeSpan.FromMinutes(2));
        Assert.Equal(0, stored.Repeats);
        Assert.Equal(0, flow.Tree.Repeats);
    }

    [Fact]
    public async Task Gateway_Away_FindsInItsSessionWhatWasPublishedMeanwhile()
    {
        const int Count = 5_000;
        await using var flow = await Flow.StartAsync(new FlowOptions(Count));
        await flow.StartGatewayAsync();
        await flow.StopGatewayAsync();

        await PublishLinesAsync(flow, 0, Count, qos: 1);
        await flow.RestartGatewayAsync();

        var stored = await FlowExpectations.NothingLostAsync(flow, Count, TimeSpan.FromMinutes(1));
        Assert.Equal(0, stored.Repeats);
    }

    private static Task PublishLinesAsync(Flow flow, int first, int count, int qos) => MosquittoClients.PublishAsync(
        flow.Source.Port,
        string.Create(CultureInfo.InvariantCulture, $"plant/numbers/qos{qos}"),
        Enumerable.Range(first, count).Select(number => number.ToString(CultureInfo.InvariantCulture)),
        qos);

    private static Task PublishDocumentsAsync(Flow flow, int first, int count, int qos) => NodeClients.PublishAsync(
        new NodePublish(flow.Source.Port, "plant/documents", count) { First = first, Qos = qos, Topics = 40 });
}
