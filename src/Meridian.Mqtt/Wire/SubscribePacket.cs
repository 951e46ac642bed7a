namespace Meridian.Mqtt.Wire;

/// <summary>A request for Topic Filters (§3.8).</summary>
internal sealed record SubscribePacket(ushort PacketIdentifier, IReadOnlyList<MqttSubscription> Subscriptions);

/// <summary>The server's answer, one return code per Topic Filter in the order asked (§3.9).</summary>
internal sealed record SubAckPacket(ushort PacketIdentifier, IReadOnlyList<byte> ReturnCodes);

/// <summary>The request to end Topic Filters (§3.10).</summary>
internal sealed record UnsubscribePacket(ushort PacketIdentifier, IReadOnlyList<string> Filters);
