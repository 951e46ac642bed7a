using Meridian.Engine.Supervision;

namespace Meridian.Engine.Tests.Supervision;

public sealed class SilenceWatchTests
{
    private readonly SilenceWatch _watch = new(interval: 10, patience: 2);

    [Fact]
    public void Silence_FromTheBeginning_DegradesThenReconnectsThenOnceInTenIntervals()
    {
        _watch.Hear(0);

        var steps = Steps(0, 340);

        Assert.Equal(
            [
                (20, SilenceStep.Degrade), (30, SilenceStep.Reconnect), (130, SilenceStep.Reconnect),
                (230, SilenceStep.Reconnect), (330, SilenceStep.Reconnect),
            ],
            steps);
    }

    [Fact]
    public void Silence_HeardInTheSameCountAsItsStep_IsOver()
    {
        _watch.Hear(0);
        _ = Steps(0, 20);
        Assert.True(_watch.IsSilent);

        _watch.Hear(20);

        Assert.Equal(SilenceStep.Recover, _watch.Look(20, 0, mayReconnect: true));
        Assert.False(_watch.IsSilent);
        Assert.Equal([(40, SilenceStep.Degrade)], Steps(21, 49));
    }

    [Fact]
    public void Silence_WhileItCouldNotBeHeard_IsNone()
    {
        _watch.Hear(0);

        Assert.Equal(SilenceStep.None, _watch.Look(1000, 990, mayReconnect: true));
        Assert.Equal(1010, _watch.Due);
    }

    [Fact]
    public void Reconnect_ThatWouldInterrupt_WaitsUntilItMay()
    {
        _watch.Hear(0);
        Assert.Equal(SilenceStep.Degrade, _watch.Look(20, 0, mayReconnect: false));

        Assert.Equal(SilenceStep.None, _watch.Look(500, 0, mayReconnect: false));

        Assert.Equal(SilenceStep.Reconnect, _watch.Look(501, 0, mayReconnect: true));
    }

    [Fact]
    public void HeardInTime_AlwaysAgain_TakesNoStep()
    {
        for (var now = 0L; now < 1000; now += 19)
        {
            _watch.Hear(now);
            Assert.Equal(SilenceStep.None, _watch.Look(now + 19, 0, mayReconnect: true));
        }
    }

    private List<(long At, SilenceStep Step)> Steps(long from, long to)
    {
        var steps = new List<(long At, SilenceStep Step)>();
        for (var now = from; now <= to; now++)
        {
            if (_watch.Look(now, 0, mayReconnect: true) is var step and not SilenceStep.None)
            {
                steps.Add((now, step));
            }
        }

        return steps;
    }
}
