using FsCheck.Fluent;
using Meridian.Sdk.Readings;
using Meridian.Transforms.Selecting;

namespace Meridian.Transforms.Tests.Selecting;

public sealed class FilterTransformTests
{
    [Fact]
    public void Filter_ByPoints_KeepsThoseThatFitAny()
    {
        var outcome = Trial.Run(
            new TransformSettings { Filter = new FilterSettings { Points = ["a/*", "b"] } },
            Trial.Numbered(
                Trial.Entry(1, point: "a/x"), Trial.Entry(2, point: "b"), Trial.Entry(3, point: "b/x")));

        Assert.Equal(["a/x", "b"], outcome.Points, StringComparer.Ordinal);
        Assert.Equal([(3L, FilterReason.Filtered)], outcome.Filtered);
    }

    [Fact]
    public void Filter_BySouthAndGroup_NeedsBoth()
    {
        var settings = new TransformSettings { Filter = new FilterSettings { Souths = ["PLC"], Groups = ["fast"] } };
        var value = ReadingValue.From(1.0);

        var outcome = Trial.Run(settings, Trial.Numbered(
            Trial.Entry(value, south: "plc", group: "fast"), Trial.Entry(value, south: "plc", group: "Fast"),
            Trial.Entry(value, south: "plc"), Trial.Entry(value, south: "other", group: "fast")));

        Assert.Equal([1L], outcome.Left.Select(left => left.Position));
    }

    [Theory]
    [InlineData(LeastQuality.Any, 3)]
    [InlineData(LeastQuality.Uncertain, 2)]
    [InlineData(LeastQuality.Good, 1)]
    public void Filter_ByQuality_KeepsAtLeastThat(LeastQuality least, int kept)
    {
        var settings = new TransformSettings { Filter = new FilterSettings { Points = ["*"], Quality = least } };

        var outcome = Trial.Run(settings, Trial.Numbered(
            Trial.Entry(1, quality: new Quality(0x0096_0000)), Trial.Entry(2, quality: Quality.Uncertain),
            Trial.Entry(3, quality: Quality.BadDecoding)));

        Assert.Equal(Enumerable.Range(1, kept).Select(value => (double)value), outcome.Numbers);
    }

    [Fact]
    public void Filter_KeepAndDropOfAnyStream_PartIt() => Streams.Hold(Streams.Any(), entries =>
    {
        foreach (var settings in Chains.All.Select(settings => settings.Filter).OfType<FilterSettings>())
        {
            var keep = settings with { Action = FilterAction.Keep };
            var drop = keep with { Action = FilterAction.Drop };
            var kept = Trial.Run(new TransformSettings { Filter = keep }, entries);
            var dropped = Trial.Run(new TransformSettings { Filter = drop }, entries);

            Assert.Equal(kept.Left.Select(left => left.Position), dropped.Filtered.Select(one => one.Position));
            Assert.Equal(dropped.Left.Select(left => left.Position), kept.Filtered.Select(one => one.Position));
            Assert.Equal(
                entries.Select(entry => entry.Reading),
                kept.Left.Concat(dropped.Left).OrderBy(left => left.Position).Select(left => left.Reading));
        }
    });

    [Fact]
    public void When_OfAnyTransform_LetsTheOthersGoByUnchanged() => Streams.Hold(
        from settings in Gen.Elements(Chains.All)
        from entries in Streams.Any()
        select (settings, entries),
        drawn =>
        {
            var when = new SelectionSettings { Points = ["nobody"] };

            var outcome = Trial.Run(drawn.settings with { When = when }, drawn.entries);

            Assert.Equal(drawn.entries.Select(entry => entry.Reading), outcome.Left.Select(left => left.Reading));
        });
}
