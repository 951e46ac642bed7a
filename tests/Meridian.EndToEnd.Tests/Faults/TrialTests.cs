using System.Globalization;
using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;
using Xunit.Abstractions;

namespace Meridian.EndToEnd.Tests.Faults;

/// <summary>
/// Three trials in which other gateways lost data: 1,344 of 40,000 with two kills, 62,057 of 90,000 with an outage of
/// the destination, 3,470 of 50,000 with both. Here none may be lost. The destinations that fail are PostgreSQL and the
/// destination broker together.
/// </summary>
public sealed class TrialTests(ITestOutputHelper output)
{
    private const int Rate = 2_000;
    private const int Window = 1_000;

    private readonly Random _random = new(Environment.ProcessId);

    [Fact]
    public Task TwoKills_LoseNothing() => RunAsync(TestMode.Pick(40_000, 10_000), kills: 2, outageSeconds: 0);

    [Fact]
    public Task OutageOfTheDestination_LosesNothing() =>
        RunAsync(TestMode.Pick(90_000, 22_500), kills: 0, outageSeconds: TestMode.Pick(30, 7));

    [Fact]
    public Task OutageAndKill_LoseNothing() =>
        RunAsync(TestMode.Pick(50_000, 12_500), kills: 1, outageSeconds: TestMode.Pick(15, 4));

    private async Task RunAsync(int messages, int kills, int outageSeconds)
    {
        await using var flow = await Flow.StartAsync(new FlowOptions(messages)
        {
            HasOwnPostgres = outageSeconds > 0,
            SourceWindow = Window,
            CountsDuplicates = true,
        });
        await flow.StartGatewayAsync();
        await using var plant = await FlowExpectations.StartPlantAsync(flow, messages, Rate);
        await flow.Tree.WaitUntilAsync(messages / 20, Deadline.Default);

        if (outageSeconds > 0)
        {
            await flow.Postgres.StopAsync();
            await flow.Destination.StopAsync();
        }

        var outage = Task.Delay(TimeSpan.FromSeconds(outageSeconds), TimeProvider.System);
        for (var kill = 0; kill < kills; kill++)
        {
            await RandomMoments.PassAsync(_random, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(1_500));
            await flow.Gateway.KillAsync();
            await flow.RestartGatewayAsync();
        }

        await outage;
        if (outageSeconds > 0)
        {
            await flow.Destination.RestartAsync();
            await flow.Postgres.StartAgainAsync();
        }

        await plant.WaitForExitAsync(TimeSpan.FromMinutes(3));
        var stored = await FlowExpectations.NothingLostAsync(flow, messages, TimeSpan.FromMinutes(2));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{messages} messages, {kills} kills, {outageSeconds} s of outage: 0 lost, "
            + $"{stored.Repeats} stored again, {flow.InFlight.Duplicates} with DUP of {flow.InFlight.Owed} owed; "
            + $"{flow.Tree.Repeats} repeats in the second tree (seed {Environment.ProcessId})"));
        Assert.InRange(flow.InFlight.Duplicates, 0, flow.InFlight.Owed);
        Assert.InRange(stored.Repeats, 0, flow.InFlight.Duplicates);
    }
}
