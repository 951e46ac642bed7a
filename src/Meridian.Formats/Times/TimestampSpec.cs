using Meridian.Sdk.Settings;

namespace Meridian.Formats.Times;

/// <summary>
/// How a source writes its times, as a user states it; <see cref="TimestampCodec.TryCompile"/> makes it run.
/// </summary>
public sealed record TimestampSpec
{
    /// <summary>How a time is written. A column that has a type of time needs none of it.</summary>
    /// <value>The default is <see cref="TimeFormat.Iso"/>.</value>
    public TimeFormat Format { get; init; } = TimeFormat.Iso;

    /// <summary>
    /// The .NET format of a time, such as <c>dd.MM.yyyy HH:mm:ss</c>; words in it are English.
    /// </summary>
    [VisibleWhen(nameof(Format), TimeFormat.Custom, IsRequired = true)]
    public string? Pattern { get; init; }

    /// <summary>
    /// The zone of times that do not tell their offset, such as <c>Europe/Zurich</c> (IANA). An hour that the clock
    /// gives twice counts as the second; a time that it jumps over counts as if it had not jumped yet.
    /// </summary>
    /// <value>The default is UTC.</value>
    public string? TimeZone { get; init; }
}

/// <summary>How a time is written as text or as a number.</summary>
public enum TimeFormat
{
    /// <summary>ISO 8601, such as <c>2026-11-21T10:15:00.25Z</c>; also with a space, without offset, or a date.
    /// </summary>
    Iso,

    /// <summary>Seconds since 1970-01-01 UTC; fractions are allowed.</summary>
    UnixSeconds,

    /// <summary>Milliseconds since 1970-01-01 UTC; fractions are allowed.</summary>
    UnixMilliseconds,

    /// <summary>Microseconds since 1970-01-01 UTC; fractions are allowed.</summary>
    UnixMicroseconds,

    /// <summary>Nanoseconds since 1970-01-01 UTC; kept to 100 ns.</summary>
    UnixNanoseconds,

    /// <summary>Days since noon of November 24, 4714 BC (UTC), as SQLite's <c>julianday()</c> gives; to 1 ms.</summary>
    JulianDays,

    /// <summary>A .NET format of one's own.</summary>
    Custom,
}
