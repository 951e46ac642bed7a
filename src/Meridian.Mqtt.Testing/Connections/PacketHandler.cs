using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>
/// What the broker does with each packet of one client: leads it to the part that knows it. Always under the gate.
/// </summary>
internal sealed class PacketHandler(BrokerConnection connection, BrokerState state)
{
    private readonly ConnectHandler _connect = new(connection, state);
    private readonly PublishHandler _publish = new(connection, state);

    public string ClientId => _connect.Session?.ClientId ?? "";

    /// <summary>A CONNECT was accepted.</summary>
    public bool IsConnected => _connect.Session is not null;

    /// <summary>Handles a packet; false when the connection shall end.</summary>
    /// <exception cref="MqttProtocolException">The packet is not allowed; its code is the one to end with.</exception>
    public bool Handle(in Frame frame)
    {
        if (connection.Outbound.IsEnding)
        {
            return true; // Refused or cut: what still comes is not looked at.
        }

        if (_connect.Session is not { } session)
        {
            return _connect.Handle(frame);
        }

        var version = connection.Peer.Version;
        switch (frame.Type)
        {
            case PacketType.Publish:
                _publish.Handle(frame, session);
                return true;
            case PacketType.PubAck:
                session.OnPubAck(PacketDecoder.ReadAcknowledgement(frame, version).PacketIdentifier);
                return true;
            case PacketType.PubRec:
                session.OnPubRec(PacketDecoder.ReadAcknowledgement(frame, version));
                return true;
            case PacketType.PubRel:
                PublishHandler.Release(
                    connection, session, PacketDecoder.ReadAcknowledgement(frame, version).PacketIdentifier);
                return true;
            case PacketType.PubComp:
                session.OnPubComp(PacketDecoder.ReadAcknowledgement(frame, version).PacketIdentifier);
                return true;
            case PacketType.Subscribe:
                SubscribeHandler.Subscribe(
                    connection, state, session, PacketDecoder.ReadSubscribe(frame, version));
                return true;
            case PacketType.Unsubscribe:
                SubscribeHandler.Unsubscribe(
                    connection, state, session, PacketDecoder.ReadUnsubscribe(frame, version));
                return true;
            case PacketType.PingReq:
                PacketDecoder.DemandEmpty(frame);
                connection.Outbound.PingResp();
                return true;
            case PacketType.Disconnect:
                Disconnect(session, PacketDecoder.ReadDisconnect(frame, version));
                return false;
            case PacketType.Auth when version >= MqttProtocolVersion.V50:
                _connect.Reauthenticate(PacketDecoder.ReadAuth(frame));
                return true;
            default:
                throw new MqttProtocolException(
                    "MQTT-3.1.0-2", MqttReasonCode.ProtocolError, $"A {frame.Type} is not allowed here.");
        }
    }

    /// <summary>The socket has room again.</summary>
    public void Pump() => _connect.Session?.Pump();

    public void OnClosed()
    {
        // A refused connection has no session.
        if (_connect.Session is { } session && ReferenceEquals(session.Connection, connection))
        {
            state.Leave(session, _connect.Will);
        }
    }

    private void Disconnect(BrokerSession session, DisconnectPacket packet)
    {
        if (packet.SessionExpirySeconds is { } seconds)
        {
            if (connection.Peer.SessionExpirySeconds == 0 && seconds != 0)
            {
                throw new MqttProtocolException(
                    "MQTT 5.0 §3.14.2.2.2", // Which has no statement of its own.
                    MqttReasonCode.ProtocolError,
                    "A DISCONNECT gives a Session Expiry Interval where CONNECT said zero.");
            }

            session.Expiry = SessionLife.OfSeconds(seconds);
        }

        if (packet.ReasonCode == MqttReasonCode.Success)
        {
            _connect.Will = null; // [MQTT-3.14.4-3]
        }
    }
}
