namespace Meridian.Mqtt;

/// <summary>A message with all that MQTT can carry beside its payload (MQTT 5.0 §3.3).</summary>
public sealed record MqttApplicationMessage
{
    /// <summary>The Topic Name; no wildcards, at most 65,535 bytes of UTF-8.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload. It is copied by the call that takes the message.</summary>
    /// <value>Empty by default.</value>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The QoS it is published with.</summary>
    /// <value><see cref="MqttQos.AtMostOnce"/> by default.</value>
    public MqttQos Qos { get; init; }

    /// <summary>Whether the server keeps it for later subscribers.</summary>
    /// <value>False by default.</value>
    public bool IsRetained { get; init; }

    /// <summary>What describes the message, or null. Sent on connections of MQTT 5.0 only.</summary>
    public MqttMessageProperties? Properties { get; init; }
}
