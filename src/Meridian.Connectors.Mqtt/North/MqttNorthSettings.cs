using System.ComponentModel.DataAnnotations;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>The settings of the MQTT North.</summary>
public sealed record MqttNorthSettings : MqttConnectionSettings
{
    /// <summary>
    /// The Topic Name to publish to, made from the reading: literal text, <c>{point}</c>, one of its levels
    /// <c>{point[0]}</c>, <c>{value}</c>, <c>{timestamp}</c>, <c>{timestamp:yyyy-MM-dd}</c> and <c>{quality}</c>.
    /// </summary>
    /// <value><c>{point}</c>: the point's name.</value>
    [Required]
    public string Topic { get; init; } = "{point}";

    /// <summary>What the payload is.</summary>
    /// <value>json.</value>
    public MqttNorthFormat Format { get; init; } = MqttNorthFormat.Json;

    /// <summary>
    /// The payload, when the format is <c>template</c>: a text, or JSON as an object or a list, with the placeholders
    /// that the topic may have. In JSON a text that is <c>{value}</c> alone becomes the value in its own type, one that
    /// is <c>{timestamp:unixMilliseconds}</c> alone a number.
    /// </summary>
    [VisibleWhen(nameof(Format), MqttNorthFormat.Template, IsRequired = true)]
    public FreeJson? Payload { get; init; }

    /// <summary>
    /// What each message says about itself, in MQTT 5.0. Left out, with a warning, where <c>newest</c> finds an older
    /// broker. That a payload is text is said in any case.
    /// </summary>
    /// <value>Nothing more is said.</value>
    [VisibleWhen(nameof(Version), MqttVersion.V5, MqttVersion.Newest)]
    public MqttMessageSettings? Properties { get; init; }

    /// <summary>The edge node, when the format is <c>sparkplugB</c>; the topic is not used then.</summary>
    [VisibleWhen(nameof(Format), MqttNorthFormat.SparkplugB, IsRequired = true)]
    public SparkplugNorthSettings? Sparkplug { get; init; }

    /// <summary>The quality of service: 0 may be lost, 1 may be repeated, 2 arrives once per send.</summary>
    /// <value>1. The letter of Sparkplug 3.0 is 0; with 1 nothing is lost on the way to the broker.</value>
    [Range(0, 2)]
    public int Qos { get; init; } = 1;

    /// <summary>Whether the broker keeps the last message of each topic for later subscribers.</summary>
    /// <value>false.</value>
    public bool IsRetained { get; init; }

    /// <summary>How many messages may be on their way without the broker's acknowledgement.</summary>
    /// <value>1,000 messages.</value>
    [Range(1, 65_535)]
    [Unit("messages")]
    public int Window { get; init; } = 1_000;
}

/// <summary>What the MQTT North writes as payload.</summary>
public enum MqttNorthFormat
{
    /// <summary>An object with point, timestamp, value and quality.</summary>
    Json,

    /// <summary>
    /// The value alone: numbers and booleans as text, text and JSON as UTF-8, bytes as they are, none as <c>null</c>.
    /// Timestamp and quality are left out.
    /// </summary>
    Value,

    /// <summary>What <c>payload</c> says: a text or JSON, filled in with the reading.</summary>
    Template,

    /// <summary>
    /// Sparkplug B: the North is an edge node with births, aliases, a sequence and a death as Will; many readings go in
    /// one message.
    /// </summary>
    SparkplugB,
}
