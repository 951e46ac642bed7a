using System.Globalization;
using System.Net.Sockets;
using Meridian.Benchmarks.Instruments;

namespace Meridian.Benchmarks.Carriers;

/// <summary>One carrier at one rate: generate, carry, count.</summary>
internal static class CarrierTrial
{
    /// <summary>An empty backlog means that the last message arrives this soon after the last was sent.</summary>
    public static readonly TimeSpan EmptyWithin = TimeSpan.FromSeconds(2);

    private const int WarmUpSeconds = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs the trial. Three seconds of load before it, not measured, let compiler and caches warm.</summary>
    public static async Task<CarrierFigures> RunAsync(
        ICarrier carrier, int rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var destination = carrier.OpenDestination();
        using var source = carrier.OpenSource();
        var load = new LoadSettings(rate, rate * WarmUpSeconds);
        await CarryAsync(carrier, source, destination, load, cancellationToken);
        var before = carrier.Figures;
        load = load with { Count = (int)(rate * duration.TotalSeconds), First = load.Count };
        var figures = await CarryAsync(carrier, source, destination, load, cancellationToken);
        var after = carrier.Figures;
        return figures with
        {
            CpuSecondsPerMillion =
                (after.CpuSeconds - before.CpuSeconds) * 1e6 / Math.Max(1, figures.Arrivals.Distinct),
            PeakMemoryBytes = after.PeakMemoryBytes,
        };
    }

    private static async Task<CarrierFigures> CarryAsync(
        ICarrier carrier,
        Socket source,
        Socket destination,
        LoadSettings settings,
        CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var counter = new MessageCounter(destination, (int)settings.Count, settings.First);

        // Threads of their own: both instruments block.
        var counting = Task.Factory.StartNew(
            () => counter.Run(tell: null, patience.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var generator = new LoadGenerator(source, settings);
        var started = TimeProvider.System.GetTimestamp();
        var load = await Task.Factory.StartNew(
            () => generator.Run(patience.Token),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        patience.CancelAfter(Patience);
        var arrivals = await counting;
        var behind = TimeProvider.System.GetElapsedTime(started, counter.LastArrival) - load.Took;
        return new CarrierFigures(carrier.Name, settings.Rate, load, arrivals, behind);
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
