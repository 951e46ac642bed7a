using System.Globalization;

namespace Meridian.Engine.Supervision;

/// <summary>How long a silence lasts, in words.</summary>
internal static class SilenceTime
{
    /// <summary>A time in the largest unit that leaves two digits of it.</summary>
    public static string Of(TimeSpan time)
    {
        var (amount, unit) = time switch
        {
            { TotalDays: >= 10 } => (time.TotalDays, "d"),
            { TotalHours: >= 10 } => (time.TotalHours, "h"),
            { TotalMinutes: >= 10 } => (time.TotalMinutes, "min"),
            _ => (time.TotalSeconds, "s"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} {unit}");
    }
}
