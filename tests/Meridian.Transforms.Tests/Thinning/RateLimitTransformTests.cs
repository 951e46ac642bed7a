using Meridian.Transforms.State;
using Meridian.Transforms.Thinning;

namespace Meridian.Transforms.Tests.Thinning;

public sealed class RateLimitTransformTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private static readonly TransformSettings Settings =
        new() { RateLimit = new RateLimitSettings { Period = Period } };

    [Fact]
    public void RateLimit_ReadingsOfOnePeriod_LetsTheFirstGo()
    {
        var outcome = Trial.Run(Settings, Trial.Numbered(
            [.. new[] { 0, 1, 1.999, 2, 3.5, 9 }.Select(seconds => Trial.Entry(seconds, seconds))]));

        Assert.Equal([0, 2, 9], outcome.Numbers);
        Assert.Equal(
            [(2L, FilterReason.RateLimit), (3L, FilterReason.RateLimit), (5L, FilterReason.RateLimit)],
            outcome.Filtered);
    }

    [Fact]
    public void RateLimit_OneReadingOfAWrongClock_DoesNotSilenceThePoint()
    {
        var outcome = Trial.Run(Settings, Trial.Numbered(
            Trial.Entry(1, 0), Trial.Entry(2, 1e9), Trial.Entry(3, 1), Trial.Entry(4, 2), Trial.Entry(5, 3)));

        Assert.Equal([1.0, 2, 3, 5], outcome.Numbers);
    }

    [Fact]
    public void RateLimit_AnyStreamInOrder_HasAtMostOnePerPeriodAndPoint() => Streams.Hold(Streams.InOrder(), entries =>
    {
        var left = Trial.Run(Settings, entries).Left.Select(one => one.Position).ToHashSet();

        foreach (var point in entries.GroupBy(entry => (entry.South, entry.Reading.Point)))
        {
            var sent = point.Where(entry => left.Contains(entry.Position))
                .Select(entry => entry.Reading.Timestamp).ToArray();
            Assert.All(sent.Zip(sent.Skip(1)), pair => Assert.True(pair.Second - pair.First >= Period));

            // Nothing is held back without need: whatever did not go has one that went less than a period before.
            Assert.All(
                point.Where(entry => !left.Contains(entry.Position)),
                entry => Assert.Contains(sent, at =>
                    at <= entry.Reading.Timestamp && entry.Reading.Timestamp - at < Period));
        }
    });

    [Fact]
    public void RateLimit_AnyStreamSavedAnywhereWithFewPlaces_GoesOnAsIfNothingWere() =>
        Streams.Hold(Streams.Cut(Streams.Numbers()), cut =>
        {
            var settings = new RateLimitSettings { Period = Period };
            var whole = Trial.Run(new RateLimitTransform(settings, 3), cut.Entries);
            var (first, second) = (new RateLimitTransform(settings, 3), new RateLimitTransform(settings, 3));

            var before = Trial.Run(first, cut.Entries[..cut.At]);
            var reader = new StateReader(Trial.Saved(first));
            Assert.True(second.Load(ref reader) && reader.IsWhole);
            var after = Trial.Run(second, cut.Entries[cut.At..]);

            before.Then(after).MustEqual(whole);
        });
}
