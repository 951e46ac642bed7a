using Meridian.Sdk.Readings;
using Meridian.Transforms.State;
using Meridian.Transforms.Thinning;

namespace Meridian.Transforms.Tests.Thinning;

public sealed class DeadbandTransformTests
{
    [Fact]
    public void Deadband_SmallSteps_AddUpToOneThatGoesOut()
    {
        var outcome = Trial.Run(
            Absolute(1), Trial.Numbered([.. new[] { 0, 0.5, 1, 1.5, 2, 2.5, 3 }.Select(value => Trial.Entry(value))]));

        Assert.Equal([0, 1.5, 3], outcome.Numbers);
        Assert.Equal(
            [(2L, FilterReason.Deadband), (3L, FilterReason.Deadband), (5L, FilterReason.Deadband),
                (6L, FilterReason.Deadband)],
            outcome.Filtered);
    }

    [Fact]
    public void Deadband_Percent_IsOfTheLastThatWentOut()
    {
        var settings = new TransformSettings { Deadband = new DeadbandSettings { Percent = 10 } };

        double[] values = [100, 110, 111, 100, 99, 0, 1e-9];

        var outcome = Trial.Run(settings, Trial.Numbered([.. values.Select(value => Trial.Entry(value))]));

        Assert.Equal([100, 111, 99, 0, 1e-9], outcome.Numbers);
    }

    [Fact]
    public void Deadband_QualityChanges_GoesOut()
    {
        var outcome = Trial.Run(Absolute(10), Trial.Numbered(
            Trial.Entry(1), Trial.Entry(1, quality: Quality.Bad), Trial.Entry(1, quality: Quality.Bad),
            Trial.Entry(1, quality: Quality.BadDecoding), Trial.Entry(1)));

        Assert.Equal([1L, 2, 4, 5], outcome.Left.Select(left => left.Position));
    }

    [Theory]
    [InlineData(59.999, false)]
    [InlineData(60, true)]
    [InlineData(-59.999, false)]
    [InlineData(-3600, true)]
    public void Deadband_FarFromTheLastInTime_GoesOut(double seconds, bool goes)
    {
        var settings = new TransformSettings
        {
            Deadband = new DeadbandSettings { Absolute = 1, MaxSilence = TimeSpan.FromMinutes(1) },
        };

        var outcome = Trial.Run(settings, Trial.Numbered(Trial.Entry(5), Trial.Entry(5, seconds)));

        Assert.Equal(goes ? 2 : 1, outcome.Left.Count);
    }

    [Fact]
    public void Deadband_NoNumbers_GoOutWhenTheyChange()
    {
        ReadingValue[] values =
        [
            ReadingValue.From("on"), ReadingValue.From("on"), ReadingValue.From("off"), ReadingValue.FromJson("off"),
            ReadingValue.From(true), ReadingValue.From(true), ReadingValue.From(false), ReadingValue.Null,
            ReadingValue.Null, ReadingValue.From([1]), ReadingValue.From([1]), ReadingValue.From([2]),
            ReadingValue.From(double.NaN), ReadingValue.From(double.NaN), ReadingValue.From(1.0),
            ReadingValue.From(double.PositiveInfinity), ReadingValue.From(double.PositiveInfinity),
            ReadingValue.From(double.NegativeInfinity),
        ];

        var outcome = Trial.Run(Absolute(1000), Trial.Numbered([.. values.Select(value => Trial.Entry(value))]));

        Assert.Equal([1L, 3, 4, 5, 7, 8, 10, 12, 13, 15, 16, 18], outcome.Left.Select(left => left.Position));
    }

    [Fact]
    public void Deadband_GreatIntegers_AreComparedExactly()
    {
        var outcome = Trial.Run(Absolute(0), Trial.Numbered(
            Trial.Entry(ReadingValue.From(9_007_199_254_740_992L)),
            Trial.Entry(ReadingValue.From(9_007_199_254_740_993L)),
            Trial.Entry(ReadingValue.From(9_007_199_254_740_993UL)),
            Trial.Entry(ReadingValue.From(long.MinValue)),
            Trial.Entry(ReadingValue.From(ulong.MaxValue))));

        Assert.Equal([1L, 2, 4, 5], outcome.Left.Select(left => left.Position));
    }

    [Fact]
    public void Deadband_SamePointOfTwoSouths_IsTwoPoints()
    {
        var value = ReadingValue.From(1.0);

        var outcome = Trial.Run(
            Absolute(1), Trial.Numbered(Trial.Entry(value, south: "a"), Trial.Entry(value, south: "b")));

        Assert.Equal(2, outcome.Left.Count);
    }

    [Fact]
    public void Deadband_MorePointsThanRemembered_ForgetsTheOneNotHeardOfForLongest()
    {
        var transform = new DeadbandTransform(new DeadbandSettings { Absolute = 1 }, capacity: 2);

        var outcome = Trial.Run(transform, Trial.Numbered(
            Trial.Entry(1, point: "a"), Trial.Entry(1, point: "b"), Trial.Entry(1, point: "a"),
            Trial.Entry(1, point: "c"), Trial.Entry(1, point: "a"), Trial.Entry(1, point: "b")));

        Assert.Equal(["a", "b", "c", "b"], outcome.Points, StringComparer.Ordinal);
    }

    [Fact]
    public void Deadband_AnyStream_LetsGoExactlyWhatIsNews() => Streams.Hold(Streams.Numbers(), entries =>
    {
        const int Band = 2;
        var silence = TimeSpan.FromSeconds(10);
        var settings = new TransformSettings
        {
            Deadband = new DeadbandSettings { Absolute = Band, MaxSilence = silence },
        };

        var left = Trial.Run(settings, entries).Left.Select(one => one.Position).ToHashSet();

        foreach (var point in entries.GroupBy(entry => (entry.South, entry.Reading.Point)))
        {
            Reading? sent = null;
            foreach (var (reading, position) in point.Select(entry => (entry.Reading, entry.Position)))
            {
                var isNews = sent is not { } last || last.Quality != reading.Quality
                    || (reading.Timestamp - last.Timestamp).Duration() >= silence
                    || Distance(last.Value, reading.Value) > Band;
                Assert.Equal(isNews, left.Contains(position));
                sent = isNews ? reading : sent;
            }
        }
    });

    [Fact]
    public void Deadband_AnyStreamSavedAnywhereWithFewPlaces_GoesOnAsIfNothingWere() =>
        Streams.Hold(Streams.Cut(Streams.Any()), cut =>
        {
            var settings = new DeadbandSettings { Percent = 20 };
            var whole = Trial.Run(new DeadbandTransform(settings, 3), cut.Entries);
            var (first, second) = (new DeadbandTransform(settings, 3), new DeadbandTransform(settings, 3));

            var before = Trial.Run(first, cut.Entries[..cut.At]);
            var reader = new StateReader(Trial.Saved(first));
            Assert.True(second.Load(ref reader) && reader.IsWhole);
            var after = Trial.Run(second, cut.Entries[cut.At..]);

            before.Then(after).MustEqual(whole);
        });

    private static TransformSettings Absolute(double band) =>
        new() { Deadband = new DeadbandSettings { Absolute = band } };

    // A third way to calculate it, exact for everything that the streams draw.
    private static decimal Distance(ReadingValue one, ReadingValue other) => Math.Abs(Exact(one) - Exact(other));

    private static decimal Exact(ReadingValue value) => value.Kind switch
    {
        ReadingValueKind.Double => (decimal)value.AsDouble(),
        ReadingValueKind.Int64 => value.AsInt64(),
        _ => value.AsUInt64(),
    };
}
