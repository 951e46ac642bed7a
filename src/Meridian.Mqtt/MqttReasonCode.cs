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
    /// <summary>Success; in a SUBACK: granted at QoS 0.</summary>
    Success = 0x00,

    /// <summary>Granted at QoS 1.</summary>
    GrantedQos1 = 0x01,

    /// <summary>Granted at QoS 2.</summary>
    GrantedQos2 = 0x02,

    /// <summary>Refused, and the peer does not say why. The one failure code of a 3.1.1 SUBACK.</summary>
    UnspecifiedError = 0x80,

    /// <summary>A packet could not be parsed.</summary>
    MalformedPacket = 0x81,

    /// <summary>A packet was well formed and still not allowed.</summary>
    ProtocolError = 0x82,

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

    /// <summary>Another client connected with the same Client Identifier.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>A Topic Name is not valid.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>A packet is larger than its receiver allows.</summary>
    PacketTooLarge = 0x95,

    /// <summary>A quota is exceeded.</summary>
    QuotaExceeded = 0x97,

    /// <summary>Connections come faster than the server allows.</summary>
    ConnectionRateExceeded = 0x9F,
}
