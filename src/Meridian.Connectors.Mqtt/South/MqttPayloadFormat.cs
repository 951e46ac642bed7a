using Meridian.Formats.Payloads;

namespace Meridian.Connectors.Mqtt.South;

/// <summary>What the messages of an item are.</summary>
public enum MqttPayloadFormat
{
    /// <summary>One number as text, such as <c>-12.5</c> or <c>42</c>.</summary>
    Number = PayloadFormat.Number,

    /// <summary>UTF-8 text, taken whole.</summary>
    Text = PayloadFormat.Text,

    /// <summary>A JSON document, with paths to value, timestamp and quality.</summary>
    Json = PayloadFormat.Json,

    /// <summary>Bytes, taken whole and unread.</summary>
    Bytes = PayloadFormat.Bytes,

    /// <summary>
    /// Sparkplug B: births, data and deaths of edge nodes, a reading per metric; for filters such as
    /// <c>spBv1.0/Plant1/#</c>.
    /// </summary>
    SparkplugB,
}
