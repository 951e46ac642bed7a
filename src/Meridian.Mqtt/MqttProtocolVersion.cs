using System.Diagnostics.CodeAnalysis;

namespace Meridian.Mqtt;

/// <summary>The version of MQTT that a connection speaks; the value is the protocol level on the wire.</summary>
[SuppressMessage("Design", "CA1008:Enums should have zero value", Justification = "No protocol level is zero.")]
public enum MqttProtocolVersion : byte
{
    /// <summary>MQTT 3.1, protocol name <c>MQIsdp</c>.</summary>
    V31 = 3,

    /// <summary>MQTT 3.1.1, protocol name <c>MQTT</c>. The default.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0, protocol name <c>MQTT</c>.</summary>
    V50 = 5,
}

/// <summary>How hard the two ends try to deliver an Application Message (MQTT 3.1.1 §4.3).</summary>
public enum MqttQos : byte
{
    /// <summary>Sent once, never acknowledged; lost when the connection is lost.</summary>
    AtMostOnce,

    /// <summary>Acknowledged by PUBACK; sent again when the connection is lost before that.</summary>
    AtLeastOnce,

    /// <summary>Acknowledged in two steps, delivered once within a session.</summary>
    ExactlyOnce,
}
