namespace Meridian.Mqtt.Testing.Traffic;

/// <summary>The CONNACK return codes of 3.1 and 3.1.1 (§3.2.2.3) and the Reason Codes that say the same.</summary>
internal static class ReturnCodes
{
    private const byte Unavailable = 3;

    private static readonly MqttReasonCode[] Reasons =
    [
        MqttReasonCode.Success,
        MqttReasonCode.UnsupportedProtocolVersion,
        MqttReasonCode.ClientIdentifierNotValid,
        MqttReasonCode.ServerUnavailable,
        MqttReasonCode.BadUserNameOrPassword,
        MqttReasonCode.NotAuthorized,
    ];

    public static MqttReasonCode ToReason(byte code) =>
        code < Reasons.Length ? Reasons[code] : MqttReasonCode.UnspecifiedError;

    /// <summary>What has no counterpart is "unavailable".</summary>
    public static byte FromReason(MqttReasonCode reason)
    {
        var code = Array.IndexOf(Reasons, reason);
        return code < 0 ? Unavailable : (byte)code;
    }
}
