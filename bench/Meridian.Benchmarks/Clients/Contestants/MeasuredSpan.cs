using System.Runtime;

namespace Meridian.Benchmarks.Clients.Contestants;

/// <summary>
/// Measures this process from the end of the warm-up on, on a thread of its own, so that a client that fills the thread
/// pool does not delay it.
/// </summary>
internal static class MeasuredSpan
{
    /// <summary>Waits for the warm-up, then measures.</summary>
    /// <param name="settings">How long.</param>
    /// <param name="count">Reads how many messages there were so far.</param>
    public static Task<TrialFigures> TakeAsync(TrialSettings settings, Func<long> count) => Task.Factory.StartNew(
        () => Take(settings, count),
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static TrialFigures Take(TrialSettings settings, Func<long> count)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(settings.WarmUp);

        // The precise count of allocations stops all threads, so it stays outside of the measured time.
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var compiled = JitInfo.GetCompiledMethodCount();
        var processor = Environment.CpuUsage.TotalTime;
        var first = count();
        var started = TimeProvider.System.GetTimestamp();

        never.Wait(settings.Duration);

        var last = count();
        var took = TimeProvider.System.GetElapsedTime(started);
        processor = Environment.CpuUsage.TotalTime - processor;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new TrialFigures(last - first, took.TotalSeconds, processor.TotalMicroseconds)
        {
            AllocatedBytes = allocated,
            CompiledMethods = JitInfo.GetCompiledMethodCount() - compiled,
        };
    }
}
