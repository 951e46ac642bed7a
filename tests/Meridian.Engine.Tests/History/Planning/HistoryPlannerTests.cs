using Meridian.Configuration;
using Meridian.Engine.History;
using Meridian.Engine.History.Planning;
using Meridian.Engine.Tests.History.Peers;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.History.Planning;

public sealed class HistoryPlannerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Plan_FirstRun_AsksTheLastIntervalUpToTheDelay()
    {
        var plan = Plan(new() { Delay = Minutes(5) }, Noon, Item("a"));

        Assert.Equal([(Noon - Minutes(60), Noon - Minutes(5))], Windows(plan));
        Assert.Equal([Ticks(Noon - Minutes(60))], plan.Begun.Select(history => history.From));
        Assert.Empty(Plan(new(), Noon, plan.Items[0]).Begun);
    }

    [Fact]
    public void Plan_FirstRunLongAgo_StillBeginsWhereItBegan()
    {
        var settings = new HistorySettings { StartAge = Minutes(10) };
        var begun = Plan(settings, Noon, Item("a")).Items[0];

        Assert.Equal(
            [(Noon - Minutes(10), Noon + Minutes(30))], Windows(Plan(settings, Noon + Minutes(30), begun)));
    }

    [Fact]
    public void Plan_LongGap_IsCutAtWholeIntervals()
    {
        var start = Noon - Minutes(150) - Minutes(7);
        (DateTimeOffset, DateTimeOffset)[] wanted =
        [
            (start, Noon - Minutes(120)), (Noon - Minutes(120), Noon - Minutes(60)), (Noon - Minutes(60), Noon),
            (Noon, Noon + Minutes(1)),
        ];

        Assert.Equal(wanted, Windows(Plan(new() { Start = start }, Noon + Minutes(1), Item("a"))));
        Assert.Equal(wanted.Reverse(), Windows(Plan(
            new() { Start = start, Recovery = HistoryRecovery.NewestFirst }, Noon + Minutes(1), Item("a"))));
        Assert.Equal(
            [(start, Noon + Minutes(1))],
            Windows(Plan(new() { Start = start, MaxInterval = default }, Noon + Minutes(1), Item("a"))));
    }

    [Fact]
    public void Plan_StartMovedBack_AsksTheTimeBefore()
    {
        var covered = Covered(Item("a"), Noon - Minutes(30), Noon - Minutes(1));

        Assert.Equal(
            [(Noon - Minutes(45), Noon - Minutes(30)), (Noon - Minutes(1), Noon)],
            Windows(Plan(new() { Start = Noon - Minutes(45) }, Noon, covered)));
    }

    [Fact]
    public void Plan_UntilAnInstant_AsksNothingBehindIt() => Assert.Equal(
        [(Noon - Minutes(45), Noon - Minutes(15))],
        Windows(Plan(new() { Start = Noon - Minutes(45), Until = Noon - Minutes(15) }, Noon, Item("a"))));

    [Fact]
    public void Plan_ItemsThatMissAboutTheSame_AreAskedTogether()
    {
        var plan = Plan(
            new() { Start = Noon - Minutes(40) },
            Noon,
            Covered(Item("a"), Noon - Minutes(40), Noon - Minutes(10)),
            Covered(Item("new"), Noon - Minutes(40), Noon - Minutes(40)),
            Covered(Item("b"), Noon - Minutes(40), Noon - Minutes(9)),
            Covered(Item("c"), Noon - Minutes(40), Noon - Minutes(6)));

        Assert.Equal(
            [("new", Noon - Minutes(40)), ("a b c", Noon - Minutes(10))],
            plan.Asks().Select(ask => (string.Join(' ', ask.Items.Select(item => item.Name)), ask.Window.Start)));
    }

    [Fact]
    public void Plan_WindowsThatOverlap_AreAskedAsOneThatHoldsBoth()
    {
        var all = Covered(Item("a"), Noon - Minutes(60), Noon);
        var other = all with { Item = new Item("b", "settings") };

        var plan = Plan(
            new() { Start = Noon - Minutes(60) },
            Noon,
            all.Reopen(new(Noon - Minutes(40), Noon - Minutes(30))),
            other.Reopen(new(Noon - Minutes(37), Noon - Minutes(26))));

        Assert.Equal([(Noon - Minutes(40), Noon - Minutes(26))], Windows(plan));
        Assert.Equal(2, plan.Asks().Single().Items.Count);
    }

    [Fact]
    public void Plan_OfCenturies_IsWorkedOutAsItIsTaken()
    {
        var plan = Plan(new() { Start = Noon.AddYears(-2000), MaxInterval = TimeSpan.FromSeconds(1) }, Noon, Item("a"));

        Assert.Equal(3, plan.Asks().Take(3).Count());
    }

    [Fact]
    public void Plan_ClockBehindAllThatWasAsked_AsksNothingAndForgetsNothing()
    {
        var history = Covered(Item("a"), Noon - Minutes(60), Noon) with
        {
            AskedTo = Ticks(Noon),
            Newest = Ticks(Noon - Minutes(30)),
        };
        var settings = new HistorySettings { Start = Noon - Minutes(60) };
        DateTimeOffset[] clocks =
            [Noon - Minutes(60), Noon - Minutes(180), DateTimeOffset.UnixEpoch, DateTimeOffset.MinValue];

        foreach (var now in clocks)
        {
            var plan = Plan(settings, now, history);
            Assert.Empty(plan.Asks());
            Assert.Equal(history.Coverage, plan.Items[0].Coverage);
        }
    }

    [Fact]
    public void Plan_ClockWasYearsAhead_AsksAgainWhatItFoundEmpty()
    {
        var newest = Noon - Minutes(200);
        var history = Covered(Item("a"), Noon - Minutes(600), Noon.AddYears(50)) with
        {
            AskedTo = Ticks(Noon.AddYears(51)),
            Newest = Ticks(newest),
        };

        var plan = Plan(new() { Start = Noon - Minutes(600), MaxInterval = default }, Noon, history);

        Assert.Equal([(newest.AddTicks(1), Noon)], Windows(plan));
        Assert.Equal(Ticks(newest) + 1, plan.Items[0].Coverage.Hull?.End);
    }

    [Fact]
    public void Plan_ClockWasAheadWithinTheTolerance_KeepsWhatIsCovered()
    {
        var history = Covered(Item("a"), Noon - Minutes(600), Noon) with { AskedTo = Ticks(Noon + Minutes(60)) };

        var plan = Plan(new() { Start = Noon - Minutes(600) }, Noon + Minutes(1), history);

        Assert.Equal(history.Coverage, plan.Items[0].Coverage);
        Assert.Equal([(Noon, Noon + Minutes(1))], Windows(plan));
    }

    [Fact]
    public void Tick_ItemThatNeverSpoke_CostsOneQueryAndOneMoreInAnHour()
    {
        var rig = Rig(new());

        var queries = new List<(int Minute, TimeSpan Length)>();
        for (var minute = 1; minute <= 600; minute++)
        {
            rig.Time += Minutes(1);
            rig.Tick();
            queries.AddRange(rig.Asked.Select(ask => (minute, TimeSpan.FromTicks(ask.Range.Length))));
        }

        Assert.InRange(queries.Count, 600 + 7, 600 + 10);
        Assert.Equal(600, queries.Count(query => query.Length == Minutes(1)));
        Assert.All(queries, query => Assert.True(query.Length <= Minutes(60)));
        Assert.InRange(
            rig.Held["a"].Coverage.Hull?.End ?? 0, Ticks(rig.Time - Minutes(121)), Ticks(rig.Time - Minutes(60)));
    }

    [Fact]
    public void Tick_ItemThatFellSilent_IsAskedNoMoreThanTheToleranceAgain()
    {
        var rig = Rig(new(), Sample(3, late: 0));
        var longer = 0;
        for (var minute = 1; minute <= 600; minute++)
        {
            rig.Time += Minutes(1);
            rig.Tick();
            var most = Minutes(minute < 10 ? 65 : 62);
            Assert.InRange(rig.Asked.Sum(ask => ask.Range.Length), Minutes(1).Ticks, most.Ticks);
            longer += minute > 65 && rig.Asked.Count > 1 ? 1 : 0;
            Assert.True(minute <= 65 || rig.Asked[^1].Range.Length == Minutes(1).Ticks);
        }

        _ = Assert.Single(rig.Carried);
        Assert.InRange(longer, 7, 9);
    }

    [Fact]
    public void Tick_ClockAheadOfTheSource_CarriesEachReadingAtOnce()
    {
        var samples = Enumerable.Range(-1, 100).Select(number => Sample(5 * number, late: 0)).ToArray();
        var rig = Rig(new(), samples);
        rig.Ahead = Minutes(20);
        for (var minute = 1; minute <= 500; minute++)
        {
            rig.Time += Minutes(1);
            rig.Tick();
            Assert.Equal(Math.Min(100, 2 + (minute / 5)), rig.Carried.Count);
        }
    }

    [Fact]
    public void Tick_LateReadingOfASilentItem_IsCarriedAtOnce()
    {
        var rig = Rig(new() { Overlap = Minutes(30) }, Sample(400, late: 20));
        for (var minute = 1; minute <= 420; minute++)
        {
            rig.Time += Minutes(1);
            rig.Tick();
            Assert.Equal(minute / 420, rig.Carried.Count);
        }
    }

    [Fact]
    public void Planner_SettingsThatCannotWork_SaysAllOfIt()
    {
        var problem = Assert.Throws<ArgumentException>(() => new HistoryPlanner(new HistorySettings
        {
            Overlap = -Minutes(1),
            ClockTolerance = TimeSpan.FromDays(400),
            MaxInterval = TimeSpan.FromMilliseconds(1),
            Start = Noon,
            Until = Noon,
        }));

        Assert.All(
            ["'Overlap' of the history is -00:01:00", "'ClockTolerance'", "at least 1 s", "not after its start"],
            part => Assert.Contains(part, problem.Message, StringComparison.Ordinal));
    }

    private static HistoryRig Rig(HistorySettings settings, params ArchiveSample[] samples)
    {
        var archive = new SimulatedArchive();
        archive.Add("a", samples);
        var rig = new HistoryRig(settings, archive, "a") { Time = Noon };
        rig.Tick();
        return rig;
    }

    private static ArchiveSample Sample(int minute, int late) =>
        new(new Reading("a", Noon + Minutes(minute), ReadingValue.From((long)minute)), Noon + Minutes(minute + late));

    private static HistoryPlan Plan(HistorySettings settings, DateTimeOffset now, params ItemHistory[] items) =>
        new HistoryPlanner(settings).Plan(items, now);

    private static (DateTimeOffset, DateTimeOffset)[] Windows(HistoryPlan plan) =>
        [.. plan.Asks().Select(ask => (ask.Window.Start, ask.Window.End))];

    private static ItemHistory Item(string name) => new() { Item = new Item(name, "settings") };

    private static ItemHistory Covered(ItemHistory history, DateTimeOffset from, DateTimeOffset to) =>
        history with { Coverage = history.Coverage.Cover(new HistoryWindow(from, to)), From = Ticks(from) };

    private static long Ticks(DateTimeOffset instant) => instant.UtcTicks;

    private static TimeSpan Minutes(int minutes) => TimeSpan.FromMinutes(minutes);
}
