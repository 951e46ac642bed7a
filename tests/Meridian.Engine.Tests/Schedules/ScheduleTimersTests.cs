using Meridian.Configuration.Schedules;
using Meridian.Engine.Schedules;
using Meridian.Engine.Tests.Peers;

namespace Meridian.Engine.Tests.Schedules;

public sealed class ScheduleTimersTests
{
    private readonly ManualClock _clock = new();
    private readonly ScheduleTimers _timers;

    public ScheduleTimersTests() => _timers = new ScheduleTimers(_clock);

    [Fact]
    public void Period_ManyFollowers_HasOneTimerAndEachHearsEachTick()
    {
        var schedule = new PeriodSchedule(TimeSpan.FromMilliseconds(10));
        var heard = new int[3];
        var following = heard
            .Select((_, i) => _timers.Follow(new PeriodSchedule(schedule.Period), () => heard[i]++))
            .ToArray();
        Assert.Equal(1, _clock.TimerCount);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([100, 100, 100], heard);

        following[0].Dispose();
        following[0].Dispose();
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([100, 200, 200], heard);

        following[1].Dispose();
        following[2].Dispose();
        Assert.Equal(0, _clock.TimerCount);
    }

    [Fact]
    public void Cron_OverAYear_TicksWhenItIsDueAndNeverElse()
    {
        var ticks = new List<DateTimeOffset>();
        var cron = CronSchedule.Parse("x", "0 0 6 ? * MON", TimeZoneInfo.Utc);
        using var following = _timers.Follow(cron, () => ticks.Add(_clock.GetUtcNow()));

        _clock.Advance(TimeSpan.FromDays(364));

        Assert.Equal(52, ticks.Count);
        Assert.All(
            ticks, static tick => Assert.Equal((DayOfWeek.Monday, 6, 0), (tick.DayOfWeek, tick.Hour, tick.Minute)));
    }

    [Theory]
    [InlineData(+90, 1)]
    [InlineData(-90, 0)]
    public void Cron_TheClockIsSet_AnHourJumpedOverComesOnceAndNoneComesAtAWrongHour(int minutes, int atOnce)
    {
        var ticks = new List<DateTimeOffset>();
        var cron = CronSchedule.Parse("x", "0 0 * * * ?", TimeZoneInfo.Utc);
        using var following = _timers.Follow(cron, () => ticks.Add(_clock.GetUtcNow()));
        _clock.Advance(TimeSpan.FromMinutes(150));
        Assert.Equal(2, ticks.Count);

        _clock.SetWall(TimeSpan.FromMinutes(minutes));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2 + atOnce, ticks.Count);

        ticks.Clear();
        _clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(3, ticks.Count);
        Assert.All(ticks, static tick => Assert.Equal(0, tick.Minute));
    }

    [Fact]
    public void Subscription_NeverTicks()
    {
        using var following = _timers.Follow(SubscriptionSchedule.Instance, static () => Assert.Fail("It ticked."));

        _clock.Advance(TimeSpan.FromDays(1));
    }
}
