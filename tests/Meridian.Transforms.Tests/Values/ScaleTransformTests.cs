using FsCheck;
using FsCheck.Fluent;
using Meridian.Sdk.Readings;
using Meridian.Transforms.Values;

namespace Meridian.Transforms.Tests.Values;

public sealed class ScaleTransformTests
{
    public static TheoryData<ReadingValue, ReadingValue> Values => new()
    {
        { ReadingValue.From(20.5), ReadingValue.From(40.0) },
        { ReadingValue.From(-3L), ReadingValue.From(-7.0) },
        { ReadingValue.From(4UL), ReadingValue.From(7.0) },
        { ReadingValue.From(double.PositiveInfinity), ReadingValue.From(double.PositiveInfinity) },
        { ReadingValue.From(double.MaxValue), ReadingValue.From(double.PositiveInfinity) },
        { ReadingValue.From(true), ReadingValue.From(true) },
        { ReadingValue.From("20"), ReadingValue.From("20") },
        { ReadingValue.FromJson("20"), ReadingValue.FromJson("20") },
        { ReadingValue.Null, ReadingValue.Null },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Scale_Value_IsMultipliedAndMoved(ReadingValue value, ReadingValue expected)
    {
        var settings = new TransformSettings { Scale = new ScaleSettings { Factor = 2, Offset = -1 } };

        Assert.Equal(expected, Trial.Run(settings, Trial.Entry(value)).Left[0].Value);
    }

    [Fact]
    public void Scale_ByAPowerOfTwoAndBack_IsExact() => Streams.Hold(Doubles(), value =>
    {
        TransformSettings[] chain =
        [
            new() { Scale = new ScaleSettings { Factor = 8 } }, new() { Scale = new ScaleSettings { Factor = 0.125 } },
        ];

        Assert.Equal([value], Trial.Run(chain, Trial.Entry(value)).Numbers);
    });

    [Fact]
    public void Scale_AndBack_IsWithinTheRounding() => Streams.Hold(
        from value in Doubles()
        from factor in Gen.Choose(1, 9_999).Select(one => one / 997d)
        from offset in Gen.Choose(-1_000, 1_000).Select(one => one / 7d)
        select (value, factor, offset),
        drawn =>
        {
            var back = -drawn.offset / drawn.factor;
            TransformSettings[] chain =
            [
                new() { Scale = new ScaleSettings { Factor = drawn.factor, Offset = drawn.offset } },
                new() { Scale = new ScaleSettings { Factor = 1 / drawn.factor, Offset = back } },
            ];

            var value = Trial.Run(chain, Trial.Entry(drawn.value)).Numbers.Single();

            // Each of the four steps rounds once, at most half a unit in the last place of the greatest number in it.
            var greatest = Math.Max(Math.Abs(drawn.value), Math.Abs(back));
            Assert.InRange(Math.Abs(value - drawn.value), 0, 4 * (Math.BitIncrement(greatest) - greatest));
        });

    private static Gen<double> Doubles() =>
        from digits in Gen.Choose(int.MinValue, int.MaxValue)
        from places in Gen.Choose(0, 12)
        select digits / Math.Pow(10, places);
}
