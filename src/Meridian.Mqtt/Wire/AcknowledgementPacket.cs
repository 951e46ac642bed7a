using System.Runtime.InteropServices;

namespace Meridian.Mqtt.Wire;

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP (§3.4 to §3.7); before 5.0 always a success without details.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AcknowledgementPacket(
    ushort PacketIdentifier,
    MqttReasonCode ReasonCode = MqttReasonCode.Success,
    ReasonDetails? Details = null);

/// <summary>The words and User Properties that may stand beside a Reason Code; null where there are none.</summary>
internal sealed record ReasonDetails(string? ReasonString, IReadOnlyList<MqttUserProperty> UserProperties);
