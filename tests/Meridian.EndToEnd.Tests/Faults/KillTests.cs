using System.Globalization;
using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;
using Xunit.Abstractions;

namespace Meridian.EndToEnd.Tests.Faults;

/// <summary>The gateway is killed (SIGKILL) under load and started again at once.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rate = 2_000;
    private const int Window = 1_000;

    private static readonly int Kills = TestMode.Pick(10, 3);
    private static readonly int Messages = TestMode.Pick(80_000, 20_000);

    [Fact]
    public async Task Gateway_KilledAtRandomMoments_LosesNothingAndStoresEachPositionOnce()
    {
        var seed = Environment.ProcessId;
        var random = new Random(seed);
        await using var flow = await Flow.StartAsync(
            new FlowOptions(Messages) { SourceWindow = Window, CountsDuplicates = true });
        await flow.StartGatewayAsync();
        await using var plant = await FlowExpectations.StartPlantAsync(flow, Messages, Rate);

        for (var kill = 0; kill < Kills; kill++)
        {
            await RandomMoments.PassAsync(random, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(2_500));
            await flow.Gateway.KillAsync();
            await flow.RestartGatewayAsync();
        }

        await plant.WaitForExitAsync(TimeSpan.FromMinutes(3));
        var stored = await FlowExpectations.NothingLostAsync(flow, Messages, TimeSpan.FromMinutes(2));

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed}: {Kills} kills, {stored.Repeats} of {Messages} stored again, "
            + $"{flow.InFlight.Duplicates} with DUP of {flow.InFlight.Owed} owed; "
            + $"{flow.Tree.Repeats} repeats in the second tree"));

        // A repeat is a message that the broker sent again after its first copy was on disk; there is no other.
        Assert.InRange(flow.InFlight.Duplicates, 0, flow.InFlight.Owed);
        Assert.InRange(stored.Repeats, 0, flow.InFlight.Duplicates);
    }
}
