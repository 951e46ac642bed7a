using Meridian.Configuration.Schedules;

namespace Meridian.Engine.Schedules;

/// <summary>
/// One timer per schedule for the whole gateway, however many items follow it; there is none for a schedule that nobody
/// follows. Any thread.
/// </summary>
internal sealed class ScheduleTimers(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Schedule, Timer> _timers = [];

    /// <summary>Follows a schedule.</summary>
    /// <param name="schedule">The schedule; that of subscriptions never ticks.</param>
    /// <param name="tick">Called when it is due, on a thread of the pool; must return at once and not throw.</param>
    /// <returns>Ends it; a tick that is under way may still come.</returns>
    public IDisposable Follow(Schedule schedule, Action tick)
    {
        lock (_lock)
        {
            if (!_timers.TryGetValue(schedule, out var timer))
            {
                timer = new Timer(schedule, time);
                _timers.Add(schedule, timer);
            }

            timer.Followers = [.. timer.Followers, tick];
            if (timer.Followers.Length == 1)
            {
                timer.Start();
            }

            return new Following(this, timer, tick);
        }
    }

    private void Leave(Timer timer, Action tick)
    {
        lock (_lock)
        {
            timer.Followers = [.. timer.Followers.Where(follower => follower != tick)];
            if (timer.Followers.Length == 0)
            {
                timer.Dispose();
                _ = _timers.Remove(timer.Schedule);
            }
        }
    }

    private sealed class Following(ScheduleTimers timers, Timer timer, Action tick) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                timers.Leave(timer, tick);
            }
        }
    }

    /// <summary>The timer of one schedule. Its followers are swapped as a whole.</summary>
    private sealed class Timer(Schedule schedule, TimeProvider time) : IDisposable
    {
        /// <summary>A wall clock may be set while a timer waits: it looks again this often.</summary>
        private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

        private ITimer? _timer;
        private DateTimeOffset? _due;

        public Schedule Schedule => schedule;

        public Action[] Followers { get; set; } = [];

        public void Start()
        {
            switch (schedule)
            {
                case PeriodSchedule { Period: var period }:
                    _timer = time.CreateTimer(static self => ((Timer)self!).Tick(), this, period, period);
                    break;
                case CronSchedule cron:
                    _due = cron.NextAfter(time.GetUtcNow());
                    _timer = time.CreateTimer(
                        static self => ((Timer)self!).Look(),
                        this,
                        Timeout.InfiniteTimeSpan,
                        Timeout.InfiniteTimeSpan);
                    Wait(time.GetUtcNow());
                    break;
                default:
                    break;
            }
        }

        public void Dispose() => _timer?.Dispose();

        private void Tick()
        {
            foreach (var follower in Followers)
            {
                follower();
            }
        }

        /// <summary>Hours that a clock jumped over come once; hours that it gives again come again.</summary>
        private void Look()
        {
            var now = time.GetUtcNow();
            var next = ((CronSchedule)schedule).NextAfter(now);
            var isDue = _due is { } due && now >= due;
            _due = next;
            if (isDue)
            {
                Tick();
            }

            Wait(now);
        }

        private void Wait(DateTimeOffset now)
        {
            if (_due is { } due)
            {
                var left = due - now;
                _ = _timer!.Change(left < LookAgain ? left : LookAgain, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
