namespace Meridian.Mqtt;

/// <summary>
/// The message that the server publishes for the client when the connection ends without a DISCONNECT (MQTT 3.1.1
/// §3.1.2.5).
/// </summary>
public sealed record MqttWill
{
    /// <summary>The Topic Name; no wildcards.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload, at most 65,535 bytes. Not copied: leave it unchanged while the client lives.</summary>
    /// <value>Empty by default.</value>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The QoS it is published with.</summary>
    /// <value><see cref="MqttQos.AtMostOnce"/> by default.</value>
    public MqttQos Qos { get; init; }

    /// <summary>Whether the server retains it.</summary>
    /// <value>False by default.</value>
    public bool IsRetained { get; init; }
}
