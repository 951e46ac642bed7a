using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Payloads;

namespace Meridian.Connectors.Mqtt.South;

/// <summary>The settings of one item of the MQTT South: a Topic Filter and how to read what it brings.</summary>
public sealed record MqttItemSettings
{
    /// <summary>The Topic Filter, such as <c>plant/+/temperature</c> or <c>line1/#</c>.</summary>
    [Required]
    [TopicFilter]
    public required string Topic { get; init; }

    /// <summary>
    /// The highest quality of service at which the broker may send: 0 may be lost, 1 may be repeated, 2 is sent once.
    /// </summary>
    /// <value>1.</value>
    [Range(0, 2)]
    public int Qos { get; init; } = 1;

    /// <summary>
    /// The point's name, made from the message's topic: <c>{topic}</c>, one of its levels <c>{topic[0]}</c>,
    /// <c>{item}</c> and <c>{south}</c>.
    /// </summary>
    /// <value><c>{topic}</c>: the real topic of the message.</value>
    [Required]
    public string Point { get; init; } = "{topic}";

    /// <summary>How to read the payload.</summary>
    public MqttPayloadSettings Payload { get; init; } = new();

    /// <summary>
    /// The Topic Name to which setpoints for this item are published, as bare values at QoS 1; needs <c>setpoint</c>.
    /// </summary>
    /// <value>None: the item is not written to.</value>
    public string? WriteTopic { get; init; }
}

/// <summary>How to read a payload.</summary>
public sealed record MqttPayloadSettings
{
    /// <summary>What the payload is.</summary>
    /// <value>number. What is not one is kept as the bytes that came, with bad quality, and counted.</value>
    public PayloadFormat Format { get; init; } = PayloadFormat.Number;

    /// <summary>Where the value is in a JSON payload.</summary>
    /// <value><c>$</c>: the whole document.</value>
    [Required]
    public string Value { get; init; } = "$";

    /// <summary>Where the timestamp is in a JSON payload; leave it out to take the time of arrival.</summary>
    public string? Timestamp { get; init; }

    /// <summary>How the timestamp is written.</summary>
    /// <value>iso.</value>
    public TimestampFormat TimestampFormat { get; init; } = TimestampFormat.Iso;

    /// <summary>Where the quality is in a JSON payload; leave it out to take good.</summary>
    public string? Quality { get; init; }

    internal PayloadSpec ToSpec() => new()
    {
        Format = Format,
        ValuePath = Value,
        TimestampPath = Timestamp,
        TimestampFormat = TimestampFormat,
        QualityPath = Quality,
    };
}
