using System.Buffers;
using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>What the broker does with each packet of one client. Always under the gate.</summary>
internal sealed class PacketHandler(BrokerConnection connection, BrokerState state)
{
    private readonly PacketDecoder _decoder = new();
    private MqttProtocolVersion _version = MqttProtocolVersion.V311;
    private BrokerSession? _session;
    private MqttWill? _will;

    public string ClientId => _session?.ClientId ?? "";

    /// <summary>Handles a packet; false when the connection shall end.</summary>
    public bool Handle(in Frame frame)
    {
        if (connection.Outbound.IsEnding)
        {
            return true; // Refused or cut: what still comes is not looked at.
        }

        if (_session is null)
        {
            // Before CONNECT nothing else may come [MQTT-3.1.0-1].
            return frame.Type == PacketType.Connect && HandleConnect(frame);
        }

        switch (frame.Type)
        {
            case PacketType.Publish:
                HandlePublish(frame);
                return true;
            case PacketType.PubAck:
                _session.OnPubAck(PacketDecoder.ReadAcknowledgement(frame, _version).PacketIdentifier);
                return true;
            case PacketType.PubRec:
                _session.OnPubRec(PacketDecoder.ReadAcknowledgement(frame, _version).PacketIdentifier);
                return true;
            case PacketType.PubRel:
                var released = PacketDecoder.ReadAcknowledgement(frame, _version).PacketIdentifier;
                _session.Release(released);
                connection.Outbound.Acknowledge(PacketType.PubComp, released);
                return true;
            case PacketType.PubComp:
                _session.OnPubComp(PacketDecoder.ReadAcknowledgement(frame, _version).PacketIdentifier);
                return true;
            case PacketType.Subscribe:
                HandleSubscribe(PacketDecoder.ReadSubscribe(frame, _version));
                return true;
            case PacketType.Unsubscribe:
                HandleUnsubscribe(PacketDecoder.ReadUnsubscribe(frame, _version));
                return true;
            case PacketType.PingReq:
                PacketDecoder.DemandEmpty(frame);
                connection.Outbound.PingResp();
                return true;
            case PacketType.Disconnect:
                PacketDecoder.ReadDisconnect(frame, _version);
                _will = null; // [MQTT-3.14.4-3]
                return false;
            default:
                return false; // A second CONNECT [MQTT-3.1.0-2], or what only a server sends.
        }
    }

    /// <summary>The socket has room again.</summary>
    public void Pump() => _session?.Pump();

    public void OnClosed()
    {
        // A taken-over or refused connection has no session of its own any more.
        if (_session is not { } session || !ReferenceEquals(session.Connection, connection))
        {
            return;
        }

        state.Leave(session);
        if (_will is { } will)
        {
            _will = null;
            state.Publish(new MqttTestMessage(
                session.ClientId, will.Topic, will.Payload, will.Qos, will.IsRetained, IsDuplicate: false));
        }
    }

    private bool HandleConnect(in Frame frame)
    {
        ConnectPacket packet;
        try
        {
            packet = PacketDecoder.ReadConnect(frame);
        }
        catch (MqttProtocolException error) when (error.ReasonCode == MqttReasonCode.UnsupportedProtocolVersion)
        {
            return Refuse(error.ReasonCode); // [MQTT-3.1.2-2]
        }

        var reason = state.Judge(packet);
        if (reason != MqttReasonCode.Success)
        {
            return Refuse(reason);
        }

        // A client without a name gets one of ours (§3.1.3.1).
        var clientId = packet.ClientId.Length > 0 ? packet.ClientId : state.NextClientId();
        var session = state.Open(clientId, packet.CleanSession, out var isPresent);
        _version = packet.Version;
        _will = packet.Will;
        _session = session;
        connection.Outbound.ConnAck(new ConnAckPacket(isPresent && packet.Version != MqttProtocolVersion.V31, 0));
        session.Attach(connection);
        connection.WatchKeepAlive(packet.KeepAliveSeconds);
        return true;
    }

    private bool Refuse(MqttReasonCode reason)
    {
        connection.Outbound.ConnAck(new ConnAckPacket(IsSessionPresent: false, reason switch
        {
            MqttReasonCode.UnsupportedProtocolVersion => 1,
            MqttReasonCode.ClientIdentifierNotValid => 2,
            MqttReasonCode.BadUserNameOrPassword => 4,
            MqttReasonCode.NotAuthorized => 5,
            _ => 3,
        }));
        connection.Outbound.End(); // The loop sends the CONNACK first.
        return true;
    }

    private void HandlePublish(in Frame frame)
    {
        var packet = _decoder.ReadPublish(frame, _version);

        // Handle has checked that there is a session.
        if (packet.Qos != MqttQos.ExactlyOnce || _session!.TryReceive(packet.PacketIdentifier))
        {
            state.Publish(new MqttTestMessage(
                ClientId, packet.Topic, packet.Payload.ToArray(), packet.Qos, packet.IsRetained, packet.IsDuplicate));
        }

        if (packet.Qos != MqttQos.AtMostOnce)
        {
            var type = packet.Qos == MqttQos.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec;
            connection.Outbound.Acknowledge(type, packet.PacketIdentifier);
        }
    }

    private void HandleSubscribe(SubscribePacket packet)
    {
        var session = _session!; // Handle has checked it.
        var codes = packet.Subscriptions.Select(subscription => state.Subscribe(session, subscription)).ToArray();
        connection.Outbound.SubAck(new SubAckPacket(packet.PacketIdentifier, codes));
        for (var i = 0; i < codes.Length; i++)
        {
            if (codes[i] <= (byte)MqttQos.ExactlyOnce)
            {
                state.SendRetained(session, packet.Subscriptions[i]);
            }
        }
    }

    private void HandleUnsubscribe(UnsubscribePacket packet)
    {
        foreach (var filter in packet.Filters)
        {
            state.Unsubscribe(_session!, filter); // Handle has checked it.
        }

        connection.Outbound.UnsubAck(new UnsubAckPacket(packet.PacketIdentifier, []));
    }
}
