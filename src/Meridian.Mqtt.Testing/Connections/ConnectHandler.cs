using System.Text;
using Meridian.Mqtt.Testing.Authentication;
using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Testing.Traffic;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>What happens from CONNECT to CONNACK, and authentication later on. Under the gate.</summary>
internal sealed class ConnectHandler(BrokerConnection connection, BrokerState state)
{
    private IMqttTestAuthentication? _exchange;

    /// <summary>The session, once the client is accepted.</summary>
    public BrokerSession? Session { get; private set; }

    public MqttWill? Will { get; set; }

    /// <summary>Handles what comes before CONNACK; false when the connection shall end.</summary>
    public bool Handle(in Frame frame)
    {
        if (_exchange is not null)
        {
            return frame.Type == PacketType.Auth && Continue(PacketDecoder.ReadAuth(frame));
        }

        // Before CONNECT nothing else may come [MQTT-3.1.0-1].
        return frame.Type == PacketType.Connect && Connect(frame);
    }

    /// <summary>AUTH of a client that is connected (MQTT 5.0 §4.12.1).</summary>
    /// <exception cref="MqttProtocolException">It is refused, or does not belong here.</exception>
    public void Reauthenticate(AuthPacket packet)
    {
        if (packet.ReasonCode == MqttReasonCode.Reauthenticate)
        {
            _exchange = state.Options.Authenticator?.Begin(connection.ClientId);
        }

        if (_exchange is null || connection.Peer.AuthenticationMethod is not { } method
            || !string.Equals(packet.Method, method, StringComparison.Ordinal)) // [MQTT-4.12.1-1]
        {
            throw new MqttProtocolException(
                "MQTT-4.12.1-1", MqttReasonCode.ProtocolError, "An AUTH belongs to no authentication.");
        }

        var step = _exchange.Advance(packet.Data ?? default);
        if (step.Reason is not (MqttReasonCode.ContinueAuthentication or MqttReasonCode.Success))
        {
            throw new MqttProtocolException("MQTT-4.12.1-2", step.Reason, "The authentication failed.");
        }

        if (step.Reason == MqttReasonCode.Success)
        {
            _exchange = null;
        }

        connection.Outbound.Auth(new AuthPacket(step.Reason, method, step.Data));
    }

    private bool Connect(in Frame frame)
    {
        ConnectPacket packet;
        try
        {
            packet = PacketDecoder.ReadConnect(frame);
        }
        catch (MqttProtocolException error) when (error.ReasonCode == MqttReasonCode.UnsupportedProtocolVersion)
        {
            return Refuse(MqttProtocolVersion.V311, error.ReasonCode); // [MQTT-3.1.2-2]
        }

        connection.Peer = packet;
        if (!state.Options.Versions.Contains(packet.Version))
        {
            // A server that does not know 5.0 answers as servers of its own time do.
            return Refuse(MqttProtocolVersion.V311, MqttReasonCode.UnsupportedProtocolVersion);
        }

        if (state.Faults.RefusesConnect(out var refusal))
        {
            return Refuse(packet.Version, refusal.Reason, refusal.ReasonString, refusal.ServerReference);
        }

        var reason = Judge(packet);
        if (reason != MqttReasonCode.Success)
        {
            return Refuse(packet.Version, reason);
        }

        if (packet.AuthenticationMethod is null)
        {
            Accept(packet, authenticationData: null);
            return true;
        }

        _exchange = state.Options.Authenticator?.Begin(packet.ClientId);
        return Step(packet, packet.AuthenticationData ?? default);
    }

    private bool Continue(AuthPacket packet)
    {
        var isMine = packet.ReasonCode == MqttReasonCode.ContinueAuthentication
            && string.Equals(packet.Method, connection.Peer.AuthenticationMethod, StringComparison.Ordinal);
        return isMine
            ? Step(connection.Peer, packet.Data ?? default)
            : Refuse(connection.Peer.Version, MqttReasonCode.ProtocolError); // [MQTT-4.12.0-3] and -5.
    }

