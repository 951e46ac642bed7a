using Meridian.Sdk.Readings;

namespace Meridian.Readings.Tests;

/// <summary>One of everything that the format has to carry.</summary>
internal static class SampleReadings
{
    public static Reading[] Everything()
    {
        var time = new DateTimeOffset(2026, 11, 21, 10, 15, 0, TimeSpan.Zero).AddTicks(1234567);
        return
        [
            new Reading("line1/temp", time, ReadingValue.From(21.5)),
            new Reading("line1/count", time.AddTicks(1), ReadingValue.From(-42L)),
            new Reading("line1/temp", time.AddSeconds(1), ReadingValue.From(double.NaN), Quality.Uncertain),
            new Reading("line1/total", time, ReadingValue.From(ulong.MaxValue), Quality.Bad),
            new Reading("line1/on", time, ReadingValue.From(true), Quality.BadDecoding),
            new Reading("line1/on", time, ReadingValue.From(false)),
            new Reading("line1/name", time, ReadingValue.From("Öl °C"), new Quality(0x0000_0400)),
            new Reading("line1/raw", time, ReadingValue.From([0x00, 0xFF, 0x80])),
            new Reading("line1/json", time, ReadingValue.FromJson("{\"a\":[1]}")),
            new Reading("line1/none", DateTimeOffset.MaxValue, ReadingValue.Null),
            new Reading("line1/old", DateTimeOffset.MinValue, ReadingValue.From(long.MinValue)),
            new Reading("line1/old", DateTimeOffset.MinValue, ReadingValue.From(string.Empty)),
        ];
    }

    /// <summary>A small plant, asked once a second, for as long as more than one block takes: decimals, single
    /// precision, a counter that starts again, a state, a switch, one without decimals, one that breaks off.</summary>
    public static Reading[] Rounds()
    {
        var start = new DateTimeOffset(2026, 11, 21, 10, 15, 0, TimeSpan.Zero);
        var readings = new List<Reading>();
        for (var second = 0; second < 60; second++)
        {
            var time = start.AddSeconds(second).AddTicks(second * 7_919 % 50_000);
            readings.Add(new Reading("line1/temp", time, ReadingValue.From((2_150 + (second * 37 % 21)) / 100.0)));
            readings.Add(new Reading("line1/flow", time, ReadingValue.From(1.1f * second)));
            readings.Add(new Reading("line1/count", time, ReadingValue.From(1_000_000L + (second * 12 % 500))));
            readings.Add(new Reading("line1/on", time, ReadingValue.From(second % 25 != 0)));
            readings.Add(new Reading(
                "line1/state", time, ReadingValue.From(second < 30 ? "running" : "idle"),
                second % 20 == 7 ? Quality.Bad : Quality.Good));
            readings.Add(new Reading("line1/root", time.AddTicks(3), ReadingValue.From(Math.Sqrt(second))));
        }

        readings.Add(new Reading("line1/flow", start, ReadingValue.Null, Quality.Uncertain));
        return [.. readings];
    }

    /// <summary>The bytes of a golden file.</summary>
    public static byte[] Golden(string name)
    {
        using var stream = typeof(SampleReadings).Assembly.GetManifestResourceStream($"{name}.hex");
        using var reader = new StreamReader(stream!); // The file is part of this project.
        return Convert.FromHexString(string.Concat(reader.ReadToEnd().Where(char.IsAsciiHexDigitUpper)));
    }
}
