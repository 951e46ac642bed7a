using Meridian.Sdk.Readings;
using Meridian.Transforms.Values;

namespace Meridian.Transforms.Tests.Values;

public sealed class ConvertTransformTests
{
    public static TheoryData<ReadingValue, ConvertTarget, ReadingValue> Convertible => new()
    {
        { ReadingValue.From(42L), ConvertTarget.Double, ReadingValue.From(42.0) },
        { ReadingValue.From(ulong.MaxValue), ConvertTarget.Double, ReadingValue.From(18_446_744_073_709_551_616.0) },
        { ReadingValue.From(true), ConvertTarget.Double, ReadingValue.From(1.0) },
        { ReadingValue.From(" -1.5e3 "), ConvertTarget.Double, ReadingValue.From(-1500.0) },
        { ReadingValue.From("NaN"), ConvertTarget.Double, ReadingValue.From(double.NaN) },
        { ReadingValue.FromJson("7"), ConvertTarget.Double, ReadingValue.From(7.0) },
        { ReadingValue.From(2.5), ConvertTarget.Int64, ReadingValue.From(3L) },
        { ReadingValue.From(-2.5), ConvertTarget.Int64, ReadingValue.From(-3L) },
        { ReadingValue.From(-9_223_372_036_854_775_808.0), ConvertTarget.Int64, ReadingValue.From(long.MinValue) },
        { ReadingValue.From(9UL), ConvertTarget.Int64, ReadingValue.From(9L) },
        { ReadingValue.From("9223372036854775807"), ConvertTarget.Int64, ReadingValue.From(long.MaxValue) },
        { ReadingValue.From("41.6"), ConvertTarget.Int64, ReadingValue.From(42L) },
        { ReadingValue.From(false), ConvertTarget.Int64, ReadingValue.From(0L) },
        { ReadingValue.From(-0.4), ConvertTarget.UInt64, ReadingValue.From(0UL) },
        { ReadingValue.From("18446744073709551615"), ConvertTarget.UInt64, ReadingValue.From(ulong.MaxValue) },
        { ReadingValue.From(5L), ConvertTarget.UInt64, ReadingValue.From(5UL) },
        { ReadingValue.From(0.1), ConvertTarget.Boolean, ReadingValue.From(true) },
        { ReadingValue.From("False"), ConvertTarget.Boolean, ReadingValue.From(false) },
        { ReadingValue.From("0"), ConvertTarget.Boolean, ReadingValue.From(false) },
        { ReadingValue.From(0.1), ConvertTarget.String, ReadingValue.From("0.1") },
        { ReadingValue.From([0x0A, 0xFF]), ConvertTarget.String, ReadingValue.From("0AFF") },
        { ReadingValue.FromJson("{\"a\": 1}"), ConvertTarget.String, ReadingValue.From("{\"a\": 1}") },
        { ReadingValue.Null, ConvertTarget.Int64, ReadingValue.Null },
        { ReadingValue.Null, ConvertTarget.String, ReadingValue.Null },
    };

    public static TheoryData<ReadingValue, ConvertTarget> Unconvertible => new()
    {
        { ReadingValue.From("warm"), ConvertTarget.Double },
        { ReadingValue.From(""), ConvertTarget.Double },
        { ReadingValue.From("1e999"), ConvertTarget.Double },
        { ReadingValue.From("1,5"), ConvertTarget.Double },
        { ReadingValue.From([1]), ConvertTarget.Double },
        { ReadingValue.FromJson("{}"), ConvertTarget.Double },
        { ReadingValue.From(double.NaN), ConvertTarget.Int64 },
        { ReadingValue.From(9_223_372_036_854_775_808.0), ConvertTarget.Int64 },
        { ReadingValue.From(ulong.MaxValue), ConvertTarget.Int64 },
        { ReadingValue.From(-1L), ConvertTarget.UInt64 },
        { ReadingValue.From(-0.5), ConvertTarget.UInt64 },
        { ReadingValue.From(18_446_744_073_709_551_616.0), ConvertTarget.UInt64 },
        { ReadingValue.From(double.NaN), ConvertTarget.Boolean },
        { ReadingValue.From("on"), ConvertTarget.Boolean },
    };

    [Theory]
    [MemberData(nameof(Convertible))]
    public void Convert_Value_HasTheType(ReadingValue value, ConvertTarget target, ReadingValue expected)
    {
        var left = Trial.Run(Settings(target), Trial.Entry(value, quality: Quality.Uncertain)).Left.Single();

        Assert.Equal(expected, left.Value);
        Assert.Equal(Quality.Uncertain, left.Reading.Quality);
    }

    [Theory]
    [MemberData(nameof(Unconvertible))]
    public void Convert_ValueOfNoSuchType_KeepsItWithBadQuality(ReadingValue value, ConvertTarget target)
    {
        var left = Trial.Run(Settings(target), Trial.Entry(value)).Left.Single();

        Assert.Equal(value, left.Value);
        Assert.Equal(new Quality(0x8074_0000), left.Reading.Quality);
    }

    [Theory]
    [MemberData(nameof(Unconvertible))]
    public void Convert_ValueOfNoSuchTypeToDrop_IsFiltered(ReadingValue value, ConvertTarget target)
    {
        var settings = new TransformSettings
        {
            Convert = new ConvertSettings { To = target, Otherwise = Meridian.Transforms.Values.Unconvertible.Drop },
        };

        var outcome = Trial.Run(settings, Trial.Entry(value, position: 7));

        Assert.Equal([(7L, FilterReason.NotConvertible)], outcome.Filtered);
    }

    [Fact]
    public void Convert_BadAlready_KeepsItsQuality() => Assert.Equal(
        Quality.BadDecoding,
        Trial.Run(Settings(ConvertTarget.Double), Trial.Entry(ReadingValue.From("x"), quality: Quality.BadDecoding))
            .Left[0].Reading.Quality);

    [Fact]
    public void Convert_AnyValueToAnyType_HasItOrIsBad() => Streams.Hold(Streams.Any(), entries =>
    {
        foreach (var target in Enum.GetValues<ConvertTarget>())
        {
            var left = Trial.Run(Settings(target), entries).Left;

            var kind = Enum.Parse<ReadingValueKind>(target.ToString());
            Assert.All(left, one => Assert.True(
                one.Value.Kind == kind || one.Value.Kind == ReadingValueKind.Null || one.Reading.Quality.IsBad));
        }
    });

    [Fact]
    public void Convert_NumbersToTextAndBack_AreTheSame() => Streams.Hold(Streams.Numbers(), entries =>
    {
        foreach (var (kind, target) in new[]
        {
            (ReadingValueKind.Double, ConvertTarget.Double), (ReadingValueKind.Int64, ConvertTarget.Int64),
            (ReadingValueKind.UInt64, ConvertTarget.UInt64),
        })
        {
            var own = entries.Where(entry => entry.Reading.Value.Kind == kind).ToArray();

            var left = Trial.Run([Settings(ConvertTarget.String), Settings(target)], own).Left;

            Assert.Equal(own.Select(entry => entry.Reading), left.Select(one => one.Reading));
        }
    });

    private static TransformSettings Settings(ConvertTarget target) =>
        new() { Convert = new ConvertSettings { To = target } };
}
