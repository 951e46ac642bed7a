using Meridian.Engine.History;
using Meridian.Engine.History.Answers;
using Meridian.Engine.History.Coverage;
using Meridian.Engine.History.Planning;
using Meridian.Engine.History.Seen;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.History.Answers;

public sealed class HistoryAnswerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Item Item = new("item", "settings");

    private static readonly HistorySettings Believing = new() { Start = Noon, ClockTolerance = default };

    [Fact]
    public void Take_EmptyPage_CoversWhatTheClockProves()
    {
        var (ask, history) = Ask(Believing with { Overlap = Minutes(10) }, Minutes(60));

        var taken = HistoryAnswer.Take(ask, Page(ask), history);

        Assert.Equal([TickRange.Of(Window(0, 50))], taken.History.Coverage.Ranges.ToArray());
        Assert.True(taken.Readings.IsEmpty);
        Assert.Null(taken.History.Newest);
    }

    [Fact]
    public void Take_ReadingWithinTheTolerance_ProvesTheTimeBeforeIt()
    {
        var (ask, history) = Ask(Believing with { ClockTolerance = Minutes(60) }, Minutes(60));
        Assert.Empty(HistoryAnswer.Take(ask, Page(ask), history).History.Coverage.Ranges.ToArray());

        var taken = HistoryAnswer.Take(ask, Page(ask, At(40, 1), At(20, 2)), history);

        // Its own instant is not covered: a second value of it may come.
        Assert.Equal((Noon + Minutes(40)).UtcTicks, taken.History.Coverage.Hull?.End);
        Assert.Equal([(Noon + Minutes(40)).UtcTicks], taken.History.Seen.All.Select(seen => seen.Ticks));
    }

    [Fact]
    public void Take_AllNew_LendsThePageItself()
    {
        var (ask, history) = Ask(Believing, Minutes(60));
        var page = Page(ask, At(5, 1), At(3, 2));

        var taken = HistoryAnswer.Take(ask, page, history);

        Assert.True(taken.Readings.Equals(page.Readings));
    }

    [Fact]
    public void Take_AgainWithinTheOverlap_GivesOnlyWhatIsNew()
    {
        var (ask, history) = Ask(Believing with { Overlap = Minutes(60) }, Minutes(60));
        var first = HistoryAnswer.Take(ask, Page(ask, At(5, 1), At(7, 2)), history);

        // A late one, a corrected one, a second one of the same instant, another quality, the same point twice.
        var bad = At(7, 2) with { Quality = Quality.Bad };
        var again = HistoryAnswer.Take(
            ask, Page(ask, At(3, 9), At(5, 1), At(5, 4), At(5, 5), At(7, 2), bad, At(3, 9)), first.History);

        Assert.Equal([At(3, 9), At(5, 4), At(5, 5), bad], again.Readings.ToArray());
        Assert.Equal(3, again.Repeated);
        var last = HistoryAnswer.Take(ask, Page(ask, [.. again.Readings.Span, At(5, 1), At(7, 2), bad]), again.History);
        Assert.Equal((0, 7), (last.Readings.Length, last.Repeated));
    }

    [Fact]
    public void Take_CoveredTimeAskedAgain_GivesNothingAgain()
    {
        var (ask, history) = Ask(Believing, Minutes(60));
        var first = HistoryAnswer.Take(ask, Page(ask, At(5, 1)), history);

        var again = HistoryAnswer.Take(ask, Page(ask, At(5, 1), At(5, 2)), first.History);

        Assert.True(again.Readings.IsEmpty);
        Assert.Equal((2, 0), (again.Repeated, again.Outside));
    }

    [Fact]
    public void Take_ReadingsOutsideOfThePageOrTheQuestion_AreCountedAndComeInTheirTurn()
    {
        var (ask, history) = Ask(Believing, Minutes(60));
        var page = Page(ask, At(-1, 1), At(10, 2), At(30, 3), At(60, 4)) with { Covered = Window(-30, 20) };

        var taken = HistoryAnswer.Take(ask, page, history);

        Assert.Equal([At(10, 2)], taken.Readings.ToArray());
        Assert.Equal(3, taken.Outside);
        Assert.Equal([TickRange.Of(Window(0, 20))], taken.History.Coverage.Ranges.ToArray());
        var rest = HistoryAnswer.Take(ask, Page(ask, At(10, 2), At(30, 3)), taken.History);
        Assert.Equal([At(30, 3)], rest.Readings.ToArray());
    }

    [Fact]
    public void Take_PageThatCoversNothing_TakesNothing()
    {
        var (ask, history) = Ask(Believing, Minutes(60));
        foreach (var nothing in new[] { default, Window(20, 10), Window(70, 90), Window(-9, 0) })
        {
            var taken = HistoryAnswer.Take(ask, Page(ask, At(15, 1)) with { Covered = nothing }, history);

            Assert.Same(history, taken.History);
            Assert.Equal(1, taken.Outside);
        }
    }

    [Fact]
    public void Take_WindowWidenedForAnotherItem_BeginsAtTheItemsOwnStart()
    {
        var (ask, history) = Ask(Believing, Minutes(60));
        var later = history with { From = (Noon + Minutes(30)).UtcTicks };

        var taken = HistoryAnswer.Take(ask with { Start = null }, Page(ask, At(20, 1), At(40, 2)), later);

        Assert.Equal([At(40, 2)], taken.Readings.ToArray());
        Assert.Equal([TickRange.Of(Window(30, 60))], taken.History.Coverage.Ranges.ToArray());
    }

    [Fact]
    public void Take_MoreThanCanBeRemembered_LeavesTheRestToBeAsked()
    {
        var (ask, history) = Ask(Believing with { Overlap = Minutes(60) }, Minutes(60));
        history = history with { Seen = SeenReadings.WithLimits(new SeenLimits(3, 2, 4)) };

        var page = Page(ask, At(5, 1), At(6, 2), At(6, 3), At(7, 4));
        var taken = HistoryAnswer.Take(ask, page, history);
        var more = HistoryAnswer.Take(ask, page, taken.History);

        Assert.Equal([At(5, 1), At(6, 2), At(6, 3)], taken.Readings.ToArray());
        Assert.Equal((1, 0), (taken.Deferred, taken.History.Seen.Room));
        Assert.Equal((Noon + Minutes(7)).UtcTicks, taken.History.AskedTo);
        Assert.Equal((0, 1, 3), (more.Readings.Length, more.Deferred, more.Repeated));
    }

    [Fact]
    public void Take_NoRoomForAllOfAnInstant_TakesNoneOfIt()
    {
        var (ask, history) = Ask(Believing with { Overlap = Minutes(60) }, Minutes(60));
        history = history with { Seen = SeenReadings.WithLimits(new SeenLimits(2, 2, 4)) };

        var taken = HistoryAnswer.Take(ask, Page(ask, At(5, 1), At(6, 2), At(6, 3), At(7, 4)), history);
        var none = HistoryAnswer.Take(ask, Page(ask, At(0, 1), At(0, 2), At(0, 3)), history);

        Assert.Equal([At(5, 1)], taken.Readings.ToArray());
        Assert.Equal(3, taken.Deferred);
        Assert.Equal(3, none.Deferred);
        Assert.Same(history, none.History);
    }

    [Fact]
    public void Take_LongPageThatSettlesAsItGoes_NeedsNoRoom()
    {
        var (ask, history) = Ask(Believing with { ClockTolerance = Minutes(60) }, Minutes(60));
        history = history with { Seen = SeenReadings.WithLimits(new SeenLimits(3, 2, 4)) };

        Reading[] many = [.. Enumerable.Range(0, 50).Select(minute => At(minute, minute))];
        var taken = HistoryAnswer.Take(ask, Page(ask, many), history);

        Assert.Equal((50, 0), (taken.Readings.Length, taken.Deferred));
    }

    [Fact]
    public void Take_LedgerThatIsFull_TellsWhatItForgot()
    {
        var (ask, history) = Ask(Believing, Minutes(60));
        var full = CoverageLedger.WithLimit(2).Cover(Window(1, 2)).Cover(Window(5, 9));

        var taken = HistoryAnswer.Take(
            ask, Page(ask) with { Covered = Window(20, 30) }, history with { Coverage = full });

        Assert.Equal(Window(1, 2), taken.Forgotten);
    }

    [Fact]
    public void Take_PageOfAnotherItem_IsRefused()
    {
        var (ask, history) = Ask(Believing, Minutes(60));

        var refused = Assert.Throws<ArgumentException>(() =>
            HistoryAnswer.Take(ask, Page(ask) with { Item = new Item("other", "settings") }, history));

        Assert.Contains("'other'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reopen_AWindow_IsAskedAgainAtOnce()
    {
        var (ask, history) = Ask(Believing, Minutes(60));
        var taken = HistoryAnswer.Take(ask, Page(ask, At(5, 1)), history);

        var plan = new HistoryPlanner(Believing).Plan([taken.History.Reopen(Window(4, 6))], Noon + Minutes(60));

        Assert.Equal([Window(4, 6)], plan.Asks().Select(again => again.Window));
    }

    private static (HistoryAsk Ask, ItemHistory History) Ask(HistorySettings settings, TimeSpan after)
    {
        var plan = new HistoryPlanner(settings).Plan([new ItemHistory { Item = Item }], Noon + after);
        return (Assert.Single(plan.Asks()), plan.Items[0]);
    }

    private static HistoryPage Page(HistoryAsk ask, params Reading[] readings) => new(Item, ask.Window, readings);

    private static Reading At(int minute, int value) =>
        new("p", Noon + Minutes(minute), ReadingValue.From((long)value));

    private static HistoryWindow Window(int from, int to) => new(Noon + Minutes(from), Noon + Minutes(to));

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
