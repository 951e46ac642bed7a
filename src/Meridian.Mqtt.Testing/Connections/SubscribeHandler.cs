using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>What the broker does with SUBSCRIBE and UNSUBSCRIBE. Under the gate.</summary>
internal static class SubscribeHandler
{
    public static void Subscribe(
        BrokerConnection connection, BrokerState state, BrokerSession session, SubscribePacket packet)
    {
        var retained = new List<MqttTestSubscription>();
        var codes = new List<byte>();
        foreach (var asked in MqttTestSubscription.Of(packet))
        {
            var reason = Judge(state, asked);
            if (reason == MqttReasonCode.Success)
            {
                var granted = asked with { Qos = Delivery.Min(asked.Qos, state.Options.MaximumQos) };
                var isNew = state.Subscribe(session, granted);
                reason = (MqttReasonCode)granted.Qos;
                if (!SharedName.IsShared(asked.Filter)
                    && (asked.RetainHandling == MqttRetainHandling.Send
                        || (asked.RetainHandling == MqttRetainHandling.SendIfNew && isNew))) // [MQTT-3.3.1-9] to -11.
                {
                    retained.Add(granted);
                }
            }

            codes.Add(connection.Peer.Version >= MqttProtocolVersion.V50 || reason < MqttReasonCode.UnspecifiedError
                ? (byte)reason
                : (byte)MqttReasonCode.UnspecifiedError);
        }

        connection.Outbound.SubAck(new SubAckPacket(packet.PacketIdentifier, codes));
        foreach (var subscription in retained)
        {
            state.SendRetained(session, subscription);
        }
    }

    public static void Unsubscribe(
        BrokerConnection connection, BrokerState state, BrokerSession session, UnsubscribePacket packet)
    {
        var codes = new List<byte>();
        foreach (var filter in packet.Filters)
        {
            var reason = state.Unsubscribe(session, filter)
                ? MqttReasonCode.Success
                : MqttReasonCode.NoSubscriptionExisted;
            codes.Add((byte)reason);
        }

        connection.Outbound.UnsubAck(new UnsubAckPacket(
            packet.PacketIdentifier, connection.Peer.Version >= MqttProtocolVersion.V50 ? codes : []));
    }

    /// <summary>Why a subscription is refused, or success.</summary>
    /// <exception cref="MqttProtocolException">It is one that no client may ask for.</exception>
    private static MqttReasonCode Judge(BrokerState state, MqttTestSubscription asked)
    {
        var options = state.Options;
        var isShared = SharedName.IsShared(asked.Filter);
        if (isShared && asked.NoLocal)
        {
            throw new MqttProtocolException(
                "MQTT-3.8.3-4", MqttReasonCode.ProtocolError, "A shared subscription asks for No Local.");
        }

        if (state.Faults.RefusesSubscription(asked.Filter, out var reason))
        {
            return reason;
        }

        if (isShared && !SharedName.TryGetFilter(asked.Filter, out _))
        {
            return MqttReasonCode.TopicFilterInvalid; // [MQTT-4.8.2-1] and -2.
        }

        return isShared && !options.IsSharedSubscriptionAvailable ? MqttReasonCode.SharedSubscriptionsNotSupported
            : !options.IsWildcardSubscriptionAvailable && asked.Filter.AsSpan().ContainsAny('+', '#')
                ? MqttReasonCode.WildcardSubscriptionsNotSupported
            : !options.IsSubscriptionIdentifierAvailable && asked.Identifier != 0
                ? MqttReasonCode.SubscriptionIdentifiersNotSupported
            : MqttReasonCode.Success;
    }
}
