using Meridian.Sdk.Faults;

namespace Meridian.Engine.Supervision;

/// <summary>
/// Watches the deliveries of one North: one that is under way and has no outcome for too long stalls it, and after as
/// long again its connection is given up. Time in which nothing is under way does not count, for nothing is expected
/// then. Outlives connections.
/// </summary>
/// <param name="context">The North's reports.</param>
/// <param name="after">How long one delivery may take.</param>
internal sealed class StallWatch(ConnectorContext context, TimeSpan after)
{
    /// <summary>How often a stall is looked at: its end is shown late by this at most.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly SilenceWatch _watch =
        new((long)(after.TotalSeconds * context.Time.TimestampFrequency), patience: 1);
    private TaskCompletionSource _wake = NewWake();
    private string? _words;
    private int _underWay;
    private long _begunAt;
    private long _stalls;
    private long _reconnected;

    /// <summary>How often a delivery stalled.</summary>
    public long Stalls => Interlocked.Read(ref _stalls);

    /// <summary>How often the North was connected anew for that.</summary>
    public long Reconnected => Interlocked.Read(ref _reconnected);

    /// <summary>A delivery begins.</summary>
    /// <returns>To be disposed when nobody waits for its outcome any more, whether or not one came.</returns>
    public Delivery Begin()
    {
        if (Interlocked.Increment(ref _underWay) == 1)
        {
            Volatile.Write(ref _begunAt, context.Time.GetTimestamp());
        }

        return new Delivery(this);
    }

    /// <summary>A delivery has an outcome, whichever.</summary>
    public void TakeOutcome()
    {
        Stir();
        if (_watch.IsSilent)
        {
            Volatile.Read(ref _wake).TrySetResult();
        }
    }

    /// <summary>What a delivery needs is being read: a long file takes its time.</summary>
    public void Stir() => _watch.Hear(context.Time.GetTimestamp());

    /// <summary>Runs while the North is served; throws when its connection is to be given up.</summary>
    /// <exception cref="ConnectorException">A delivery has stalled for too long.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Volatile.Write(ref _wake, NewWake());
            Look();
            await Volatile.Read(ref _wake).Task.WaitAsync(Delay(), context.Time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Look()
    {
        var now = context.Time.GetTimestamp();
        var expectedSince = Volatile.Read(ref _underWay) > 0 && context.SoundSince is { } sound
            ? Math.Max(sound, Volatile.Read(ref _begunAt))
            : now;
        var step = _watch.Look(now, expectedSince, mayReconnect: true);
        switch (step)
        {
            case SilenceStep.Degrade:
                _ = Interlocked.Increment(ref _stalls);
                _words = $"A delivery has had no outcome for {SilenceTime.Of(after)}.";
                break;
            case SilenceStep.Recover:
                _words = null;
                break;
            default:
                break;
        }

        context.ReportDegraded(_words);
        if (step == SilenceStep.Reconnect)
        {
            _ = Interlocked.Increment(ref _reconnected);
            throw new ConnectorException(
                Fault.Unreachable,
                $"A delivery has had no outcome for {SilenceTime.Of(after)}, and none for as long again. "
                + "The North is connected anew, and the same data are tried again.");
        }
    }

    private TimeSpan Delay()
    {
        var now = context.Time.GetTimestamp();
        return _watch.IsSilent || _watch.Due <= now ? LookEvery : context.Time.GetElapsedTime(now, _watch.Due);
    }

    private void End() => Interlocked.Decrement(ref _underWay);

    /// <summary>A delivery that is under way.</summary>
    public readonly struct Delivery(StallWatch watch) : IDisposable
    {
        /// <summary>It is over.</summary>
        public void Dispose() => watch.End();
    }
}
