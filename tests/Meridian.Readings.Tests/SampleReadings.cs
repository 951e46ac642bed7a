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
}
