using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Sqlite.South;

/// <summary>
/// Lets SQLite block a thread of its own. What takes too long or is cancelled is interrupted; where even that does not
/// end it, its disk or share hangs, and the thread is left. It is left only within SQLite, and what it comes back to
/// ends at once, so that nothing of ours is used by two. One run at a time.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="interrupt">Interrupts what runs; it does not wait.</param>
/// <param name="hangs">What is said of a run that is left.</param>
internal sealed class BlockingCalls(TimeProvider time, Action interrupt, Func<ConnectorException> hangs) : IDisposable
{
    /// <summary>
    /// How long an interrupted call may take to come back. The driver's wait for a lock, which nothing interrupts, is
    /// half of it.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private const long None = -1;

    // What is less a timer takes for none.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private bool _isInside;
    private bool _isLeft;
    private bool _isClosing;
    private TimeSpan _limit = Timeout.InfiniteTimeSpan;
    private long _limitedAt;
    private long _begunAt;
    private long _callNumber;
    private long _interruptedNumber = None;

    /// <summary>When the call began that is under way, or was last.</summary>
    public DateTimeOffset Since
    {
        get
        {
            lock (_lock)
            {
                return time.GetUtcNow() - time.GetElapsedTime(_begunAt);
            }
        }
    }

    /// <summary>The run that was left; null when none was. It ends when it has come back.</summary>
    public Task? Left { get; private set; }

    /// <summary>Runs what calls SQLite, on a thread of its own.</summary>
    /// <param name="limit">How long it may take before it is interrupted, unless <see cref="Limit"/> sets anew.</param>
    /// <param name="run">Runs; each call into SQLite goes by <see cref="Call"/>.</param>
    /// <exception cref="ConnectorException">It hangs, and was left.</exception>
    public async Task<T> RunAsync<T>(TimeSpan limit, Func<Task<T>> run)
    {
        Limit(limit);

        // A thread that may block for long must not be one of the pool, which others wait for.
        var running = Task.Factory.StartNew(
            run,
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default).Unwrap();
        await Task.WhenAny(running, _leaving.Task).ConfigureAwait(false);

        // A run that was left may come back before this goes on; what it ends with then is nobody's answer.
        if (_leaving.Task.IsCompleted)
        {
            Left = running;
            throw hangs();
        }

        Limit(Timeout.InfiniteTimeSpan);
        return await running.ConfigureAwait(false);
    }

    /// <summary>From now on it may take so long.</summary>
    public void Limit(TimeSpan limit)
    {
        lock (_lock)
        {
            if (!_isLeft)
            {
                _interruptedNumber = None;
                _timer ??= time.CreateTimer(_ => OnTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                SetTimer(limit);
            }
        }
    }

    /// <summary>One call into SQLite, within a run.</summary>
    /// <exception cref="OperationCanceledException">The run was left; nobody waits for it.</exception>
    public TResult Call<TArgument, TResult>(TArgument argument, Func<TArgument, TResult> call)
    {
        lock (_lock)
        {
            ThrowIfLeft();
            _begunAt = time.GetTimestamp();
            _callNumber++;
            _isInside = true;
        }

        TResult result;
        try
        {
            result = call(argument);
        }
        finally
        {
            lock (_lock)
            {
                _isInside = false;
            }
        }

        // From outside nothing is left, so what it says here holds until the next call.
        ThrowIfLeft();
        return result;
    }

    /// <summary>Interrupts what runs, from whatever thread, and lets what is not ended by that be left soon.</summary>
    public void Interrupt()
    {
        lock (_lock)
        {
            if (!_isLeft && !_isClosing)
            {
                InterruptCall();
            }
        }
    }

    /// <summary>Nothing is interrupted any more: a connection that is being closed must not be.</summary>
    public void BeginClosing()
    {
        lock (_lock)
        {
            _isClosing = true;
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void ThrowIfLeft()
    {
        if (_isLeft)
        {
            throw new OperationCanceledException("Nobody waits for this call any more.");
        }
    }

    private void OnTime()
    {
        lock (_lock)
        {
            if (_isLeft || _limit == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            // A tick that was on its way when the time was set anew is none of the new time.
            var left = _limit - time.GetElapsedTime(_limitedAt);
            if (left > TimeSpan.Zero)
            {
                _timer?.Change(left < Shortest ? Shortest : left, Timeout.InfiniteTimeSpan);
                return;
            }

            if (_isInside && _callNumber == _interruptedNumber)
            {
                _isLeft = true;
                _timer?.Dispose();
                _leaving.TrySetResult();
                return;
            }

            InterruptCall();
        }
    }

    /// <summary>Interrupts, and gives it <see cref="Grace"/> to come back.</summary>
    private void InterruptCall()
    {
        SetTimer(Grace);
        _interruptedNumber = _isInside ? _callNumber : None;
        if (!_isClosing)
        {
            interrupt();
        }
    }

    private void SetTimer(TimeSpan limit)
    {
        (_limit, _limitedAt) = (limit, time.GetTimestamp());
        _timer?.Change(limit, Timeout.InfiniteTimeSpan);
    }
}
