using System.Buffers;
using System.Runtime.InteropServices;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt;

/// <summary>A received Application Message, lent to <see cref="IMqttReceiver.OnMessage"/> until that returns.</summary>
public readonly ref struct MqttMessage
{
    private readonly uint _subscriptionIdentifier;
    private readonly uint[]? _moreSubscriptionIdentifiers;

    internal MqttMessage(in PublishPacket packet, MqttAcknowledgement acknowledgement)
    {
        Topic = packet.Topic;
        Payload = packet.Payload;
        Qos = packet.Qos;
        IsRetained = packet.IsRetained;
        IsDuplicate = packet.IsDuplicate;
        PacketIdentifier = packet.PacketIdentifier;
        Properties = packet.Properties;
        _subscriptionIdentifier = packet.SubscriptionIdentifier;
        _moreSubscriptionIdentifiers = packet.MoreSubscriptionIdentifiers;
        Acknowledgement = acknowledgement;
    }

    /// <summary>
    /// The Topic Name. Repeated topics give the same string object (a bounded cache), so it may be kept.
    /// </summary>
    public string Topic { get; }

    /// <summary>
    /// The payload; its memory belongs to the client and is reused when the callback has returned: copy what you keep.
    /// </summary>
    public ReadOnlySequence<byte> Payload { get; }

    /// <summary>The QoS that the server sent it with.</summary>
    public MqttQos Qos { get; }

    /// <summary>True when the server had retained it before the subscription was made.</summary>
    public bool IsRetained { get; }

    /// <summary>True when the server says that it may have sent this before (DUP).</summary>
    public bool IsDuplicate { get; }

    /// <summary>
    /// The Packet Identifier; zero at QoS 0. At QoS 2 it names the message until its release (see
    /// <see cref="IMqttReceiver.OnRelease"/>), over connections of one session too.
    /// </summary>
    public ushort PacketIdentifier { get; }

    /// <summary>What the message says about itself; null when that is nothing, and before MQTT 5.0. May be kept.
    /// </summary>
    public MqttMessageProperties? Properties { get; }

    /// <summary>The identifiers of the subscriptions that it matched, in the server's order; empty where those had
    /// none.
    /// Makes a list at each call.</summary>
    public IReadOnlyList<uint> SubscriptionIdentifiers =>
        _subscriptionIdentifier == 0 ? [] : [_subscriptionIdentifier, .. _moreSubscriptionIdentifiers ?? []];

    /// <summary>
    /// What <see cref="MqttClient.Acknowledge(in MqttAcknowledgement)"/> takes; may be kept. Empty at QoS 0 and in
    /// automatic mode.
    /// </summary>
    public MqttAcknowledgement Acknowledgement { get; }
}

/// <summary>The right to acknowledge one received message. It dies with its connection: the server then sends the
/// message
/// again. Only at QoS 2 it still counts until that has happened.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MqttAcknowledgement
{
    internal MqttAcknowledgement(uint epoch, uint sequence)
    {
        Epoch = epoch;
        Sequence = sequence;
    }

    /// <summary>True when there is nothing to acknowledge: QoS 0, or automatic mode.</summary>
    public bool IsEmpty => Epoch == 0;

    /// <summary>The connection it belongs to, from 1.</summary>
    internal uint Epoch { get; }

    /// <summary>The place of the message in the receive order of its connection; wraps.</summary>
    internal uint Sequence { get; }
}

/// <summary>The right to answer the release of one message at QoS 2. It dies with its connection: the server then
/// releases
/// the message again.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MqttRelease
{
    internal MqttRelease(uint epoch, ushort packetIdentifier)
    {
        Epoch = epoch;
        PacketIdentifier = packetIdentifier;
    }

    /// <summary>The Packet Identifier, as <see cref="MqttMessage.PacketIdentifier"/> had it.</summary>
    public ushort PacketIdentifier { get; }

    /// <summary>The connection it belongs to, from 1.</summary>
    internal uint Epoch { get; }
}
