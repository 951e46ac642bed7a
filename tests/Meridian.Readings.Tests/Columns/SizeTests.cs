using System.Buffers;
using System.Globalization;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Tests.Columns;

/// <summary>What records take on disk. The bounds lie a little above what was measured.</summary>
public sealed class SizeTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 15, 0, TimeSpan.Zero);

    /// <summary>60 % doubles with two or three decimals, 20 % counters, 15 % switches, 5 % states.</summary>
    [Theory]
    [InlineData(ReadingsCompression.None, 3.25)]
    [InlineData(ReadingsCompression.Brotli, 3.05)]
    public void PlantMix_OfTenSeconds_TakesAboutThreeBytesAReading(ReadingsCompression compression, double most) =>
        AssertAtMost(most, Rounds(new Random(4), jitterTicks: 50_000), compression);

    [Fact]
    public void PlantMix_WithoutJitter_TakesAboutOneByteAReading() =>
        AssertAtMost(1.25, Rounds(new Random(4), jitterTicks: 1), ReadingsCompression.None);

    [Fact]
    public void SinglePrecision_TakesNoMoreThanItsChanges()
    {
        var dice = new Random(4);
        var level = 20f;
        AssertAtMost(
            2.7,
            [.. Enumerable.Range(0, 2_000).Select(i => new Reading(
                "a", Start.AddSeconds(i), ReadingValue.From((double)(level += (dice.NextSingle() - 0.5f) / 10))))],
            ReadingsCompression.None);
    }

    [Fact]
    public void NothingChanges_TakesNextToNothing() => AssertAtMost(
        0.1,
        [.. Enumerable.Range(0, 10_000).Select(i => new Reading(
            i % 2 == 0 ? "a" : "b", Start.AddSeconds(i / 2), ReadingValue.From("running")))],
        ReadingsCompression.None);

    private static void AssertAtMost(double most, Reading[] readings, ReadingsCompression compression)
    {
        var encoder = new ReadingsEncoder(new ReadingsEncoderOptions { Compression = compression });
        var output = new ArrayBufferWriter<byte>();

        // The second record knows the decimals.
        encoder.Encode(readings, output);
        output.ResetWrittenCount();
        encoder.Encode(readings, output);

        Assert.InRange((double)output.WrittenCount / readings.Length, 0, most);
    }

    private static Reading[] Rounds(Random dice, int jitterTicks)
    {
        const int Points = 100;
        var names = Enumerable.Range(0, Points).Select(static i => string.Create(
            CultureInfo.InvariantCulture, $"plant/line-{i / 100}/machine-{i / 10}/signal-{i % 10}")).ToArray();
        var levels = Enumerable.Range(0, Points).Select(_ => 20 + (dice.NextDouble() * 80)).ToArray();
        var counters = Enumerable.Range(0, Points).Select(_ => dice.NextInt64(1_000_000)).ToArray();
        var readings = new List<Reading>();
        for (var i = 0; i < Points * 10; i++)
        {
            var point = i % Points;
            var time = Start.AddSeconds(i / Points).AddTicks(dice.Next(jitterTicks));
            levels[point] += (dice.NextDouble() - 0.5) * 0.2;
            counters[point] += dice.Next(20);
            readings.Add(new Reading(names[point], time, (point % 20) switch
            {
                < 12 => ReadingValue.From(Math.Round(levels[point], 2 + (point % 2))),
                < 16 => ReadingValue.From(counters[point]),
                < 19 => ReadingValue.From(dice.Next(50) != 0),
                _ => ReadingValue.From(dice.Next(40) == 0 ? "idle" : "running"),
            }));
        }

        return [.. readings];
    }
}
