using System.Globalization;

namespace Meridian.Configuration.Scalars;

/// <summary>Durations as people write them: <c>500 ms</c>, <c>10 s</c>, <c>5 min</c>, <c>1 h</c>, <c>2 d</c>.</summary>
internal static class DurationText
{
    // The longest suffix first where one ends another: "ms" and "us" before "s".
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("min", TimeSpan.TicksPerMinute), ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
        ("s", TimeSpan.TicksPerSecond), ("h", TimeSpan.TicksPerHour), ("d", TimeSpan.TicksPerDay),
    ];

    private static readonly (string Unit, long Ticks)[] Largest =
        [.. Units.OrderByDescending(unit => unit.Ticks)];

    /// <summary>Reads a duration.</summary>
    /// <param name="text">A number, not negative, with a unit; or <c>[d.]hh:mm:ss[.fffffff]</c>.</param>
    /// <param name="duration">The duration.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var number = text.AsSpan().Trim();
        if (number.Contains(':'))
        {
            return TimeSpan.TryParseExact(number, "c", CultureInfo.InvariantCulture, out duration)
                && duration >= TimeSpan.Zero;
        }

        foreach (var (unit, ticks) in Units)
        {
            if (number.EndsWith(unit, StringComparison.Ordinal))
            {
                number = number[..^unit.Length].TrimEnd();
                if (!decimal.TryParse(
                        number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
                    || amount > long.MaxValue / ticks)
                {
                    return false;
                }

                duration = TimeSpan.FromTicks((long)(amount * ticks));
                return true;
            }
        }

        return false;
    }

    /// <summary>The duration with the largest unit that keeps it whole.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0 s";
        }

        foreach (var (unit, ticks) in Largest)
        {
            if (duration.Ticks % ticks == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks} {unit}");
            }
        }

        return duration.ToString("c", CultureInfo.InvariantCulture);
    }
}
