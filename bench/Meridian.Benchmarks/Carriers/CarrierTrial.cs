using System.Globalization;
using Meridian.Benchmarks.Instruments;

namespace Meridian.Benchmarks.Carriers;

/// <summary>One carrier at one rate: generate, carry, count.</summary>
internal static class CarrierTrial
{
    /// <summary>An empty backlog means that the last message arrives this soon after the last was sent.</summary>
    public static readonly TimeSpan EmptyWithin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs the trial. A second of load before it is not measured: compilers and caches warm.</summary>
    public static async Task<CarrierFigures> RunAsync(
        ICarrier carrier, int rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        await CarryAsync(carrier, rate, rate, cancellationToken);
        var before = carrier.Figures;
        var figures = await CarryAsync(carrier, rate, (int)(rate * duration.TotalSeconds), cancellationToken);
        var after = carrier.Figures;
        return figures with
        {
            CpuSecondsPerMillion =
                (after.CpuSeconds - before.CpuSeconds) * 1e6 / Math.Max(1, figures.Arrivals.Distinct),
            PeakMemoryBytes = after.PeakMemoryBytes,
        };
    }

    private static async Task<CarrierFigures> CarryAsync(
        ICarrier carrier, int rate, int count, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var counter = new MessageCounter(carrier.DestinationPort, "out/#", count);

        // Threads of their own: both instruments block.
        var counting = Task.Factory.StartNew(
            () => counter.Run(tell: null, patience.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var generator = new LoadGenerator(new LoadSettings(carrier.SourcePort, rate, count));
        var started = TimeProvider.System.GetTimestamp();
        var load = await Task.Factory.StartNew(
            () => generator.Run(patience.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        patience.CancelAfter(Patience);
        var arrivals = await counting;
        var behind = TimeProvider.System.GetElapsedTime(started, counter.LastArrival) - load.Took;
        return new CarrierFigures(carrier.Name, rate, load, arrivals, behind);
    }
}

/// <summary>What a trial gave.</summary>
/// <param name="Carrier">Who carried.</param>
/// <param name="Rate">The rate that was asked of the generator.</param>
/// <param name="Load">What was sent.</param>
/// <param name="Arrivals">What arrived.</param>
/// <param name="Behind">From the last message sent to the last arrived: the backlog, as time.</param>
internal sealed record CarrierFigures(string Carrier, int Rate, LoadResult Load, Arrivals Arrivals, TimeSpan Behind)
{
    public double CpuSecondsPerMillion { get; init; }

    public long PeakMemoryBytes { get; init; }

    /// <summary>Whether everything arrived, at the rate, with no backlog at the end.</summary>
    public bool IsSustained => Arrivals.Missing == 0
        && Behind < CarrierTrial.EmptyWithin
        && Load.Took.TotalSeconds < 1.02 * Load.Sent / Rate;

    public static string Header =>
        "carrier    asked/s  carried/s  sustained   lost  repeated  behind s  CPU s/million  cores  peak MB"
        + "   p50 ms   p99 ms";

    public override string ToString()
    {
        var carried = Arrivals.Distinct / Math.Max(0.001, (Load.Took + Behind).TotalSeconds);
        var cores = CpuSecondsPerMillion * carried / 1e6;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Carrier,-9} {Rate,8} {carried,10:F0} {(IsSustained ? "yes" : "no"),10} {Arrivals.Missing,6} "
            + $"{Arrivals.Repeated,9} {Behind.TotalSeconds,9:F2} {CpuSecondsPerMillion,14:F1} {cores,6:F2} "
            + $"{PeakMemoryBytes / 1e6,8:F0} {Arrivals.MedianMilliseconds,8:F1} {Arrivals.P99Milliseconds,8:F1}");
    }
}
