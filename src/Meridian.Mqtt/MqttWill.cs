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

    /// <summary>Makes the payload of each CONNECT, in place of <see cref="Payload"/>: for one that tells when the
    /// connection was made, or its number. Called by the client's own loop at each try to connect, one call after the
    /// other; must be quick. At most 65,535 bytes, left unchanged until the next call. What it throws, or more bytes,
    /// fails the try, as <see cref="MqttClientOptions.Reconnect"/> says.</summary>
    /// <value>Null by default: each CONNECT has <see cref="Payload"/>.</value>
    public Func<ReadOnlyMemory<byte>>? PayloadForConnect { get; init; }

    /// <summary>The QoS it is published with.</summary>
    /// <value><see cref="MqttQos.AtMostOnce"/> by default.</value>
    public MqttQos Qos { get; init; }

    /// <summary>Whether the server retains it.</summary>
    /// <value>False by default.</value>
    public bool IsRetained { get; init; }

    /// <summary>How long the server waits after the connection ended before it publishes the Will, in whole seconds up
    /// to 4,294,967,295 s: a client that returns in time is not mourned. MQTT 5.0 only.</summary>
    /// <value>Zero by default.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>What describes the message, or null. MQTT 5.0 only.</summary>
    public MqttMessageProperties? Properties { get; init; }
}
