using System.Globalization;
using Meridian.Fixtures;
using Xunit.Abstractions;

namespace Meridian.Engine.Tests.Faults;

/// <summary>
/// Souths of every kind and Norths of every kind that fail, hang, come late and refuse, changes of the configuration,
/// restarts and kills, in any order: the account balances after every step, and at the end everything is delivered or
/// accounted for. The variable MERIDIAN_FAULT_SEED runs one seed, "7", or some, "100-200".
/// </summary>
public sealed class AnyFaultsModel(ITestOutputHelper output)
{
    private static readonly int Seeds = TestMode.Pick(2_000, 100);

    [Fact]
    public async Task Gateway_AmongPeersThatDoAnything_LosesNothingAndInventsNothing()
    {
        var started = TimeProvider.System.GetTimestamp();
        var (first, last) = Range();
        var counts = FaultCounts.None;
        for (var seed = first; seed <= last; seed++)
        {
            counts = counts.Plus(await RunAsync(seed));
        }

        output.WriteLine($"Seeds {first} to {last} in {TimeProvider.System.GetElapsedTime(started)}: {counts}.");

        // A model that does not reach what it is for proves nothing.
        Assert.True(last - first < 50 || counts is { Again: > 0, Repeated: > 0, Quarantined: > 0, Filtered: > 0 });
    }

    private static (int First, int Last) Range()
    {
        if (Environment.GetEnvironmentVariable("MERIDIAN_FAULT_SEED") is not { Length: > 0 } asked)
        {
            return (0, Seeds - 1);
        }

        var ends = asked.Split('-').Select(static end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return (ends[0], ends[^1]);
    }

    private async Task<FaultCounts> RunAsync(int seed)
    {
        await using var plant = new FaultPlant(seed);
        try
        {
            await plant.StartAsync();
            var steps = new Random(seed).Next(5, 25);
            for (var step = 0; step < steps; step++)
            {
                await plant.StepAsync();
            }

            return FaultVerdict.Check(plant, await plant.SettleAsync());
        }
        catch
        {
            output.WriteLine($"The seed was {seed}. {string.Join(", ", plant.Steps)}");
            throw;
        }
    }
}