    private bool Step(ConnectPacket packet, ReadOnlyMemory<byte> data)
    {
        var step = _exchange!.Advance(data); // Judge has checked that there is an authenticator.
        switch (step.Reason)
        {
            case MqttReasonCode.ContinueAuthentication:
                connection.Outbound.Auth(new AuthPacket(step.Reason, packet.AuthenticationMethod, step.Data));
                return true;
            case MqttReasonCode.Success:
                _exchange = null;
                Accept(packet, step.Data);
                return true;
            default:
                return Refuse(packet.Version, step.Reason);
        }
    }

    /// <summary>Why this client may not connect, or success.</summary>
    private MqttReasonCode Judge(ConnectPacket packet)
    {
        var options = state.Options;
        var mayBeAnonymous = packet.Version >= MqttProtocolVersion.V50
            || (packet.Version == MqttProtocolVersion.V311 && packet.CleanSession);
        if (packet.ClientId.Length == 0 && !mayBeAnonymous)
        {
            return MqttReasonCode.ClientIdentifierNotValid; // [MQTT-3.1.3-8] of 3.1.1
        }

        if (packet.Version >= MqttProtocolVersion.V50 && packet.Will is { } will)
        {
            if (will.Qos > options.MaximumQos)
            {
                return MqttReasonCode.QosNotSupported; // [MQTT-3.2.2-12]
            }

            if (will.IsRetained && !options.IsRetainAvailable)
            {
                return MqttReasonCode.RetainNotSupported; // [MQTT-3.2.2-13]
            }
        }

        if (!string.Equals(packet.AuthenticationMethod, options.Authenticator?.Method, StringComparison.Ordinal))
        {
            return packet.AuthenticationMethod is null
                ? MqttReasonCode.NotAuthorized
                : MqttReasonCode.BadAuthenticationMethod; // [MQTT-4.12.0-1]
        }

        var isKnown = options.UserName is null
            || (string.Equals(packet.UserName, options.UserName, StringComparison.Ordinal)
                && (packet.Password ?? default).Span.SequenceEqual(Encoding.UTF8.GetBytes(options.Password)));
        return isKnown ? MqttReasonCode.Success : MqttReasonCode.BadUserNameOrPassword;
    }

    private void Accept(ConnectPacket packet, ReadOnlyMemory<byte>? authenticationData)
    {
        // A client without a name gets one of ours (§3.1.3.1).
        var clientId = packet.ClientId.Length > 0 ? packet.ClientId : state.NextClientId();
        var session = state.Open(clientId, packet, out var isPresent);
        session.Last = new MqttTestSession(
            clientId, IsConnected: true, new Dictionary<string, MqttTestSubscription>(StringComparer.Ordinal), 0, 0)
        {
            Connect = PacketFields.ToConnect(packet),
            Transport = connection.Transport,
            ClientCertificateSubject = connection.ClientCertificateSubject,
        };
        Session = session;
        Will = packet.Will;
        state.Traffic.CountConnection();
        var answer = ConnAckMaker.Make(packet, session, state.Options) with
        {
            IsSessionPresent = isPresent && packet.Version != MqttProtocolVersion.V31,
            AuthenticationMethod = packet.AuthenticationMethod,
            AuthenticationData = authenticationData,
        };
        connection.Outbound.ConnAck(packet.Version, answer);
        session.Attach(connection);
        connection.WatchKeepAlive(answer.ServerKeepAliveSeconds ?? packet.KeepAliveSeconds);
    }

    private bool Refuse(
        MqttProtocolVersion version, MqttReasonCode reason, string? text = null, string? serverReference = null)
    {
        var code = version >= MqttProtocolVersion.V50 ? (byte)reason : ReturnCodes.FromReason(reason);
        connection.Outbound.ConnAck(version, new ConnAckPacket(IsSessionPresent: false, code)
        {
            Details = text is null ? null : new ReasonDetails(text, []),
            ServerReference = serverReference,
        });
        connection.Outbound.End(); // The loop sends the CONNACK first.
        return true;
    }
}
