using System.Globalization;
using Meridian.EndToEnd.Tests.Flows;
using Meridian.Fixtures;
using Xunit.Abstractions;

namespace Meridian.EndToEnd.Tests.Faults;

/// <summary>PostgreSQL goes away under load and comes back.</summary>
public sealed class PostgresOutageTests(ITestOutputHelper output)
{
    private const int Rate = 2_000;

    // What a loop that tries again without pause would use is a whole core and more.
    private const double MostCores = 0.7;

    // Windows, buffers and the runtime together; what grew with what waits would pass it in the long run.
    private const long MostMemoryBytes = 512L << 20;

    private static readonly int OutageSeconds = TestMode.Pick(20, 5);
    private static readonly int Messages = Rate * ((3 * OutageSeconds) + 4);

    [Fact]
    public async Task Gateway_PostgresStoppedAndStarted_LosesNothingNorSpinsNorGrows()
    {
        await using var flow = await Flow.StartAsync(new FlowOptions(Messages) { HasOwnPostgres = true });
        await flow.StartGatewayAsync();
        await using var plant = await FlowExpectations.StartPlantAsync(flow, Messages, Rate);
        await flow.Tree.WaitUntilAsync(Rate, Deadline.Default);

        // A process that has just begun compiles its code, which is no part of an outage.
        var calm = await CoresAsync(flow);
        await flow.Postgres.StopAsync();
        var cores = await CoresAsync(flow);
        await flow.Postgres.StartAgainAsync();

        await plant.WaitForExitAsync(TimeSpan.FromMinutes(3));
        await flow.Tree.WaitUntilAsync(Messages, TimeSpan.FromMinutes(2));
        var peak = flow.Gateway.Process.Figures.PeakMemoryBytes;
        var stored = await FlowExpectations.NothingLostAsync(flow, Messages, TimeSpan.FromMinutes(1));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"outage of {OutageSeconds} s at {Rate}/s: {cores:F2} cores, {calm:F2} before, peak {peak / 1e6:F0} MB"));
        Assert.Equal(0, stored.Repeats);
        Assert.InRange(cores, 0, MostCores);
        Assert.InRange(peak, 0, MostMemoryBytes);
    }

    /// <summary>
    /// What the gateway uses while it carries so much as comes in the time of an outage. The MQTT North goes on in one,
    /// so what it has tells the time.
    /// </summary>
    private static async Task<double> CoresAsync(Flow flow)
    {
        var started = TimeProvider.System.GetTimestamp();
        var before = flow.Gateway.Process.Figures;
        await flow.Tree.WaitUntilAsync(flow.Tree.Distinct + (Rate * OutageSeconds), TimeSpan.FromMinutes(2));
        var used = flow.Gateway.Process.Figures.CpuSeconds - before.CpuSeconds;
        return used / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }
}
