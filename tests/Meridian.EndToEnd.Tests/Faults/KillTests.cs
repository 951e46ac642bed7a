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

    [Fact]
    public async Task Gateway_KilledUnderQos2_StoresEveryNumberExactlyOnce()
    {
        var seed = Environment.ProcessId;
        var random = new Random(seed);
        var kills = TestMode.Pick(20, 6);
        var messages = TestMode.Pick(80_000, 20_000);
        await using var flow = await Flow.StartAsync(new FlowOptions(messages) { SourceWindow = Window });
        flow.Configure(norths: [flow.PostgresNorth(), FlowConfiguration.TreeNorth(flow.Destination.Port)]);
        await flow.StartGatewayAsync();
        await using var plant = await NodeClients.StartPublishingAsync(
            new NodePublish(flow.Source.Port, "plant/documents", messages) { Rate = Rate, Topics = 40, Qos = 2 });

        for (var kill = 0; kill < kills; kill++)
        {
            await RandomMoments.PassAsync(random, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(2_500));
            await flow.Gateway.KillAsync();
            await flow.RestartGatewayAsync();
        }

        await plant.WaitForExitAsync(TimeSpan.FromMinutes(3));
        await flow.Tree.WaitUntilAsync(messages, TimeSpan.FromMinutes(2));
        var account = await flow.StopGatewayAsync();
        var stored = await StoredReadings.ReadAsync(flow.Postgres, flow.Database);

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"seed {seed}: {kills} kills, {messages} messages, {stored}"));
        Assert.Equal(new StoredReadings(messages, messages, 0, messages - 1, messages, 0, messages - 1), stored);
        Assert.Equal(messages, account.Received);
        Assert.Equal(messages, account.Delivered);
    }
}
