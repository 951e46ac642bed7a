using System.Runtime.InteropServices;

namespace Meridian.Mqtt;

/// <summary>What an Application Message says about itself (MQTT 5.0 §3.3.2.3); not sent before 5.0.</summary>
public sealed record MqttMessageProperties
{
    /// <summary>True when the payload is UTF-8 text (Payload Format Indicator).</summary>
    /// <value>False by default: unspecified bytes.</value>
    public bool IsText { get; init; }

    /// <summary>How long the message is worth delivering, in whole seconds up to 4,294,967,295 s (Message Expiry
    /// Interval); null for ever.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>What the payload is, by any convention of the applications, such as a MIME type; or null.</summary>
    public string? ContentType { get; init; }

    /// <summary>The Topic Name for an answer; makes the message a request (MQTT 5.0 §4.10). Or null.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What the answer repeats so that the requester knows it, at most 65,535 bytes; or null.</summary>
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>Names and values of the applications, in order; a name may appear more than once.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];
}

/// <summary>A name and a value of the applications, carried by MQTT 5.0 beside almost every packet.</summary>
/// <param name="Name">The name, at most 65,535 bytes of UTF-8.</param>
/// <param name="Value">The value, at most 65,535 bytes of UTF-8.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MqttUserProperty(string Name, string Value);
