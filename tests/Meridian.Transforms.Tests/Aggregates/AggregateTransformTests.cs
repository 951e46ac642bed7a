using Meridian.Sdk.Readings;
using Meridian.Transforms.Aggregates;

namespace Meridian.Transforms.Tests.Aggregates;

public sealed class AggregateTransformTests
{
    private static readonly AggregateKind[] All = Enum.GetValues<AggregateKind>();

    [Fact]
    public void Aggregate_WindowPassed_GivesEveryKindAtTheReadingThatPassedIt()
    {
        var outcome = Trial.Run(Settings(10, All), Trial.Numbered(
            Trial.Entry(1, 2), Trial.Entry(4, 4), Trial.Entry(-2, 9), Trial.Entry(100, 10)));

        Assert.Equal(
            ["p/min", "p/max", "p/mean", "p/timeWeightedMean", "p/last", "p/count"],
            outcome.Points,
            StringComparer.Ordinal);
        Assert.Equal([-2, 4, 1, ((2 * 1) + (5 * 4) + (1 * -2)) / 8.0, -2], outcome.Numbers.Take(5).Select(Rounded));
        Assert.Equal(ReadingValue.From(3L), outcome.Left[5].Value);
        Assert.All(outcome.Left, left =>
        {
            Assert.True(left.IsDerived);
            Assert.Equal(4, left.Position);
            Assert.Equal(Trial.Noon, left.Reading.Timestamp);
            Assert.Equal(Quality.Good, left.Reading.Quality);
        });
        Assert.Equal(Enumerable.Range(1, 4).Select(at => ((long)at, FilterReason.Aggregated)), outcome.Filtered);
    }

    [Fact]
    public void Aggregate_StampedAtTheEnd_IsTheFirstInstantAfterTheWindow()
    {
        var settings = Settings(10, AggregateKind.Max);
        settings = settings with { Aggregate = settings.Aggregate! with { Timestamp = WindowEdge.End } };

        var outcome = Trial.Run(settings, Trial.Numbered(Trial.Entry(1, 2), Trial.Entry(1, 25)));

        Assert.Equal([Trial.Noon.AddSeconds(10)], outcome.Left.Select(left => left.Reading.Timestamp));
    }

