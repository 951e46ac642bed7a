using Meridian.Sdk.Readings;
using Meridian.Transforms.Aggregates;
using Meridian.Transforms.State;

namespace Meridian.Transforms.Tests.Aggregates;

public sealed class AggregateTransformLaws
{
    private static readonly AggregateSettings Settings = new()
    {
        Window = TimeSpan.FromSeconds(5),
        Kinds = Enum.GetValues<AggregateKind>(),
    };

    [Fact]
    public void AnyStream_CountsAddUpToWhatWasNotLate() => Streams.Hold(Streams.Any(), entries =>
    {
        var outcome = RunToTheEnd(Settings, entries);

        Assert.Equal(
            outcome.Filtered.Count(one => one.Reason == FilterReason.Aggregated),
            outcome.Left.Where(left => Is(left, "count")).Sum(left => left.Value.AsInt64()));
        Assert.Equal(entries.Length, outcome.Filtered.Count);
    });

    [Fact]
    public void AnyStream_MeansLieBetweenLeastAndGreatest() => Streams.Hold(Streams.Any(), entries =>
    {
        foreach (var window in RunToTheEnd(Settings, entries).Left.Chunk(Settings.Kinds.Count))
        {
            if (window[0].Value.Kind == ReadingValueKind.Null)
            {
                Assert.All(window[..4], left => Assert.Equal(Quality.Bad, left.Reading.Quality));
                continue;
            }

            var (min, max) = (window[0].Value.AsDouble(), window[1].Value.AsDouble());
            Assert.InRange(window[2].Value.AsDouble(), min, max);
            Assert.InRange(window[3].Value.AsDouble(), min, max);
        }
    });

    [Fact]
    public void AnyStreamInOrder_IsWhatAQueryOverAllOfItGives() => Streams.Hold(Streams.InOrder(), entries =>
    {
        // Of each point on its own, so that no other closes its windows: then nothing is late.
        foreach (var point in entries.GroupBy(entry => (entry.South, entry.Reading.Point)))
        {
            var expected = point
                .Select(entry => entry.Reading)
                .GroupBy(reading => reading.Timestamp.UtcTicks / Settings.Window.Ticks)
                .SelectMany(window => Queried(window.Key * Settings.Window.Ticks, [.. window]))
                .ToArray();

            var left = RunToTheEnd(Settings, [.. point]).Left;

            Assert.Equal(expected.Length, left.Count);
            foreach (var (wanted, found) in expected.Zip(left.Select(one => one.Reading)))
            {
                Assert.Equal($"{point.Key.Point}/{wanted.Point}", found.Point);
                Assert.Equal(wanted.Timestamp, found.Timestamp);
                Assert.Equal(Number(wanted.Value), Number(found.Value), 1e-9);
            }
        }
    });

    [Fact]
    public void AnyStreamSavedAnywhereWithFewPlaces_GoesOnAsIfNothingWere() =>
        Streams.Hold(Streams.Cut(Streams.Any()), cut =>
        {
            var whole = Trial.Run(new AggregateTransform(Settings, 3), cut.Entries);
            var (first, second) = (new AggregateTransform(Settings, 3), new AggregateTransform(Settings, 3));

            var before = Trial.Run(first, cut.Entries[..cut.At]);
            var reader = new StateReader(Trial.Saved(first));
            Assert.True(second.Load(ref reader) && reader.IsWhole);
            var after = Trial.Run(second, cut.Entries[cut.At..]);

            before.Then(after).MustEqual(whole);
        });

    [Fact]
    public void AnyStream_NoWindowGoesOutTwiceUnlessItsPointWasForgotten() => Streams.Hold(Streams.Any(), entries =>
    {
        var perPoint = Settings with { Name = "{south}/{point}/{aggregate}" };

        var counts = RunToTheEnd(perPoint, entries).Left.Where(left => Is(left, "count")).ToArray();

        Assert.Equal(counts.Length, counts.DistinctBy(left => (left.Point, left.Reading.Timestamp)).Count());
    });

    private static Outcome RunToTheEnd(AggregateSettings settings, TransformEntry[] entries)
    {
        var chain = Trial.Chain(new TransformSettings { Aggregate = settings });
        chain.Run(entries);
        chain.Finish(long.MaxValue);
        return Outcome.Of(chain.Result);
    }

    private static bool Is(Left left, string aggregate) =>
        left.Point.EndsWith("/" + aggregate, StringComparison.Ordinal);

    private static IEnumerable<Reading> Queried(long startTicks, Reading[] window)
    {
        var start = new DateTimeOffset(startTicks, TimeSpan.Zero);
        var values = window.Select(reading => reading.Value.AsDouble()).ToArray();
        var until = window.Skip(1).Select(reading => reading.Timestamp).Append(start + Settings.Window);
        var held = window.Zip(until, (reading, end) => (end - reading.Timestamp).TotalSeconds).ToArray();
        (string Name, double Value)[] results =
        [
            ("min", values.Min()), ("max", values.Max()), ("mean", values.Average()),
            ("timeWeightedMean", values.Zip(held, (value, seconds) => value * seconds).Sum() / held.Sum()),
            ("last", values[^1]), ("count", values.Length),
        ];
        return results.Select(result => new Reading(result.Name, start, ReadingValue.From(result.Value)));
    }

    private static double Number(ReadingValue value) =>
        value.Kind == ReadingValueKind.Int64 ? value.AsInt64() : value.AsDouble();
}
