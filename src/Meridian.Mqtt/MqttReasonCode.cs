using System.Diagnostics.CodeAnalysis;

namespace Meridian.Mqtt;

/// <summary>Why a peer answered as it did, in the numbers of MQTT 5.0 §2.4.</summary>
/// <remarks>
/// The CONNACK return codes 1 to 5 of MQTT 3.1 and 3.1.1 are given as their 5.0 counterparts, so that a caller knows
/// one vocabulary only.
/// </remarks>
[SuppressMessage(
    "Design", "CA1027:Mark enums with FlagsAttribute", Justification = "The values are codes of the wire, not bits.")]
public enum MqttReasonCode : byte
{
    /// <summary>Success; in a SUBACK: granted at QoS 0; in a DISCONNECT: the normal end, without the Will.</summary>
    Success = 0x00,

    /// <summary>Granted at QoS 1.</summary>
    GrantedQos1 = 0x01,

    /// <summary>Granted at QoS 2.</summary>
    GrantedQos2 = 0x02,

    /// <summary>The client ends the connection and wants its Will published.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>The message was accepted and nobody has subscribed to it.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>There was no such subscription to end.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>The authentication goes on with another step.</summary>
    ContinueAuthentication = 0x18,

    /// <summary>The client begins an authentication on a living connection.</summary>
    Reauthenticate = 0x19,

    /// <summary>Refused, and the peer does not say why. The one failure code of a 3.1.1 SUBACK.</summary>
    UnspecifiedError = 0x80,

    /// <summary>A packet could not be parsed.</summary>
    MalformedPacket = 0x81,

    /// <summary>A packet was well formed and still not allowed.</summary>
    ProtocolError = 0x82,

    /// <summary>Allowed by the specification, refused by this peer.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>The server does not speak this version (3.1.1: CONNACK return code 1).</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>The Client Identifier is not allowed (3.1.1: CONNACK return code 2).</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>User name or password are wrong (3.1.1: CONNACK return code 4).</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>The client may not do this (3.1.1: CONNACK return code 5).</summary>
    NotAuthorized = 0x87,

    /// <summary>The server is not available (3.1.1: CONNACK return code 3).</summary>
    ServerUnavailable = 0x88,

    /// <summary>The server is busy.</summary>
    ServerBusy = 0x89,

    /// <summary>The client is banned by an administrator.</summary>
    Banned = 0x8A,

    /// <summary>The server shuts down.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>The authentication method is not supported, or is not the one in use.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>The server heard nothing for 1.5 times the Keep Alive.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>Another client connected with the same Client Identifier.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>A Topic Filter is well formed and not accepted.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>A Topic Name is well formed and not accepted.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The Packet Identifier is already in use: the two ends disagree about the session.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>The Packet Identifier is not known: the two ends disagree about the session.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>More publications are unacknowledged than the receiver allows.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>A Topic Alias is zero, unknown or above the maximum.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>A packet is larger than its receiver allows.</summary>
    PacketTooLarge = 0x95,

    /// <summary>Messages come faster than the receiver allows.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>A quota is exceeded.</summary>
    QuotaExceeded = 0x97,

    /// <summary>An administrator ended the connection.</summary>
    AdministrativeAction = 0x98,

    /// <summary>The payload is not the text that it claims to be.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>The server does not retain messages.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>The server does not support this QoS.</summary>
    QosNotSupported = 0x9B,

    /// <summary>The client should use another server for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>The client should use another server from now on.</summary>
    ServerMoved = 0x9D,

    /// <summary>The server has no shared subscriptions.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Connections come faster than the server allows.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>The connection has lasted as long as it was allowed to.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>The server has no Subscription Identifiers.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>The server has no wildcards in Topic Filters.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
