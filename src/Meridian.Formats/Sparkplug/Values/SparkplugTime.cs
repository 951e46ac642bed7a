namespace Meridian.Formats.Sparkplug.Values;

/// <summary>Instants of Sparkplug: milliseconds since 1970-01-01 UTC (Sparkplug 3.0 §5.1).</summary>
public static class SparkplugTime
{
    /// <summary>9999-12-31T23:59:59.999Z, the last that a reading can have.</summary>
    private const ulong LastMilliseconds = 253_402_300_799_999;

    /// <summary>From milliseconds.</summary>
    /// <param name="milliseconds">The milliseconds; null for none.</param>
    /// <returns>The instant; null for none, and for one after the year 9999.</returns>
    public static DateTimeOffset? From(ulong? milliseconds) =>
        milliseconds is <= LastMilliseconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null;

    /// <summary>To milliseconds; what is finer is cut off, and what was before 1970 is 0.</summary>
    /// <param name="instant">The instant.</param>
    public static ulong ToMilliseconds(DateTimeOffset instant) =>
        (ulong)Math.Max(0, instant.ToUnixTimeMilliseconds());
}
