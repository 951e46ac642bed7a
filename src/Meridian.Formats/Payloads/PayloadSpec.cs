namespace Meridian.Formats.Payloads;

/// <summary>How to read a payload, as a user states it; <see cref="PayloadDecoder.TryCompile"/> makes it run.</summary>
public sealed record PayloadSpec
{
    /// <summary>What the payload is.</summary>
    /// <value>The default is <see cref="PayloadFormat.Number"/>.</value>
    public PayloadFormat Format { get; init; } = PayloadFormat.Number;

    /// <summary>Where the value is in a JSON payload; ignored for other formats.</summary>
    /// <value>The default is <c>$</c>, the whole document.</value>
    public string ValuePath { get; init; } = "$";

    /// <summary>Where the timestamp is in a JSON payload; null when it carries none.</summary>
    /// <value>The default is null.</value>
    public string? TimestampPath { get; init; }

    /// <summary>How the timestamp is written.</summary>
    /// <value>The default is <see cref="TimestampFormat.Iso"/>.</value>
    public TimestampFormat TimestampFormat { get; init; } = TimestampFormat.Iso;

    /// <summary>Where the quality is in a JSON payload; null when it carries none.</summary>
    /// <value>The default is null.</value>
    public string? QualityPath { get; init; }
}

/// <summary>What a payload is: how to read a value out of bytes.</summary>
public enum PayloadFormat
{
    /// <summary>One number as text, such as <c>-12.5</c> or <c>42</c>.</summary>
    Number,

    /// <summary>UTF-8 text, taken whole.</summary>
    Text,

    /// <summary>A JSON document, with paths to value, timestamp and quality.</summary>
    Json,

    /// <summary>Bytes, taken whole and unread.</summary>
    Bytes,
}

/// <summary>How a timestamp within a payload is written.</summary>
public enum TimestampFormat
{
    /// <summary>ISO 8601, such as <c>2026-11-21T10:15:00.25Z</c>; without an offset it counts as UTC.</summary>
    Iso,

    /// <summary>Seconds since 1970-01-01 UTC; fractions are allowed.</summary>
    UnixSeconds,

    /// <summary>Milliseconds since 1970-01-01 UTC; fractions are allowed.</summary>
    UnixMilliseconds,

    /// <summary>Microseconds since 1970-01-01 UTC; fractions are allowed.</summary>
    UnixMicroseconds,

    /// <summary>Nanoseconds since 1970-01-01 UTC; kept to 100 ns.</summary>
    UnixNanoseconds,
}
