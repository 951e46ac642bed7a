using System.Globalization;
using Meridian.Configuration.Shapes;

namespace Meridian.Configuration.Scalars;

/// <summary>Durations and instants.</summary>
internal static class TimeScalars
{
    private static readonly string[] InstantFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mmzzz",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm'Z'",
    ];

    /// <summary>The shapes.</summary>
    public static IEnumerable<ScalarShape> All =>
    [
        new(typeof(TimeSpan), "a duration with its unit (us, ms, s, min, h, d)", "\"10 s\"", ScalarForms.Text, text =>
            ScalarReading.If(
                DurationText.TryParse(text, out var duration) && ScalarPatterns.OfDuration().IsMatch(text), duration))
        {
            Kind = ScalarKind.Duration,
            Pattern = ScalarPatterns.Duration,
        },
        new(
            typeof(DateTimeOffset), "an instant with its time zone", "\"2026-01-31T12:00:00Z\"", ScalarForms.Text,
            text => ScalarReading.If(
                TryInstant(text, out var instant) && ScalarPatterns.OfInstant().IsMatch(text),
                instant.ToUniversalTime()))
        {
            Kind = ScalarKind.Instant,
            Pattern = ScalarPatterns.Instant,
        },
    ];

    private static bool TryInstant(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(
            text, InstantFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);
}
