using System.Buffers;
using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>What the broker does with a client's PUBLISH and PUBREL. Under the gate.</summary>
internal sealed class PublishHandler(BrokerConnection connection, BrokerState state)
{
    private readonly PacketDecoder _decoder = new();
    private readonly Dictionary<ushort, string> _aliases = [];

    public static void Release(BrokerConnection connection, BrokerSession session, ushort identifier) =>
        connection.Outbound.Acknowledge(PacketType.PubComp, new AcknowledgementPacket(
            identifier,
            session.Release(identifier) ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound));

    /// <exception cref="MqttProtocolException">It breaks the protocol or a limit that CONNACK named.</exception>
    public void Handle(in Frame frame, BrokerSession session)
    {
        var packet = _decoder.ReadPublish(frame, connection.Peer.Version);
        Demand(packet);
        var message = new MqttTestMessage(
            session.ClientId,
            Resolve(packet),
            packet.Payload.ToArray(),
            packet.Qos,
            packet.IsRetained,
            packet.IsDuplicate)
        {
            Properties = packet.Properties,
        };
        var answer = new AcknowledgementPacket(packet.PacketIdentifier);
        if (state.Faults.RefusesPublication(message.Topic) is { } refusal)
        {
            var details = refusal.ReasonString is null ? null : new ReasonDetails(refusal.ReasonString, []);
            answer = new AcknowledgementPacket(packet.PacketIdentifier, refusal.Reason, details);
        }
        else if ((packet.Qos != MqttQos.ExactlyOnce || session.TryReceive(packet.PacketIdentifier))
            && !state.Publish(message)
            && state.Options.TellsNoMatchingSubscribers)
        {
            answer = answer with { ReasonCode = MqttReasonCode.NoMatchingSubscribers };
        }

        if (packet.Qos != MqttQos.AtMostOnce)
        {
            connection.Outbound.Acknowledge(
                packet.Qos == MqttQos.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec, answer);
        }
    }

    /// <summary>The limits that CONNACK has told, which a client must obey.</summary>
    private void Demand(in PublishPacket packet)
    {
        var options = state.Options;
        if (connection.Peer.Version < MqttProtocolVersion.V50)
        {
            return;
        }

        if (packet.SubscriptionIdentifier != 0)
        {
            throw new MqttProtocolException(
                "MQTT-3.3.4-6",
                MqttReasonCode.ProtocolError,
                "A client's PUBLISH has a Subscription Identifier.");
        }

        if (packet.Qos > options.MaximumQos)
        {
            throw new MqttProtocolException(
                "MQTT-3.2.2-11",
                MqttReasonCode.QosNotSupported,
                $"A PUBLISH at QoS {(int)packet.Qos} exceeds the Maximum QoS {(int)options.MaximumQos}.");
        }

        if (packet.IsRetained && !options.IsRetainAvailable)
        {
            throw new MqttProtocolException(
                "MQTT-3.2.2-14", MqttReasonCode.RetainNotSupported, "A PUBLISH wants to be retained.");
        }

        if (packet.Qos != MqttQos.AtMostOnce && !connection.BeginFlow(packet.PacketIdentifier))
        {
            throw new MqttProtocolException(
                "MQTT-3.3.4-7",
                MqttReasonCode.ReceiveMaximumExceeded,
                $"More than {options.ReceiveMaximum} publications are not acknowledged to the end.");
        }
    }

    private string Resolve(in PublishPacket packet)
    {
        if (packet.TopicAlias == 0)
        {
            return packet.Topic;
        }

        if (packet.TopicAlias > state.Options.TopicAliasMaximum)
        {
            throw new MqttProtocolException(
                "MQTT-3.3.2-9",
                MqttReasonCode.TopicAliasInvalid,
                $"Topic Alias {packet.TopicAlias} exceeds the maximum of {state.Options.TopicAliasMaximum}.");
        }

        if (packet.Topic.Length > 0)
        {
            _aliases[packet.TopicAlias] = packet.Topic;
            return packet.Topic;
        }

        return _aliases.TryGetValue(packet.TopicAlias, out var topic)
            ? topic
            : throw new MqttProtocolException(
                "MQTT-3.3.2-7",
                MqttReasonCode.TopicAliasInvalid,
                $"Topic Alias {packet.TopicAlias} was never given a Topic Name.");
    }
}
