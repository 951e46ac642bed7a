namespace Meridian.Mqtt.Testing;

/// <summary>An Application Message as the broker received it.</summary>
/// <param name="ClientId">Who published it; empty for the broker itself.</param>
/// <param name="Topic">Its Topic Name, also where a Topic Alias stood for it.</param>
/// <param name="Payload">Its payload; do not write to it, the broker still sends it.</param>
/// <param name="Qos">The QoS it was published with.</param>
/// <param name="IsRetained">Whether the publisher asked to retain it.</param>
/// <param name="IsDuplicate">Whether the publisher may have sent it before (DUP).</param>
public sealed record MqttTestMessage(
    string ClientId, string Topic, ReadOnlyMemory<byte> Payload, MqttQos Qos, bool IsRetained, bool IsDuplicate)
{
    /// <summary>Its properties; null for none, and always before MQTT 5.0.</summary>
    public MqttMessageProperties? Properties { get; init; }

    /// <summary>When it came, by the broker's clock; its expiry counts from here.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>How long it is worth delivering still; null for ever.</summary>
    internal TimeSpan? LifeLeft(DateTimeOffset now) => Properties?.Expiry - (now - ReceivedAt);
}
