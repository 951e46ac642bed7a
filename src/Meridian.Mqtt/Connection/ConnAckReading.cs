using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>From options to CONNECT, and from CONNACK to what the caller hears. Pure.</summary>
internal static class ConnAckReading
{
    public static ConnectPacket ToConnect(ClientState state, MqttCredentials credentials)
    {
        var options = state.Options;
        return new ConnectPacket
        {
            Version = state.Version,
            ClientId = state.ClientId,
            CleanSession = state.IsCleanStart,
            KeepAliveSeconds = (ushort)Math.Ceiling(options.KeepAlive.TotalSeconds),
            Will = state.Will,
            UserName = credentials.UserName,
            // A bare null would become an empty memory here, and an empty password is not none.
            Password = credentials.Password.IsEmpty ? default(ReadOnlyMemory<byte>?) : credentials.Password,
            SessionExpirySeconds = options.SessionExpirySeconds,
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            MaximumPacketSize = (uint)options.MaxPacketBytes,
            TopicAliasMaximum = (ushort)options.TopicAliasMaximum,
            RequestResponseInformation = options.RequestResponseInformation,
            RequestProblemInformation = options.RequestProblemInformation,
            UserProperties = options.UserProperties,
        };
    }

    /// <summary>What the server granted.</summary>
    /// <exception cref="MqttException">It refused, or contradicts itself.</exception>
    public static MqttConnectResult ToResult(
        ConnAckPacket packet, ConnectPacket connect, MqttServer server, ServerWords words)
    {
        if (packet.IsSessionPresent && connect.CleanSession)
        {
            throw new MqttProtocolException(
                "MQTT-3.2.2-1",
                MqttReasonCode.ProtocolError,
                "The server says that a session is present where a clean one was asked for.");
        }

        if (packet.ReturnCode != 0)
        {
            throw Refused(packet, connect, server, words);
        }

        if (connect.ClientId.Length == 0 && connect.Version == MqttProtocolVersion.V50
            && string.IsNullOrEmpty(packet.AssignedClientId))
        {
            throw new MqttProtocolException(
                "MQTT-3.2.2-16",
                MqttReasonCode.ProtocolError,
                "The server was to assign a Client Identifier and did not.");
        }

        var is5 = connect.Version == MqttProtocolVersion.V50;
        return new MqttConnectResult
        {
            IsSessionPresent = packet.IsSessionPresent,
            Version = connect.Version,
            Server = server,
            AssignedClientId = packet.AssignedClientId,
            SessionExpiry = is5
                ? ToExpiry(packet.SessionExpirySeconds ?? connect.SessionExpirySeconds)
                : connect.CleanSession ? TimeSpan.Zero : null,
            ReceiveMaximum = packet.ReceiveMaximum,
            MaximumQos = packet.MaximumQos,
            IsRetainAvailable = packet.IsRetainAvailable,
            MaximumPacketSize = packet.MaximumPacketSize == 0 ? null : packet.MaximumPacketSize,
            TopicAliasMaximum = packet.TopicAliasMaximum,
            IsWildcardSubscriptionAvailable = packet.IsWildcardSubscriptionAvailable,
            IsSubscriptionIdentifierAvailable = is5 && packet.IsSubscriptionIdentifierAvailable,
            IsSharedSubscriptionAvailable = packet.IsSharedSubscriptionAvailable,
            ServerKeepAlive = packet.ServerKeepAliveSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            ResponseInformation = packet.ResponseInformation,
            ServerReference = packet.ServerReference,
            ReasonString = packet.Details?.ReasonString,
            UserProperties = packet.Details?.UserProperties ?? [],
        };
    }

    /// <summary>The CONNACK of an older server in the Reason Codes of 5.0.</summary>
    public static ConnAckPacket ToVersion5(ConnAckPacket packet) => packet.ReturnCode == 0
        ? throw new MqttProtocolException(
            "MQTT 5.0 §3.2.2.3", MqttReasonCode.ProtocolError, "The server accepted CONNECT with a CONNACK of 3.1.1.")
        : packet with { ReturnCode = (byte)ReasonOf(packet.ReturnCode, MqttProtocolVersion.V311) };

    private static TimeSpan? ToExpiry(uint seconds) =>
        seconds == uint.MaxValue ? null : TimeSpan.FromSeconds(seconds);

    private static MqttConnectException Refused(
        ConnAckPacket packet, ConnectPacket connect, MqttServer server, ServerWords words)
    {
        var reason = ReasonOf(packet.ReturnCode, connect.Version);
        var advice = reason switch
        {
            MqttReasonCode.UnsupportedProtocolVersion => $"it does not speak version {connect.Version}",
            MqttReasonCode.ClientIdentifierNotValid => $"it does not allow the ClientId '{connect.ClientId}'",
            MqttReasonCode.ServerUnavailable => "it is not available now",
            MqttReasonCode.BadUserNameOrPassword => "UserName or Password are wrong",
            MqttReasonCode.NotAuthorized =>
                "this client is not authorized; check UserName, Password and the rights that it has there",
            MqttReasonCode.UnspecifiedError when packet.ReturnCode != (byte)reason =>
                $"its return code {packet.ReturnCode} is reserved",
            _ => $"its Reason Code is {reason}",
        };
        return new MqttConnectException(
            reason, $"The server {server} refused the connection: {advice}.{words.Quote(packet.Details)}")
        {
            ReasonString = words.Of(packet.Details),
            ServerReference = packet.ServerReference,
        };
    }

    private static MqttReasonCode ReasonOf(byte code, MqttProtocolVersion version) => code switch
    {
        >= 0x80 when version == MqttProtocolVersion.V50 && Enum.IsDefined((MqttReasonCode)code) => (MqttReasonCode)code,
        1 when version < MqttProtocolVersion.V50 => MqttReasonCode.UnsupportedProtocolVersion,
        2 when version < MqttProtocolVersion.V50 => MqttReasonCode.ClientIdentifierNotValid,
        3 when version < MqttProtocolVersion.V50 => MqttReasonCode.ServerUnavailable,
        4 when version < MqttProtocolVersion.V50 => MqttReasonCode.BadUserNameOrPassword,
        5 when version < MqttProtocolVersion.V50 => MqttReasonCode.NotAuthorized,
        _ => MqttReasonCode.UnspecifiedError,
    };
}
