using System.Globalization;
using Meridian.Benchmarks.Journal;
using Meridian.Sdk.Readings;

namespace Meridian.Benchmarks.Parquet;

/// <summary>Readings in shapes that are kind, usual and unkind to a columnar file.</summary>
internal static class ParquetShapes
{
    private const int Points = 1_000;

    /// <summary>Each shape by its name; making one gives so many rounds of 1,000 points.</summary>
    public static IReadOnlyList<(string Name, Func<int, Reading[]> Make)> All { get; } =
    [
        ("doubles, 1,000 points, 1 s", Doubles),
        ("plant mix, 1,000 points, 1 s", static rounds => new PlantMix(Points, seed: 1).Next(rounds)),
        ("noise, any order, names copied", Noise),
    ];

    /// <summary>Slowly moving doubles with two decimals, asked in turn: one instant a round.</summary>
    private static Reading[] Doubles(int rounds)
    {
        var dice = new Random(1);
        var names = Names();
        var levels = Array.ConvertAll(names, _ => 20 + (dice.NextDouble() * 80));
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var readings = new Reading[rounds * Points];
        for (var i = 0; i < readings.Length; i++)
        {
            ref var level = ref levels[i % Points];
            level += (dice.NextDouble() - 0.5) * 0.2;
            readings[i] = new Reading(
                names[i % Points], start.AddSeconds(i / Points), ReadingValue.From(Math.Round(level, 2)));
        }

        return readings;
    }

    /// <summary>Doubles of 52 random bits, points in any order, each name an instance of its own, jitter.</summary>
    private static Reading[] Noise(int rounds)
    {
        var dice = new Random(2);
        var names = Names();
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var readings = new Reading[rounds * Points];
        for (var i = 0; i < readings.Length; i++)
        {
            readings[i] = new Reading(
                new string(names[dice.Next(Points)].AsSpan()),
                start.AddTicks((i * 10_000L) + dice.Next(50_000)),
                ReadingValue.From(dice.NextDouble()));
        }

        return readings;
    }

    private static string[] Names() => [.. Enumerable.Range(0, Points).Select(static i => string.Create(
        CultureInfo.InvariantCulture, $"plant/line-{i / 100}/machine-{i / 10 % 10}/signal-{i % 10}"))];
}
