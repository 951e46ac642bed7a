namespace Meridian.Mqtt.Testing;

/// <summary>The type of a Control Packet, in the numbers of the wire (MQTT 5.0 §2.1.2).</summary>
public enum MqttPacketType
{
    /// <summary>No packet has this number; it means any packet where one is asked for.</summary>
    Any = 0,

    /// <summary>A client asks for a connection.</summary>
    Connect = 1,

    /// <summary>The server's answer to CONNECT.</summary>
    ConnAck = 2,

    /// <summary>An Application Message, either way.</summary>
    Publish = 3,

    /// <summary>The acknowledgement at QoS 1, either way.</summary>
    PubAck = 4,

    /// <summary>The first acknowledgement at QoS 2, either way.</summary>
    PubRec = 5,

    /// <summary>The release at QoS 2, either way.</summary>
    PubRel = 6,

    /// <summary>The end of a delivery at QoS 2, either way.</summary>
    PubComp = 7,

    /// <summary>A client asks for Topic Filters.</summary>
    Subscribe = 8,

    /// <summary>The server's answer to SUBSCRIBE.</summary>
    SubAck = 9,

    /// <summary>A client ends Topic Filters.</summary>
    Unsubscribe = 10,

    /// <summary>The server's answer to UNSUBSCRIBE.</summary>
    UnsubAck = 11,

    /// <summary>A client shows that it lives.</summary>
    PingReq = 12,

    /// <summary>The server's answer to PINGREQ.</summary>
    PingResp = 13,

    /// <summary>The last packet: of a client, from 5.0 on also of the server.</summary>
    Disconnect = 14,

    /// <summary>One step of an enhanced authentication, either way; 5.0 only.</summary>
    Auth = 15,
}
