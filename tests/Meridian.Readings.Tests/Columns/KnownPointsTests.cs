using System.Globalization;
using Meridian.Fixtures;
using Meridian.Readings.Columns;

namespace Meridian.Readings.Tests.Columns;

public sealed class KnownPointsTests
{
    [Fact]
    public void IndexOf_InTurnAndOutOfTurn_IsAlwaysThePoints()
    {
        var points = new KnownPoints();
        var dice = new Random(Seed.Given ?? 5);
        for (var i = 0; i < 1_000; i++)
        {
            // Another instance of the name each time: it is the text that counts.
            var number = i < 300 ? i % 100 : dice.Next(100);

            Assert.Equal(number, points.IndexOf(number.ToString(CultureInfo.InvariantCulture)));
        }
    }

    [Theory]
    [InlineData(3, 1_000)]
    [InlineData(1_000, 3)]
    public void Trim_MoreThanItHolds_ForgetsAllAndLearnsAnew(int maxPoints, int maxCharacters)
    {
        var points = new KnownPoints(maxPoints, maxCharacters);
        foreach (var name in new[] { "a", "b", "c" })
        {
            _ = points.IndexOf(name);
        }

        points.Trim();
        Assert.Equal(3, points.IndexOf("d"));
        points.Trim();

        Assert.Equal(0, points.IndexOf("d"));
        Assert.Equal(1, points.IndexOf("a"));
        Assert.Equal(0, points.IndexOf("d"));
    }

    [Fact]
    public void Shape_PointThatFindsItsDecimals_KeepsThem()
    {
        var point = new KnownPoint("a");

        Assert.Equal(ValueForm.Decimal + 1, point.Shape(21.5, out var first));
        Assert.Equal(ValueForm.Decimal + 3, point.Shape(21.125, out var second));
        Assert.Equal(ValueForm.Decimal + 3, point.Shape(7, out var third));

        Assert.Equal([215, 21_125, 7_000], [first, second, third]);
    }

    [Fact]
    public void Shape_PointWithoutDecimals_IsTriedForThemNowAndThen()
    {
        var point = new KnownPoint("a");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(ValueForm.Single, point.Shape(1.1f + i, out _));
        }

        // What has no decimals by habit is not asked for them, until it is again.
        Assert.Equal(ValueForm.Single, point.Shape(1.5, out _));
        for (var i = 0; i < 64; i++)
        {
            _ = point.Shape(1.5, out _);
        }

        Assert.Equal(ValueForm.Decimal + 1, point.Shape(1.5, out _));
    }

    [Theory]
    [InlineData(-0.0)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void Shape_NumberThatDecimalsCannotTell_IsOfAnotherForm(double value) =>
        Assert.InRange(new KnownPoint("a").Shape(value, out _), ValueForm.Raw, ValueForm.Single);

    [Fact]
    public void Shape_Nan_IsRaw() => Assert.Equal(ValueForm.Raw, new KnownPoint("a").Shape(double.NaN, out _));
}
