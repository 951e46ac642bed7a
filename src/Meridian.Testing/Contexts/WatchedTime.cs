namespace Meridian.Testing.Contexts;

/// <summary>
/// The clock that a context lends: it counts the timers that wait, because one that waits after stop belongs to a loop
/// that was left behind.
/// </summary>
internal sealed class WatchedTime(TimeProvider inner, Action step) : TimeProvider
{
    private int _armed;

    /// <summary>How many timers wait.</summary>
    public int ArmedCount => Volatile.Read(ref _armed);

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow()
    {
        step();
        return inner.GetUtcNow();
    }

    public override long GetTimestamp()
    {
        step();
        return inner.GetTimestamp();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        step();
        var timer = new WatchedTimer(this, callback, state);
        timer.Begin(inner);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Armed exactly while it is counted; <see cref="_lock"/> guards both.</summary>
    private sealed class WatchedTimer(WatchedTime time, TimerCallback callback, object? state) : ITimer
    {
        private readonly Lock _lock = new();
        private ITimer? _timer;
        private bool _isArmed;
        private bool _isPeriodic;

        public void Begin(TimeProvider inner) => _timer = inner.CreateTimer(
            static timer => ((WatchedTimer)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            // Before the change: the timer may fire before this returns.
            Arm(dueTime != Timeout.InfiniteTimeSpan, period > TimeSpan.Zero);
            if (_timer!.Change(dueTime, period)) // Begin has set it.
            {
                return true;
            }

            Arm(isArmed: false, isPeriodic: false);
            return false;
        }

        public void Dispose()
        {
            _timer!.Dispose(); // Begin has set it.
            Arm(isArmed: false, isPeriodic: false);
        }

        public async ValueTask DisposeAsync()
        {
            await _timer!.DisposeAsync().ConfigureAwait(false); // Begin has set it.
            Arm(isArmed: false, isPeriodic: false);
        }

        private void Fire()
        {
            if (!_isPeriodic)
            {
                Arm(isArmed: false, isPeriodic: false);
            }

            callback(state);
        }

        private void Arm(bool isArmed, bool isPeriodic)
        {
            lock (_lock)
            {
                _isPeriodic = isPeriodic;
                if (_isArmed != isArmed)
                {
                    _isArmed = isArmed;
                    Interlocked.Add(ref time._armed, isArmed ? 1 : -1);
                }
            }
        }
    }
}
