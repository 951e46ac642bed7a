using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.History.Coverage;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.History.Coverage;

/// <summary>A ledger beside a set of ticks.</summary>
public sealed class CoverageLedgerLaws
{
    private const int Ticks = 48;

    private static readonly Gen<TickRange> Ranges =
        from start in Gen.Choose(0, Ticks - 1)
        from length in Gen.Frequency((1, Gen.Choose(-3, 0)), (8, Gen.Choose(1, 9)))
        select new TickRange(start, Math.Min(Ticks, start + length));

    private static readonly Arbitrary<(bool IsCover, TickRange Range)[]> Steps = (
        from isCover in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
        from range in Ranges
        select (isCover, range)).ArrayOf().ToArbitrary();

    private static readonly Arbitrary<TickRange> Windows = Ranges.ToArbitrary();

    [Fact]
    public void Ledger_AnySteps_IsTheSetOfTheTicksCovered() => Prop.ForAll(Steps, Windows, (steps, window) =>
    {
        var ledger = CoverageLedger.Empty;
        var model = new bool[Ticks];
        foreach (var (isCover, range) in steps)
        {
            ledger = isCover ? ledger.Cover(range, out _) : ledger.Reopen(range);
            Mark(model, range, isCover);
        }

        var missing = ledger.Missing(window);
        var inWindow = Enumerable.Range(0, Ticks).Where(tick => window.Contains(tick)).ToArray();
        Assert.All(Enumerable.Range(0, Ticks), tick => Assert.Equal(model[tick], ledger.Contains(tick)));
        Assert.Equal(inWindow.Where(tick => !model[tick]), missing.SelectMany(TicksOf));
        Assert.All(missing.Zip(missing.Skip(1)), pair => Assert.True(pair.First.End < pair.Second.Start));
        Assert.Equal(inWindow.Count(tick => model[tick]), ledger.CoveredTicks(window));
        Assert.Equal(inWindow.All(tick => model[tick]), ledger.Contains(window));
        CheckInvariants(ledger, int.MaxValue);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ledger_WithFewRanges_ForgetsAndNeverClaims() => Prop.ForAll(Steps, steps =>
    {
        var ledger = CoverageLedger.WithLimit(3);
        var model = new bool[Ticks];
        foreach (var (isCover, range) in steps)
        {
            TickRange? forgotten = null;
            ledger = isCover ? ledger.Cover(range, out forgotten) : ledger.Reopen(range);
            Mark(model, range, isCover);
            if (isCover)
            {
                Assert.True(ledger.Contains(range));
                Mark(model, forgotten ?? default, covered: false);
                Assert.All(Enumerable.Range(0, Ticks), tick => Assert.Equal(model[tick], ledger.Contains(tick)));
            }
            else
            {
                Assert.All(Enumerable.Range(0, Ticks), tick => Assert.False(ledger.Contains(tick) && !model[tick]));
                model = [.. Enumerable.Range(0, Ticks).Select(tick => ledger.Contains(tick))];
            }

            CheckInvariants(ledger, 3);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cover_OneRangeTooMany_ForgetsTheShortestOldOne()
    {
        var ledger = CoverageLedger.WithLimit(3);
        foreach (var range in new TickRange[] { new(0, 10), new(20, 24), new(30, 31) })
        {
            ledger = ledger.Cover(range, out _);
        }

        var before = ledger.Cover(new(12, 13), out var forgottenBefore);
        var behind = ledger.Cover(new(40, 41), out var forgottenBehind);

        // The newest stays, as short as it is: it is asked at every tick.
        Assert.Equal(new TickRange(20, 24), forgottenBefore);
        Assert.Equal([new(0, 10), new(12, 13), new(30, 31)], before.Ranges.ToArray());
        Assert.Equal(new TickRange(30, 31), forgottenBehind);
        Assert.Equal([new(0, 10), new(20, 24), new(40, 41)], behind.Ranges.ToArray());
    }

    [Fact]
    public void Cover_NeighboursThatTouch_AreOne()
    {
        var ledger = CoverageLedger.Empty.Cover(new(10, 20), out _).Cover(new(30, 40), out _);

        Assert.Equal([new(10, 40)], ledger.Cover(new(20, 30), out _).Ranges.ToArray());
        Assert.Equal(new TickRange(10, 40), ledger.Hull);
        Assert.Null(CoverageLedger.Empty.Hull);
    }

    [Fact]
    public void Windows_InLocalTime_AreTakenInUtc()
    {
        var noon = new DateTimeOffset(2026, 10, 25, 12, 0, 0, TimeSpan.FromHours(1));
        var ledger = CoverageLedger.Empty.Cover(new(noon.AddHours(-1).ToOffset(TimeSpan.FromHours(2)), noon));

        Assert.True(ledger.Contains(noon.AddMinutes(-30).ToUniversalTime()));
        var window = new HistoryWindow(noon.AddMinutes(-5), noon.AddHours(1).ToUniversalTime());
        var missing = Assert.Single(ledger.Missing(window));
        Assert.Equal((noon, TimeSpan.Zero), (missing.Start, missing.Start.Offset));
        Assert.Empty(ledger.Reopen(new HistoryWindow(noon.AddDays(-1), noon)).Ranges.ToArray());
    }

    private static IEnumerable<int> TicksOf(TickRange range) => Enumerable.Range((int)range.Start, (int)range.Length);

    private static void Mark(bool[] model, TickRange range, bool covered)
    {
        for (var tick = range.Start; tick < range.End; tick++)
        {
            model[tick] = covered;
        }
    }

    private static void CheckInvariants(CoverageLedger ledger, int most)
    {
        var ranges = ledger.Ranges.ToArray();
        Assert.True(ranges.Length <= most);
        Assert.All(ranges, range => Assert.False(range.IsEmpty));
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.True(pair.First.End < pair.Second.Start));
    }
}
