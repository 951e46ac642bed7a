using Meridian.Configuration;
using Meridian.Journal;

namespace Meridian.Engine.Norths;

/// <summary>
/// When a North may send: at its schedule's ticks, not too soon after the last send, and after lingering for more. The
/// pump waits here; ticks and the gateway's stop come from elsewhere.
/// </summary>
/// <param name="batch">What the configuration says.</param>
/// <param name="end">Where the journal ends.</param>
/// <param name="time">The clock.</param>
internal sealed class SendPace(BatchConfig batch, Func<JournalPosition> end, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _hurried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _ticked = NewTicked();
    private long _due;
    private long? _sent;

    /// <summary>Whether it sends when its schedule ticks and not otherwise.</summary>
    public bool IsScheduled => batch.Schedule is not null;

    /// <summary>Whether the gateway stops.</summary>
    public bool IsHurried => _hurried.Task.IsCompleted;

    /// <summary>Whether to wait for more when something is there.</summary>
    public bool Lingers => !IsScheduled && batch.Linger > TimeSpan.Zero && !IsHurried;

    /// <summary>Up to where data want to go now: to the journal's end, or to where it was at the last tick.</summary>
    public JournalPosition Wanted
    {
        get
        {
            lock (_lock)
            {
                return IsScheduled ? new JournalPosition(_due) : end();
            }
        }
    }

    /// <summary>The gateway stops: what is there is delivered without lingering for more.</summary>
    public void Hurry() => _hurried.TrySetResult();

    /// <summary>The schedule ticked: everything that waits now shall go.</summary>
    public void Tick()
    {
        TaskCompletionSource ticked;
        lock (_lock)
        {
            _due = Math.Max(_due, end().Value);
            (ticked, _ticked) = (_ticked, NewTicked());
        }

        ticked.TrySetResult();
    }

    /// <summary>
    /// Waits until what stands at a position shall go: at once without a schedule, or where a tick has asked for more
    /// than that. What a lost connection kept from going goes after the next connect, without another tick.
    /// </summary>
    public async ValueTask WaitUntilDueAsync(JournalPosition position, CancellationToken cancellationToken)
    {
        while (IsScheduled)
        {
            Task ticked;
            lock (_lock)
            {
                if (position.Value < _due)
                {
                    return;
                }

                ticked = _ticked.Task;
            }

            await ticked.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for more, as long as the configuration says or until the gateway stops.</summary>
    public async Task LingerAsync(CancellationToken cancellationToken)
    {
        using var lingering = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _ = await Task.WhenAny(Task.Delay(batch.Linger, time, lingering.Token), _hurried.Task).ConfigureAwait(false);
        await lingering.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Waits until the destination was left alone for long enough.</summary>
    public async ValueTask WaitForTurnAsync(CancellationToken cancellationToken)
    {
        if (batch.MinDelay > TimeSpan.Zero
            && _sent is { } sent
            && batch.MinDelay - time.GetElapsedTime(sent) is var left
            && left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A send has ended, however.</summary>
    public void NoteSent() => _sent = time.GetTimestamp();

    private static TaskCompletionSource NewTicked() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
