using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.History.Coverage;
using Meridian.Engine.History.Seen;

namespace Meridian.Engine.Tests.History.Seen;

/// <summary>Readings seen beside a set of them.</summary>
public sealed class SeenReadingsLaws
{
    private const int Ticks = 40;

    private static readonly SeenLimits Small = new(24, 3, 12);

    private static readonly Arbitrary<(SeenReading[] Added, int CoveredTo)[]> Steps = (
        from added in (
            from tick in Gen.Choose(0, Ticks - 1)
            from identity in Gen.Choose(0, 3)
            select new SeenReading(tick, (ulong)identity)).ArrayOf()
        from coveredTo in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(0, Ticks)))
        select (added, coveredTo)).ArrayOf().ToArbitrary();

    [Fact]
    public void Seen_AnySteps_KnowsAllThatIsNotCovered() => Prop.ForAll(Steps, steps =>
    {
        var seen = SeenReadings.WithLimits(Small);
        var coverage = CoverageLedger.Empty;
        var model = new SortedSet<SeenReading>();
        foreach (var (any, coveredTo) in steps)
        {
            SeenReading[] added =
                [.. any.Where(reading => !coverage.Contains(reading.Ticks) && !seen.Contains(reading))
                    .Distinct().Take(seen.Room).Order()];
            coverage = coverage.Cover(new TickRange(coveredTo / 2, coveredTo), out _);
            var before = seen;
            seen = seen.With(added, coverage);

            model.UnionWith(added);
            _ = model.RemoveWhere(reading => coverage.Contains(reading.Ticks));
            Assert.All(model, reading => Assert.True(seen.Contains(reading)));
            Assert.Equal(model, seen.All.Where(reading => !coverage.Contains(reading.Ticks)));
            CheckInvariants(seen);
            CheckOnlyChangesAreNew(before, seen, added, coverage);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Seen_WhatIsCoveredWhenRoomIsShort_MakesRoom()
    {
        var seen = SeenReadings.WithLimits(Small);
        SeenReading[] many = [.. Enumerable.Range(0, Small.Readings).Select(tick => new SeenReading(tick, 1))];
        seen = seen.With(many, CoverageLedger.Empty);
        Assert.Equal(0, seen.Room);

        seen = seen.With([], CoverageLedger.Empty.Cover(new(0, 10), out _));

        Assert.Equal(10, seen.Room);
    }

    [Fact]
    public void Seen_AppendedInTime_FillsItsChunks()
    {
        var seen = SeenReadings.WithLimits(Small);
        for (var tick = 0; tick < 10; tick++)
        {
            seen = seen.With([new SeenReading(tick, 1)], CoverageLedger.Empty);
        }

        Assert.Equal([3, 3, 3, 1], seen.Chunks.Select(chunk => chunk.Readings.Length));
    }

    private static void CheckInvariants(SeenReadings seen)
    {
        SeenReading[] all = [.. seen.All];
        Assert.Equal(all.Order().Distinct(), all);
        Assert.Equal(all.Length, seen.Count);
        Assert.True(seen.Room >= 0);
        Assert.All(seen.Chunks, chunk => Assert.InRange(chunk.Readings.Length, 1, Small.PerChunk));
        Assert.All(seen.Chunks, chunk => Assert.InRange(chunk.Id, 0, Small.Chunks - 1));
        Assert.Equal(seen.Chunks.Count, seen.Chunks.Select(chunk => chunk.Id).Distinct().Count());
    }

    /// <summary>A chunk that is written again though nothing came to it costs the disk for nothing.</summary>
    private static void CheckOnlyChangesAreNew(
        SeenReadings before, SeenReadings seen, SeenReading[] added, CoverageLedger coverage)
    {
        if (before.Count + added.Length > Small.Readings / 2 || before.Chunks.Count > Small.Chunks / 2)
        {
            return;
        }

        foreach (var (index, chunk) in before.Chunks.Index())
        {
            var begin = index == 0 ? default : chunk.First;
            var end = index + 1 < before.Chunks.Count ? before.Chunks[index + 1].First : new(Ticks, 0);
            var isKept = seen.Chunks.Any(kept => ReferenceEquals(kept, chunk));
            Assert.Equal(
                !coverage.Contains(chunk.Range) || added.Any(reading => reading >= begin && reading < end),
                isKept || added.Any(reading => reading >= begin && reading < end));
        }
    }
}
