using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>What a CONNACK tells of the broker's limits (MQTT 5.0 §3.2.2.3); only 5.0 writes it.</summary>
internal static class ConnAckMaker
{
    public static ConnAckPacket Make(ConnectPacket packet, BrokerSession session, MqttTestBrokerOptions options) =>
        new(IsSessionPresent: false, ReturnCode: 0)
        {
            SessionExpirySeconds = SessionLife.ToSeconds(session.Expiry) == packet.SessionExpirySeconds
                ? null
                : SessionLife.ToSeconds(session.Expiry),
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            MaximumQos = options.MaximumQos,
            IsRetainAvailable = options.IsRetainAvailable,
            MaximumPacketSize = (uint)options.MaxPacketBytes,
            AssignedClientId = packet.ClientId.Length > 0 ? null : session.ClientId, // [MQTT-3.2.2-16]
            TopicAliasMaximum = (ushort)options.TopicAliasMaximum,
            Details = options.ConnectReasonString is null && options.ConnectUserProperties.Count == 0
                ? null
                : new ReasonDetails(options.ConnectReasonString, options.ConnectUserProperties),
            IsWildcardSubscriptionAvailable = options.IsWildcardSubscriptionAvailable,
            IsSubscriptionIdentifierAvailable = options.IsSubscriptionIdentifierAvailable,
            IsSharedSubscriptionAvailable = options.IsSharedSubscriptionAvailable,
            ServerKeepAliveSeconds = packet.Version >= MqttProtocolVersion.V50
                && options.ServerKeepAlive is { } keepAlive
                    ? (ushort)keepAlive.TotalSeconds
                    : null,
            ResponseInformation = packet.RequestResponseInformation ? options.ResponseInformation : null,
            ServerReference = options.ServerReference,
        };
}
