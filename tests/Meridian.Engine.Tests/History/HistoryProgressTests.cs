using Meridian.Engine.History;
using Meridian.Engine.History.Coverage;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.History;

public sealed class HistoryProgressTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly HistoryWindow Target = new(Begin, Begin.AddHours(10));

    [Fact]
    public void Progress_OfTwoItems_IsTheirMeanWithinTheTarget()
    {
        var half = CoverageLedger.Empty.Cover(new(Begin.AddHours(-5), Begin.AddHours(2)))
            .Cover(new(Begin.AddHours(7), Begin.AddHours(30)));

        Assert.Equal(0.25, HistoryProgress.Of([half, CoverageLedger.Empty], Target).Fraction);
    }

    [Fact]
    public void Progress_AllButOneTick_IsNotComplete()
    {
        var almost = CoverageLedger.Empty.Cover(new(Begin.AddTicks(1), Target.End));

        Assert.False(HistoryProgress.Of(Enumerable.Repeat(almost, 3), Target).IsComplete);
        Assert.True(HistoryProgress.Of([almost.Cover(Target)], Target).IsComplete);
        Assert.True(HistoryProgress.Of([], Target).IsComplete);
        Assert.True(HistoryProgress.Of([almost], new(Begin, Begin)).IsComplete);
    }

    [Fact]
    public void Rate_OfAMeasureBefore_TellsTheTimeThatRemains()
    {
        var earlier = HistoryProgress.Of([Covered(1), Covered(1)], Target);
        var later = HistoryProgress.Of([Covered(2), Covered(4)], Target);

        Assert.Equal(3600, later.RateSince(earlier, TimeSpan.FromSeconds(4)).TotalSeconds, 3);
        Assert.Equal(14.0, later.RemainingSince(earlier, TimeSpan.FromSeconds(4))?.TotalSeconds ?? 0, 3);
        Assert.Null(later.RemainingSince(later, TimeSpan.FromSeconds(4)));
        Assert.Null(earlier.RemainingSince(later, TimeSpan.FromSeconds(4)));
        Assert.Equal(default, later.RateSince(earlier, default));
    }

    private static CoverageLedger Covered(int hours) => CoverageLedger.Empty.Cover(new(Begin, Begin.AddHours(hours)));
}
