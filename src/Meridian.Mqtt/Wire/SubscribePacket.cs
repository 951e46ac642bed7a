namespace Meridian.Mqtt.Wire;

/// <summary>A request for Topic Filters (§3.8).</summary>
internal sealed record SubscribePacket(ushort PacketIdentifier, IReadOnlyList<MqttSubscriptionRequest> Subscriptions)
{
    /// <summary>Zero for none; 1 to 268,435,455 otherwise. 5.0 only.</summary>
    public uint SubscriptionIdentifier { get; init; }

    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];
}

/// <summary>The server's answer, one return code per Topic Filter in the order asked (§3.9).</summary>
internal sealed record SubAckPacket(
    ushort PacketIdentifier, IReadOnlyList<byte> ReturnCodes, ReasonDetails? Details = null);

/// <summary>The request to end Topic Filters (§3.10).</summary>
internal sealed record UnsubscribePacket(ushort PacketIdentifier, IReadOnlyList<string> Filters)
{
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];
}

/// <summary>The server's answer, one code per Topic Filter in the order asked; no codes before 5.0 (§3.11).</summary>
internal sealed record UnsubAckPacket(
    ushort PacketIdentifier, IReadOnlyList<byte> ReturnCodes, ReasonDetails? Details = null);
