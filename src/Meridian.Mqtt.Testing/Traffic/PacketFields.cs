using System.Buffers;
using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Traffic;

/// <summary>The fields of any packet in one flat record, read by the codec; what a type has not is empty.</summary>
internal sealed record PacketFields
{
    public string? Problem { get; init; }

    public ushort PacketIdentifier { get; init; }

    public string Topic { get; init; } = "";

    public ReadOnlyMemory<byte> Payload { get; init; }

    public MqttQos Qos { get; init; }

    public bool IsRetained { get; init; }

    public bool IsDuplicate { get; init; }

    public ushort TopicAlias { get; init; }

    public IReadOnlyList<uint> SubscriptionIdentifiers { get; init; } = [];

    public MqttMessageProperties? Properties { get; init; }

    public IReadOnlyList<MqttReasonCode> ReasonCodes { get; init; } = [];

    public string? ReasonString { get; init; }

    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    public IReadOnlyList<MqttTestSubscription> Subscriptions { get; init; } = [];

    public IReadOnlyList<string> Filters { get; init; } = [];

    public MqttTestConnect? Connect { get; init; }

    public ReadOnlyMemory<byte> AuthenticationData { get; init; }

    public static PacketFields Parse(MqttPacketType type, MqttProtocolVersion version, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var buffer = new ReadOnlySequence<byte>(bytes);
            return Frame.TryRead(ref buffer, int.MaxValue, out var frame)
                ? Read(type, version, frame)
                : new PacketFields { Problem = "It is not whole." };
        }
        catch (MqttProtocolException error)
        {
            return new PacketFields { Problem = error.Message };
        }
    }

    public static MqttTestConnect ToConnect(ConnectPacket packet) => new()
    {
        Version = packet.Version,
        ClientId = packet.ClientId,
        CleanStart = packet.CleanSession,
        KeepAlive = TimeSpan.FromSeconds(packet.KeepAliveSeconds),
        Will = packet.Will,
        UserName = packet.UserName,
        Password = packet.Password,
        SessionExpiry = SessionLife.Of(packet),
        ReceiveMaximum = packet.ReceiveMaximum,
        MaximumPacketSize = packet.MaximumPacketSize == 0 ? null : packet.MaximumPacketSize,
        TopicAliasMaximum = packet.TopicAliasMaximum,
        RequestResponseInformation = packet.RequestResponseInformation,
        RequestProblemInformation = packet.RequestProblemInformation,
        UserProperties = packet.UserProperties,
        AuthenticationMethod = packet.AuthenticationMethod,
    };

    private static PacketFields Read(MqttPacketType type, MqttProtocolVersion version, in Frame frame) => type switch
    {
        MqttPacketType.Connect => Of(PacketDecoder.ReadConnect(frame)),
        MqttPacketType.ConnAck => Of(PacketDecoder.ReadConnAck(frame, version), version),
        MqttPacketType.Publish => Of(new PacketDecoder().ReadPublish(frame, version)),
        MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp =>
            Of(PacketDecoder.ReadAcknowledgement(frame, version)),
        MqttPacketType.Subscribe => Of(PacketDecoder.ReadSubscribe(frame, version)),
        MqttPacketType.SubAck => Of(PacketDecoder.ReadSubAck(frame, version)),
        MqttPacketType.Unsubscribe => Of(PacketDecoder.ReadUnsubscribe(frame, version)),
        MqttPacketType.UnsubAck => Of(PacketDecoder.ReadUnsubAck(frame, version)),
        MqttPacketType.Disconnect => Of(PacketDecoder.ReadDisconnect(frame, version)),
        MqttPacketType.Auth => Of(PacketDecoder.ReadAuth(frame)),
        _ => new PacketFields(),
    };

    private static PacketFields Of(ConnectPacket packet) => new()
    {
        UserProperties = packet.UserProperties,
        Connect = ToConnect(packet),
    };

    private static PacketFields Of(ConnAckPacket packet, MqttProtocolVersion version) => Explained(packet.Details) with
    {
        ReasonCodes =
        [
            version >= MqttProtocolVersion.V50
                ? (MqttReasonCode)packet.ReturnCode
                : ReturnCodes.ToReason(packet.ReturnCode),
        ],
    };

    private static PacketFields Of(PublishPacket packet) => new()
    {
        Topic = packet.Topic,
        Payload = packet.Payload.ToArray(),
        Qos = packet.Qos,
        IsRetained = packet.IsRetained,
        IsDuplicate = packet.IsDuplicate,
        PacketIdentifier = packet.PacketIdentifier,
        TopicAlias = packet.TopicAlias,
        SubscriptionIdentifiers = packet.SubscriptionIdentifier == 0
            ? []
            : [packet.SubscriptionIdentifier, .. packet.MoreSubscriptionIdentifiers ?? []],
        Properties = packet.Properties,
        UserProperties = packet.Properties?.UserProperties ?? [],
    };

    private static PacketFields Of(AcknowledgementPacket packet) => Explained(packet.Details) with
    {
        PacketIdentifier = packet.PacketIdentifier,
        ReasonCodes = [packet.ReasonCode],
    };

    private static PacketFields Of(SubscribePacket packet) => new()
    {
        PacketIdentifier = packet.PacketIdentifier,
        SubscriptionIdentifiers = packet.SubscriptionIdentifier == 0 ? [] : [packet.SubscriptionIdentifier],
        Subscriptions = MqttTestSubscription.Of(packet),
        Filters = [.. packet.Subscriptions.Select(static subscription => subscription.Filter)],
        UserProperties = packet.UserProperties,
    };

    private static PacketFields Of(SubAckPacket packet) => Explained(packet.Details) with
    {
        PacketIdentifier = packet.PacketIdentifier,
        ReasonCodes = [.. packet.ReturnCodes.Select(static code => (MqttReasonCode)code)],
    };

    private static PacketFields Of(UnsubscribePacket packet) => new()
    {
        PacketIdentifier = packet.PacketIdentifier,
        Filters = packet.Filters,
        UserProperties = packet.UserProperties,
    };

    private static PacketFields Of(UnsubAckPacket packet) => Explained(packet.Details) with
    {
        PacketIdentifier = packet.PacketIdentifier,
        ReasonCodes = [.. packet.ReturnCodes.Select(static code => (MqttReasonCode)code)],
    };

    private static PacketFields Of(DisconnectPacket packet) =>
        Explained(packet.Details) with { ReasonCodes = [packet.ReasonCode] };

    private static PacketFields Of(AuthPacket packet) => Explained(packet.Details) with
    {
        ReasonCodes = [packet.ReasonCode],
        AuthenticationData = packet.Data ?? default,
    };

    private static PacketFields Explained(ReasonDetails? details) =>
        new() { ReasonString = details?.ReasonString, UserProperties = details?.UserProperties ?? [] };
}
