using System.Runtime;

namespace Meridian.Benchmarks.Clients.Contestants;

/// <summary>
/// Measures this process from the end of the warm-up on, on a thread of its own, so that a client that fills the thread
/// pool does not delay it.
/// </summary>
internal static class MeasuredSpan
{
    // Code that is used all the time is compiled within moments; a Keep Alive's turn comes every 11 s.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SettledIdle = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan LongestWarmUp = ClientTrial.LongestSettling;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Waits for the warm-up and until the runtime has no code left to compile, then measures.
    /// </summary>
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
        Settle(never, settings.Work.Kind == ClientWorkKind.Idle ? SettledIdle : Settled);

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

    /// <summary>Before the runtime has optimised it, the same code is another program.</summary>
    private static void Settle(ManualResetEventSlim never, TimeSpan quiet)
    {
        var started = TimeProvider.System.GetTimestamp();
        var (compiled, since) = (JitInfo.GetCompiledMethodCount(), started);
        while (TimeProvider.System.GetElapsedTime(since) < quiet
            && TimeProvider.System.GetElapsedTime(started) < LongestWarmUp)
        {
            never.Wait(LookEvery);
            if (JitInfo.GetCompiledMethodCount() is var now && now != compiled)
            {
                (compiled, since) = (now, TimeProvider.System.GetTimestamp());
            }
        }
    }
}
