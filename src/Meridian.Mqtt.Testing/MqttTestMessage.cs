namespace Meridian.Mqtt.Testing;

/// <summary>An Application Message as the broker received it.</summary>
/// <param name="ClientId">Who published it; empty for the broker itself.</param>
/// <param name="Topic">Its Topic Name.</param>
/// <param name="Payload">Its payload; do not write to it, the broker still sends it.</param>
/// <param name="Qos">The QoS it was published with.</param>
/// <param name="IsRetained">Whether the publisher asked to retain it.</param>
/// <param name="IsDuplicate">Whether the publisher may have sent it before (DUP).</param>
public sealed record MqttTestMessage(
    string ClientId, string Topic, ReadOnlyMemory<byte> Payload, MqttQos Qos, bool IsRetained, bool IsDuplicate);

/// <summary>How one session of the broker stands.</summary>
/// <param name="ClientId">Its Client Identifier.</param>
/// <param name="IsConnected">Whether its client is connected now.</param>
/// <param name="Subscriptions">Its Topic Filters with the QoS granted.</param>
/// <param name="QueuedCount">How many messages wait to be sent.</param>
/// <param name="InFlightCount">How many were sent and are not acknowledged to the end.</param>
public sealed record MqttTestSession(
    string ClientId,
    bool IsConnected,
    IReadOnlyDictionary<string, MqttQos> Subscriptions,
    int QueuedCount,
    int InFlightCount);
