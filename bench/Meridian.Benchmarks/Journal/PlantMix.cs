using System.Globalization;
using Meridian.Sdk.Readings;

namespace Meridian.Benchmarks.Journal;

/// <summary>
/// Readings as a plant gives them: 60 % slowly moving doubles with two or three decimals, 20 % counters, 15 % booleans
/// and states, 5 % strings; one a second each, with jitter of some milliseconds.
/// </summary>
internal sealed class PlantMix
{
    private static readonly string[] Texts = ["running", "idle", "maintenance", "fault 17", "cleaning"];

    private readonly Random _dice;
    private readonly string[] _names;
    private readonly double[] _levels;
    private readonly long[] _counters;
    private DateTimeOffset _time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public PlantMix(int points, int seed)
    {
        _dice = new Random(seed);
        _names = [.. Enumerable.Range(0, points).Select(static i => string.Create(
            CultureInfo.InvariantCulture, $"plant/line-{i / 100}/machine-{i / 10 % 10}/signal-{i % 10}"))];
        _levels = [.. Enumerable.Range(0, points).Select(_ => 20 + (_dice.NextDouble() * 80))];
        _counters = [.. Enumerable.Range(0, points).Select(_ => _dice.NextInt64(1_000_000))];
    }

    /// <summary>All points, for some seconds, in the order of time.</summary>
    public Reading[] Next(int seconds)
    {
        var readings = new Reading[_names.Length * seconds];
        for (var i = 0; i < readings.Length; i++)
        {
            var point = i % _names.Length;
            _time = point == 0 ? _time.AddSeconds(1) : _time;
            readings[i] = new Reading(_names[point], _time.AddTicks(_dice.Next(50_000)), ValueOf(point));
        }

        return readings;
    }

    private ReadingValue ValueOf(int point)
    {
        switch (point % 20)
        {
            case < 12:
                _levels[point] += (_dice.NextDouble() - 0.5) * 0.2;
                return ReadingValue.From(Math.Round(_levels[point], 2 + (point % 2)));
            case < 16:
                _counters[point] += _dice.Next(20);
                return ReadingValue.From(_counters[point]);
            case < 19:
                return ReadingValue.From(_dice.Next(50) != 0);
            default:
                var usual = point / 20 % Texts.Length;
                return ReadingValue.From(Texts[_dice.Next(40) == 0 ? _dice.Next(Texts.Length) : usual]);
        }
    }
}
