using System.ComponentModel.DataAnnotations;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>What each message says about itself beside its payload; MQTT 5.0 only.</summary>
public sealed record MqttMessageSettings
{
    /// <summary>What the payload is, such as <c>application/json</c> (Content Type).</summary>
    /// <value>Nothing is said.</value>
    [MaxLength(65_535)]
    public string? ContentType { get; init; }

    /// <summary>
    /// How long the broker keeps a message for subscribers that are away, whole seconds from when it is published.
    /// </summary>
    /// <value>For ever.</value>
    [Range(typeof(TimeSpan), "1 s", "49710 d")]
    public TimeSpan? MessageExpiry { get; init; }

    /// <summary>
    /// Names with templates of their values, made from the reading: literal text, <c>{point}</c>, one of its levels
    /// <c>{point[0]}</c>, <c>{value}</c>, <c>{timestamp}</c>, <c>{timestamp:unixMilliseconds}</c> and <c>{quality}</c>.
    /// </summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, string> UserProperties { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
