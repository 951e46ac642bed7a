using System.Diagnostics;
using System.Globalization;
using Meridian.Configuration;

namespace Meridian.Benchmarks.Engine;

/// <summary>
/// Readings from a source through the journal to a North that keeps nothing, in a process of its own, so that its
/// processor time and memory are the engine's, the source's and the runtime's.
/// </summary>
internal static class FlowTrial
{
    public const string Header =
        "readings                        /s  CPU s/million  of it GC pause  resident MB  peak MB   p50 ms   p99 ms";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    private static TimeProvider Time => TimeProvider.System;

    /// <summary>Measures in this process.</summary>
    /// <param name="souths">How many sources share the items.</param>
    /// <param name="perSecond">How many readings a second of all; 0 for as many as go through.</param>
    /// <param name="seconds">How long.</param>
    public static async Task<string> RunHereAsync(int souths, int perSecond, int seconds)
    {
        const int Items = 10_000;
        var north = new MeasuringNorth();
        await using var run = new EngineRun();
        await run.StartAsync(new MeridianConfig
        {
            Souths =
            [
                .. Enumerable.Range(1, souths).Select(number => new PacedSouth(
                    string.Create(CultureInfo.InvariantCulture, $"plant-{number}"),
                    Items / souths,
                    perSecond / souths).Config),
            ],
            Norths = [north.Config],
        });
        await Task.Delay(WarmUp, Time);
        using var self = Process.GetCurrentProcess();
        north.Clear();
        var (started, cpu, pause) = (Time.GetTimestamp(), self.TotalProcessorTime, GC.GetTotalPauseDuration());
        await Task.Delay(TimeSpan.FromSeconds(seconds), Time);
        self.Refresh();
        var (count, elapsed) = (north.Count, Time.GetElapsedTime(started));
        cpu = self.TotalProcessorTime - cpu;
        pause = GC.GetTotalPauseDuration() - pause;
        if (!run.Engine.GetStatus().Account.IsBalanced)
        {
            throw new InvalidOperationException("The account does not balance.");
        }

        var millions = count / 1e6;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{count / elapsed.TotalSeconds,10:F0} {cpu.TotalSeconds / millions,14:F2} "
            + $"{pause.TotalSeconds / millions,15:F2} {self.WorkingSet64 / 1e6,12:F0} "
            + $"{self.PeakWorkingSet64 / 1e6,8:F0} {north.Percentile(0.5),8:F1} {north.Percentile(0.99),8:F1}");
    }
}
