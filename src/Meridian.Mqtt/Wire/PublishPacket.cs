using System.Buffers;

namespace Meridian.Mqtt.Wire;

/// <summary>
/// An Application Message on its way (§3.3). The payload lies in the buffer that was read: it is lent.
/// </summary>
internal readonly ref struct PublishPacket
{
    /// <summary>Empty when it was received with a <see cref="TopicAlias"/> only.</summary>
    public required string Topic { get; init; }

    public required ReadOnlySequence<byte> Payload { get; init; }

    public MqttQos Qos { get; init; }

    public bool IsRetained { get; init; }

    public bool IsDuplicate { get; init; }

    /// <summary>Zero at QoS 0, never zero above.</summary>
    public ushort PacketIdentifier { get; init; }

    /// <summary>Zero for none. 5.0 only, as all that follows.</summary>
    public ushort TopicAlias { get; init; }

    /// <summary>The first Subscription Identifier, zero for none. From the server only.</summary>
    public uint SubscriptionIdentifier { get; init; }

    /// <summary>The other Subscription Identifiers; null when there is at most one.</summary>
    public uint[]? MoreSubscriptionIdentifiers { get; init; }

    /// <summary>All other properties; null when there is none.</summary>
    public MqttMessageProperties? Properties { get; init; }

    /// <summary>What a caller wants to send; the payload stays the caller's.</summary>
    public static PublishPacket Of(MqttApplicationMessage message) => new()
    {
        Topic = message.Topic,
        Payload = new ReadOnlySequence<byte>(message.Payload),
        Qos = message.Qos,
        IsRetained = message.IsRetained,
        Properties = message.Properties,
    };
}
