namespace Meridian.Testing.Tests;

public sealed class ManualTimeProviderTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Advance_OverSeveralTimers_FiresEachAtItsOwnTimeInOrder()
    {
        var clock = new ManualTimeProvider();
        var start = clock.GetUtcNow();
        var fired = new List<(string, TimeSpan)>();
        using var late = Timer("late", 3, Timeout.InfiniteTimeSpan);
        using var periodic = Timer("periodic", 2, 2 * Second);

        clock.Advance(5 * Second);

        Assert.Equal([("periodic", 2 * Second), ("late", 3 * Second), ("periodic", 4 * Second)], fired);
        Assert.Equal(start + (5 * Second), clock.GetUtcNow());
        Assert.Equal(1, clock.TimerCount);

        ITimer Timer(string name, int due, TimeSpan period) => clock.CreateTimer(
            _ => fired.Add((name, clock.GetUtcNow() - start)), null, due * Second, period);
    }

    [Fact]
    public async Task Delay_OnTheClock_EndsWhenItHasMovedFarEnough()
    {
        var clock = new ManualTimeProvider();
        var delay = Task.Delay(2 * Second, clock);

        clock.Advance(Second);
        Assert.False(delay.IsCompleted);
        clock.Advance(Second);

        await delay;
        Assert.Equal(0, clock.TimerCount);
    }

    [Fact]
    public void SetWall_WhileATimerWaits_MovesTheTimeAndNotTheTimer()
    {
        var clock = new ManualTimeProvider();
        var start = clock.GetUtcNow();
        var stamp = clock.GetTimestamp();
        var count = 0;
        using var timer = clock.CreateTimer(_ => count++, null, Second, Timeout.InfiniteTimeSpan);

        clock.SetWall(TimeSpan.FromHours(1));

        Assert.Equal(start + TimeSpan.FromHours(1), clock.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, clock.GetElapsedTime(stamp));
        Assert.Equal(0, count);
        clock.Advance(Second);
        Assert.Equal(1, count);
    }

    [Fact]
    public void Change_OfADisposedTimer_IsRefused()
    {
        var clock = new ManualTimeProvider();
        var timer = clock.CreateTimer(static _ => { }, null, Second, Second);

        timer.Dispose();

        Assert.False(timer.Change(Second, Second));
        Assert.Equal(0, clock.TimerCount);
    }

    [Fact]
    public void Advance_Backwards_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ManualTimeProvider().Advance(-Second));
}
