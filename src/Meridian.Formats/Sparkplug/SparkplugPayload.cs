namespace Meridian.Formats.Sparkplug;

/// <summary>A Sparkplug B payload (Sparkplug 3.0 §6.4.5), as it is on the wire. Immutable.</summary>
public sealed record SparkplugPayload
{
    /// <summary>
    /// When the message was published, in milliseconds since 1970-01-01 UTC; null when it does not say.
    /// </summary>
    public ulong? TimestampMilliseconds { get; init; }

    /// <summary>The metrics, in the order of the payload.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<SparkplugMetric> Metrics { get; init; } = [];

    /// <summary>
    /// The sequence number, 0 to 255; in every message of an edge node but NDEATH
    /// [tck-id-payloads-sequence-num-always-included]. Null when it is left out.
    /// </summary>
    public ulong? Sequence { get; init; }

    /// <summary>An identifier of the payload's schema; null when it is left out.</summary>
    public string? Uuid { get; init; }

    /// <summary>Bytes of the application's own.</summary>
    /// <value>Default: empty.</value>
    public ReadOnlyMemory<byte> Body { get; init; }
}

/// <summary>A metric (Sparkplug 3.0 §6.4.6), as it is on the wire. Immutable.</summary>
public sealed record SparkplugMetric
{
    /// <summary>The name; null where the alias stands for it [tck-id-payloads-alias-data-cmd-requirement].</summary>
    public string? Name { get; init; }

    /// <summary>A number for the name, unique within the edge node; null when it is left out.</summary>
    public ulong? Alias { get; init; }

    /// <summary>
    /// When the value held, in milliseconds since 1970-01-01 UTC; null when it does not say.
    /// </summary>
    public ulong? TimestampMilliseconds { get; init; }

    /// <summary>
    /// The type; null where a birth has said it. A number that the specification does not have is kept.
    /// </summary>
    public SparkplugDataType? DataType { get; init; }

    /// <summary>Whether the value is of the past and does not replace the current one.</summary>
    public bool IsHistorical { get; init; }

    /// <summary>Whether the value is not meant to be stored in a historian.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Whether there is no value.</summary>
    public bool IsNull { get; init; }

    /// <summary>
    /// What the value's text or bytes are, from the metric's metadata; the rest of those is left out.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>The properties, in their order.</summary>
    /// <value>Default: empty.</value>
    public IReadOnlyList<SparkplugProperty> Properties { get; init; } = [];

    /// <summary>The value, as it is on the wire.</summary>
    public SparkplugValue Value { get; init; }
}

/// <summary>
/// A property of a metric (Sparkplug 3.0 §6.4.8). Those that are sets of properties have no value here.
/// </summary>
/// <param name="Key">Its name, such as <c>Quality</c>.</param>
/// <param name="DataType">Its type; null when it does not say.</param>
/// <param name="Value">Its value; none when it is null.</param>
public sealed record SparkplugProperty(string Key, SparkplugDataType? DataType, SparkplugValue Value);