    [Theory]
    [InlineData(-1, -10)]
    [InlineData(-10, -10)]
    [InlineData(-10.5, -20)]
    public void Aggregate_Before1970_WindowsStillBeginAtMultiples(double seconds, double start)
    {
        var epoch = (DateTimeOffset.UnixEpoch - Trial.Noon).TotalSeconds;

        var outcome = Trial.Run(
            Settings(10, AggregateKind.Max), Trial.Numbered(Trial.Entry(1, epoch + seconds), Trial.Entry(1)));

        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(start), outcome.Left[0].Reading.Timestamp);
    }

    [Fact]
    public void Aggregate_FirstAndLastInstantsThereAre_AreWithinTheirWindows()
    {
        TransformEntry[] entries =
        [
            new(new Reading("p", DateTimeOffset.MinValue, ReadingValue.From(1.0)), 1, "s"),
            new(new Reading("p", DateTimeOffset.MaxValue, ReadingValue.From(2.0)), 2, "s"),
        ];
        foreach (var edge in Enum.GetValues<WindowEdge>())
        {
            var settings = Settings(366 * 86_400, AggregateKind.TimeWeightedMean);
            var chain = Trial.Chain(settings with { Aggregate = settings.Aggregate! with { Timestamp = edge } });

            chain.Run(entries);
            chain.Finish(2);

            Assert.Equal([1.0, 2.0], Outcome.Of(chain.Result).Numbers);
        }
    }

    [Fact]
    public void Aggregate_ReadingBeforeItsPointsWindow_IsLate()
    {
        var outcome = Trial.Run(Settings(10, AggregateKind.Count), Trial.Numbered(
            Trial.Entry(1, 5), Trial.Entry(1, 15), Trial.Entry(1, 9), Trial.Entry(1, 11), Trial.Entry(1, 20)));

        Assert.Equal((3L, FilterReason.Late), outcome.Filtered[2]);
        Assert.Equal([1L, 2], outcome.Left.Select(left => left.Value.AsInt64()));
    }

    [Fact]
    public void Aggregate_SilentPoint_IsClosedByItsSouthAWholeWindowLater()
    {
        var outcome = Trial.Run(Settings(10, AggregateKind.Count), Trial.Numbered(
            Trial.Entry(1, 5), Trial.Entry(1, 6, "other"), Trial.Entry(1, 19, "other"),
            Trial.Entry(1, 20, "other"), Trial.Entry(1, 7)));

        Assert.Equal(
            [("other/count", 3L), ("p/count", 4L), ("other/count", 4L)],
            outcome.Left.Select(left => (left.Point, left.Position)));
        Assert.Equal((5L, FilterReason.Late), outcome.Filtered[^1]);
    }

    [Fact]
    public void Aggregate_SilentPointOfAnotherSouth_StaysOpen()
    {
        var value = ReadingValue.From(1.0);

        var outcome = Trial.Run(Settings(10, AggregateKind.Count), Trial.Numbered(
            Trial.Entry(value, 5, south: "a"), Trial.Entry(value, 5, south: "b"), Trial.Entry(value, 500, south: "b")));

        Assert.Equal([3L], outcome.Left.Select(left => left.Position));
    }

    [Fact]
    public void Aggregate_HistoryOfOnePointAmongLiveData_IsNotClosedByThem()
    {
        var history = Enumerable.Range(0, 40).Select(at => Trial.Entry(1, -3_595 + at));
        var live = Enumerable.Range(0, 40).Select(at => Trial.Entry(1, at, "live"));
        var both = history.Zip(live).SelectMany(pair => new[] { pair.Second, pair.First });

        var outcome = Trial.Run(Settings(10, AggregateKind.Count), Trial.Numbered([.. both]));

        Assert.DoesNotContain(outcome.Filtered, one => one.Reason == FilterReason.Late);
        var counts = outcome.Left.ToLookup(left => left.Point, left => left.Value.AsInt64(), StringComparer.Ordinal);
        Assert.Equal([5L, 10, 10, 10], counts["p/count"]);
        Assert.Equal([10L, 10, 10], counts["live/count"]);
    }

    [Fact]
    public void Aggregate_NumberOlderThanOneBefore_CountsButWeighsNothing()
    {
        var outcome = Trial.Run(
            Settings(10, AggregateKind.TimeWeightedMean, AggregateKind.Max, AggregateKind.Last),
            Trial.Numbered(Trial.Entry(1, 0), Trial.Entry(3, 6), Trial.Entry(100, 4), Trial.Entry(0, 10)));

        Assert.Equal([((6 * 1) + (4 * 3)) / 10.0, 100, 3], outcome.Numbers.Select(Rounded));
    }

    [Fact]
    public void Aggregate_BadAndTextReadings_CountAndMakeTheNumbersUncertain()
    {
        var outcome = Trial.Run(Settings(10, All), Trial.Numbered(
            Trial.Entry(5, 1), Trial.Entry(99, 2, quality: Quality.Bad), Trial.Entry(ReadingValue.From("x"), 3),
            Trial.Entry(double.NaN, 4), Trial.Entry(0, 10)));

        Assert.Equal([5, 5, 5, 5], outcome.Left.Take(4).Select(left => left.Value.AsDouble()));
        Assert.All(outcome.Left.Take(4), left => Assert.Equal(Quality.Uncertain, left.Reading.Quality));
        Assert.Equal(4, outcome.Left[5].Value.AsInt64());
        Assert.Equal(Quality.Good, outcome.Left[5].Reading.Quality);
    }

    [Fact]
    public void Aggregate_NoNumbersAtAll_GivesNoValueWithBadQuality()
    {
        var outcome = Trial.Run(Settings(10, All), Trial.Numbered(
            Trial.Entry(ReadingValue.From("on"), 1), Trial.Entry(ReadingValue.From("off"), 2), Trial.Entry(0, 10)));

        Assert.All(outcome.Left.Take(4), left =>
            Assert.Equal((ReadingValue.Null, Quality.Bad), (left.Value, left.Reading.Quality)));
        Assert.Equal(ReadingValue.From("off"), outcome.Left[4].Value);
        Assert.Equal(Quality.Good, outcome.Left[4].Reading.Quality);
    }

    [Fact]
    public void Aggregate_MorePointsThanRemembered_ClosesTheOneNotHeardOfForLongest()
    {
        var settings = Settings(10, AggregateKind.Count).Aggregate!;

        var outcome = Trial.Run(new AggregateTransform(settings, capacity: 2), Trial.Numbered(
            Trial.Entry(1, 1, "a"), Trial.Entry(1, 2, "b"), Trial.Entry(1, 3, "a"), Trial.Entry(1, 4, "c"),
            Trial.Entry(1, 5, "b")));

        Assert.Equal(
            [("b/count", 1L, 4L), ("a/count", 2L, 5L)],
            outcome.Left.Select(left => (left.Point, left.Value.AsInt64(), left.Position)));
    }

    [Fact]
    public void Finish_OpenWindows_GoOutThroughTheRestOfTheChain()
    {
        var chain = Trial.Chain(
            Settings(10, AggregateKind.Mean),
            Settings(60, AggregateKind.Max),
            new TransformSettings { Scale = new Meridian.Transforms.Values.ScaleSettings { Factor = 10 } });

        chain.Run(Trial.Numbered(Trial.Entry(1, 1), Trial.Entry(3, 2), Trial.Entry(5, 11)));
        chain.Finish(3);
        chain.Finish(3);

        var left = Assert.Single(Outcome.Of(chain.Result).Left);
        Assert.Equal(("p/mean/max", 50.0), (left.Point, left.Value.AsDouble()));
        Assert.Equal((3L, true), (left.Position, left.IsDerived));
    }

    private static double Rounded(double value) => Math.Round(value, 12);

    private static TransformSettings Settings(double seconds, params AggregateKind[] kinds) => new()
    {
        Aggregate = new AggregateSettings { Window = TimeSpan.FromSeconds(seconds), Kinds = kinds },
    };
}
