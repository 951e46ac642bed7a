using Meridian.Mqtt.Testing.Traffic;

namespace Meridian.Mqtt.Testing;

/// <summary>
/// A Control Packet that came to the broker or was made by it. Its fields are read from its bytes when they are asked
/// for; a field that its type does not have is empty.
/// </summary>
public sealed class MqttTestPacket
{
    private readonly Lazy<PacketFields> _fields;

    internal MqttTestPacket(
        bool isReceived, string clientId, MqttPacketType type, MqttProtocolVersion version, ReadOnlyMemory<byte> bytes)
    {
        IsReceived = isReceived;
        ClientId = clientId;
        Type = type;
        Version = version;
        Bytes = bytes;
        _fields = new Lazy<PacketFields>(() => PacketFields.Parse(Type, Version, Bytes));
    }

    /// <summary>Its place in the order of all packets of the broker, from 1.</summary>
    public long Number { get; internal set; }

    /// <summary>When, by the broker's clock.</summary>
    public DateTimeOffset At { get; internal init; }

    /// <summary>True when a client sent it, false when the broker did.</summary>
    public bool IsReceived { get; }

    /// <summary>The other end's Client Identifier; empty before its CONNECT was accepted.</summary>
    public string ClientId { get; internal set; }

    /// <summary>Its type.</summary>
    public MqttPacketType Type { get; }

    /// <summary>The version of its connection.</summary>
    public MqttProtocolVersion Version { get; internal set; }

    /// <summary>All its bytes, header included.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The fault that struck it, or null.</summary>
    public MqttTestFault? Fault { get; internal set; }

    /// <summary>Why its fields could not be read; null for a packet that is well formed.</summary>
    public string? Problem => _fields.Value.Problem;

    /// <summary>The Packet Identifier; 0 for none.</summary>
    public ushort PacketIdentifier => _fields.Value.PacketIdentifier;

    /// <summary>The Topic Name of a PUBLISH as it stands there: empty where a Topic Alias stands for it.</summary>
    public string Topic => _fields.Value.Topic;

    /// <summary>The payload of a PUBLISH.</summary>
    public ReadOnlyMemory<byte> Payload => _fields.Value.Payload;

    /// <summary>The QoS of a PUBLISH.</summary>
    public MqttQos Qos => _fields.Value.Qos;

    /// <summary>The Retain flag of a PUBLISH.</summary>
    public bool IsRetained => _fields.Value.IsRetained;

    /// <summary>The DUP flag of a PUBLISH.</summary>
    public bool IsDuplicate => _fields.Value.IsDuplicate;

    /// <summary>The Topic Alias of a PUBLISH; 0 for none.</summary>
    public ushort TopicAlias => _fields.Value.TopicAlias;

    /// <summary>The Subscription Identifiers of a PUBLISH, or the one of a SUBSCRIBE.</summary>
    public IReadOnlyList<uint> SubscriptionIdentifiers => _fields.Value.SubscriptionIdentifiers;

    /// <summary>The other properties of a PUBLISH; null for none.</summary>
    public MqttMessageProperties? Properties => _fields.Value.Properties;

    /// <summary>The Reason Codes of an answer, one for each thing answered; those of CONNACK before 5.0 are given as
    /// their 5.0 counterparts.</summary>
    public IReadOnlyList<MqttReasonCode> ReasonCodes => _fields.Value.ReasonCodes;

    /// <summary>The first Reason Code; success when there is none.</summary>
    public MqttReasonCode ReasonCode => ReasonCodes.Count > 0 ? ReasonCodes[0] : MqttReasonCode.Success;

    /// <summary>The Reason String; null for none.</summary>
    public string? ReasonString => _fields.Value.ReasonString;

    /// <summary>The User Properties; those of a PUBLISH also stand in <see cref="Properties"/>.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties => _fields.Value.UserProperties;

    /// <summary>What a SUBSCRIBE asks for.</summary>
    public IReadOnlyList<MqttTestSubscription> Subscriptions => _fields.Value.Subscriptions;

    /// <summary>The Topic Filters of a SUBSCRIBE or UNSUBSCRIBE.</summary>
    public IReadOnlyList<string> Filters => _fields.Value.Filters;

    /// <summary>All of a CONNECT; null for other packets.</summary>
    public MqttTestConnect? Connect => _fields.Value.Connect;

    /// <summary>The authentication data of an AUTH; empty for none.</summary>
    public ReadOnlyMemory<byte> AuthenticationData => _fields.Value.AuthenticationData;

    /// <summary>One line for the output of a failing test.</summary>
    public override string ToString() =>
        $"#{Number} {(IsReceived ? $"'{ClientId}' → broker" : $"broker → '{ClientId}'")} {Type}"
        + (PacketIdentifier == 0 ? "" : $" {PacketIdentifier}")
        + (Topic.Length == 0 ? "" : $" '{Topic}' QoS {(int)Qos}, {Payload.Length} bytes")
        + (ReasonCode == MqttReasonCode.Success ? "" : $" {ReasonCode}")
        + (Problem is null ? "" : $" malformed: {Problem}")
        + (Fault is null ? "" : " struck by a fault");
}
