using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Payloads;

namespace Meridian.Connectors.Mqtt.South;

/// <summary>The settings of one item of the MQTT South: a Topic Filter and how to read what it brings.</summary>
public sealed record MqttItemSettings
{
    /// <summary>
    /// The Topic Filter, such as <c>plant/+/temperature</c> or <c>line1/#</c>. With MQTT 5.0 also
    /// <c>$share/GROUP/FILTER</c>, whose messages are shared among all that subscribe in the group.
    /// </summary>
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
    /// <c>{item}</c> and <c>{south}</c>; and <c>{name}</c> where the payload gives names. For <c>sparkplugB</c>:
    /// <c>{group}</c>, <c>{node}</c>, <c>{device}</c>, <c>{metric}</c>, <c>{item}</c> and <c>{south}</c>; a metric
    /// of an edge node itself has no <c>{device}/</c>.
    /// </summary>
    /// <value>
    /// <c>{topic}</c>: the real topic of the message; for <c>sparkplugB</c>
    /// <c>{group}/{node}/{device}/{metric}</c>.
    /// </value>
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
    public MqttPayloadFormat Format { get; init; } = MqttPayloadFormat.Number;

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

    /// <summary>
    /// Where the array is whose elements are read one by one, or the object whose members are; paths that begin with
    /// <c>@</c> then begin at the element, those that begin with <c>$</c> at the document.
    /// </summary>
    /// <value>None: the document is read once.</value>
    public string? Each { get; init; }

    /// <summary>Where the name is that <c>{name}</c> stands for in a point's name.</summary>
    /// <value>None; of an object's members that are read one by one, the member's own.</value>
    public string? Name { get; init; }

    /// <summary>Several readings out of one document, or out of each element.</summary>
    /// <value>One, by <c>value</c>.</value>
    public IReadOnlyList<MqttReadingSettings> Readings { get; init; } = [];

    /// <summary>Whether points can be named by what the payload says.</summary>
    internal bool GivesNames =>
        Each is not null || Name is not null || Readings.Any(static one => one.Name is not null);

    internal PayloadSpec ToSpec() => new()
    {
        // Sparkplug has a protocol of its own; what of it cannot be read is kept as bytes.
        Format = Format == MqttPayloadFormat.SparkplugB ? PayloadFormat.Bytes : (PayloadFormat)Format,
        ValuePath = Value,
        TimestampPath = Timestamp,
        TimestampFormat = TimestampFormat,
        QualityPath = Quality,
    };
}

/// <summary>One of several readings of a JSON payload.</summary>
public sealed record MqttReadingSettings
{
    /// <summary>Where the value is.</summary>
    [Required]
    public required string Value { get; init; }

    /// <summary>The point's name, as the item's.</summary>
    /// <value>The item's.</value>
    public string? Point { get; init; }

    /// <summary>Where the name is that <c>{name}</c> stands for.</summary>
    /// <value>The payload's.</value>
    public string? Name { get; init; }

    /// <summary>Where the timestamp is.</summary>
    /// <value>The payload's.</value>
    public string? Timestamp { get; init; }

    /// <summary>Where the quality is.</summary>
    /// <value>The payload's.</value>
    public string? Quality { get; init; }

    /// <summary>Whether the value may be missing; there is no reading of it then.</summary>
    /// <value>false: a payload without it does not decode.</value>
    public bool IsOptional { get; init; }
}
