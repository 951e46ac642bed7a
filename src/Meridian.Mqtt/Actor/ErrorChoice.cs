namespace Meridian.Mqtt.Actor;

/// <summary>From the engine's exceptions to the errors of the actor. Pure.</summary>
internal static class ErrorChoice
{
    /// <summary>A try to connect failed.</summary>
    public static MqttError OfTry(MqttException reason, bool hasOpened, bool willRetry) => reason switch
    {
        MqttConnectException refusal => OfRefusal(refusal, willRetry),
        MqttTlsException => MqttError.TlsAuthentication,
        MqttProtocolException fault => OfFault(fault),
        _ when hasOpened => MqttError.ConnectSocket,
        _ => willRetry ? MqttError.ConnectFailedRetry : MqttError.ConnectFailed,
    };

    /// <summary>A failed try is answered by another one at once.</summary>
    public static MqttError OfAdapted(MqttException reason) => reason switch
    {
        MqttConnectException { ReasonCode: MqttReasonCode.UnsupportedProtocolVersion } =>
            MqttError.ConnectProtocolRetry,
        MqttConnectException { ReasonCode: MqttReasonCode.ClientIdentifierNotValid } => MqttError.ConnectIdRetry,
        MqttConnectException => MqttError.ConnectServerRetry,
        _ => MqttError.ConnectSocket,
    };

    /// <summary>An accepted connection was lost.</summary>
    public static MqttError OfLoss(MqttException reason, bool willRetry) => reason is MqttProtocolException fault
        ? OfFault(fault)
        : willRetry ? MqttError.SocketRetry : MqttError.Socket;

    /// <summary>A call that the engine had taken failed.</summary>
    public static MqttError OfCall(MqttCall call, MqttQos qos, Exception reason)
    {
        var isLoss = reason is MqttException and not MqttRejectedException and not MqttMessageExpiredException;
        return call switch
        {
            MqttCall.Publish when reason is MqttMessageExpiredException => MqttError.PublishExpired,
            MqttCall.Publish when isLoss && qos == MqttQos.AtMostOnce => MqttError.PublishConnected,
            MqttCall.Publish => isLoss ? MqttError.PublishLost : MqttError.PublishFailure,
            MqttCall.Subscribe => isLoss ? MqttError.SubscribeConnected : MqttError.SubscribeFailure,
            _ => isLoss ? MqttError.UnsubscribeConnected : MqttError.UnsubscribeFailure,
        };
    }

    /// <summary>There is no connection, and none to wait for.</summary>
    public static MqttError NotConnected(MqttCall call) => call switch
    {
        MqttCall.Publish => MqttError.PublishConnected,
        MqttCall.Subscribe => MqttError.SubscribeConnected,
        _ => MqttError.UnsubscribeConnected,
    };

    /// <summary>The call was not taken at all.</summary>
    public static MqttError Refused(MqttCall call) => call switch
    {
        MqttCall.Publish => MqttError.PublishQueueFull,
        MqttCall.Subscribe => MqttError.SubscribeQueueFull,
        MqttCall.Unsubscribe => MqttError.UnsubscribeQueueFull,
        _ => MqttError.DisconnectDisconnected,
    };

    private static MqttError OfRefusal(MqttConnectException refusal, bool willRetry) => refusal.ReasonCode switch
    {
        MqttReasonCode.UnsupportedProtocolVersion => MqttError.ConnectProtocol,
        MqttReasonCode.ClientIdentifierNotValid => MqttError.ConnectId,
        MqttReasonCode.BadUserNameOrPassword or MqttReasonCode.BadAuthenticationMethod =>
            MqttError.ConnectAuthentication,
        MqttReasonCode.NotAuthorized or MqttReasonCode.Banned => MqttError.ConnectAuthorization,
        _ => willRetry ? MqttError.ConnectServerRetry : MqttError.ConnectServer,
    };

    private static MqttError OfFault(MqttProtocolException fault) => fault.Fault switch
    {
        ProtocolFault.UnknownPacket => MqttError.UnknownCode,
        ProtocolFault.ClientsPacket => MqttError.ServerCode,
        ProtocolFault.SecondConnAck => MqttError.ConnectConnected,
        _ => MqttError.UnexpectedFormat,
    };
}
