using System.Diagnostics;

namespace Meridian.Mqtt.Actor;

/// <summary>What an <see cref="MqttError"/> means, whatever the single event was.</summary>
public static class MqttErrorFacts
{
    /// <summary>What failed, in one sentence for people.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The sentence.</returns>
    public static string Text(this MqttError error) => error switch
    {
        MqttError.ConnectConnected => "The server accepted a connection that it had accepted already.",
        MqttError.ConnectSocket => "The connection ended before the server answered CONNECT.",
        MqttError.DisconnectDisconnected => "The connection has ended already.",
        MqttError.SubscribeTopic => "The topic to subscribe to is not a Topic Filter.",
        MqttError.SubscribeQos => "The QoS of the subscription is not 0, 1 or 2.",
        MqttError.SubscribeConnected => "There is no connection to subscribe on.",
        MqttError.UnsubscribeTopic => "The topic to unsubscribe from is not a Topic Filter.",
        MqttError.UnsubscribeConnected => "There is no connection to unsubscribe on.",
        MqttError.PublishTopic => "The topic to publish to is not a Topic Name.",
        MqttError.PublishConnected => "There is no connection to publish on; the message was not sent.",
        MqttError.ConnectFailedRetry => "The server cannot be reached; trying again.",
        MqttError.ConnectFailed => "The server cannot be reached.",
        MqttError.SocketRetry => "The connection was lost; trying again.",
        MqttError.Socket => "The connection was lost.",
        MqttError.TlsConfiguration => "The options for TLS cannot be used.",
        MqttError.TlsAuthentication => "TLS could not be agreed on, or a certificate was not accepted.",
        MqttError.ConnectProtocolRetry => "The server does not speak this version of MQTT; trying an older one.",
        MqttError.ConnectProtocol => "The server does not speak this version of MQTT.",
        MqttError.ConnectId => "The server does not allow the Client Identifier.",
        MqttError.ConnectServerRetry => "The server is not available; trying again.",
        MqttError.ConnectServer => "The server is not available, or refused the connection.",
        MqttError.ConnectAuthentication => "The server does not accept the user name or password.",
        MqttError.ConnectAuthorization => "The server does not let this client in.",
        MqttError.SubscribeFailure => "The server refused the subscription.",
        MqttError.ServerCode => "The server sent a packet that only clients send.",
        MqttError.UnknownCode => "The server sent a byte that begins no packet.",
        MqttError.UnexpectedFormat => "The server sent a packet that is not as the specification says.",
        MqttError.ConnectIdRetry => "The server does not allow the Client Identifier; trying another one.",
        MqttError.PublishQos => "The QoS of the message is not 0, 1 or 2.",
        MqttError.PublishQueueFull => "Too many calls wait for their outcome; the message was not taken.",
        MqttError.SubscribeQueueFull => "Too many calls wait for their outcome; the subscription was not asked for.",
        MqttError.UnsubscribeQueueFull => "Too many calls wait for their outcome; the subscription was not ended.",
        MqttError.PublishFailure => "The message was rejected.",
        MqttError.PublishExpired => "The message expired before it could be sent.",
        MqttError.PublishLost => "The connection ended before the message was acknowledged; its fate is not known.",
        MqttError.UnsubscribeFailure => "The server did not end the subscription.",
        MqttError.NotifyFailed => "A callback threw an exception.",
        _ => throw new UnreachableException($"MqttError {(int)error} has no text."),
    };

    /// <summary>Whether the error ends the connection, or the try to make one.</summary>
    /// <param name="error">The error.</param>
    /// <returns>True when it does; false when the connection goes on as it was, or there was none. For
    /// <see cref="MqttError.NotifyFailed"/>, which may do both, see <see cref="MqttErrorDetails.HasEnded"/>.</returns>
    public static bool EndsConnection(this MqttError error) => error is MqttError.ConnectConnected
        or MqttError.ConnectSocket or MqttError.ConnectFailedRetry or MqttError.ConnectFailed or MqttError.SocketRetry
        or MqttError.Socket or MqttError.TlsConfiguration or MqttError.TlsAuthentication
        or MqttError.ConnectProtocolRetry or MqttError.ConnectProtocol or MqttError.ConnectId
        or MqttError.ConnectIdRetry or MqttError.ConnectServerRetry or MqttError.ConnectServer
        or MqttError.ConnectAuthentication or MqttError.ConnectAuthorization or MqttError.ServerCode
        or MqttError.UnknownCode or MqttError.UnexpectedFormat;

    /// <summary>Whether the connection tries again by itself after the error.</summary>
    /// <param name="error">The error.</param>
    /// <returns>When it does.</returns>
    public static MqttErrorRetry Retry(this MqttError error) => error switch
    {
        MqttError.ConnectFailedRetry or MqttError.SocketRetry or MqttError.ConnectProtocolRetry
            or MqttError.ConnectIdRetry or MqttError.ConnectServerRetry => MqttErrorRetry.Always,
        MqttError.ConnectConnected or MqttError.ConnectSocket or MqttError.TlsAuthentication
            or MqttError.ConnectAuthorization or MqttError.ServerCode or MqttError.UnknownCode
            or MqttError.UnexpectedFormat => MqttErrorRetry.WhereConfigured,
        _ => MqttErrorRetry.Never,
    };
}

/// <summary>When a connection tries again by itself.</summary>
public enum MqttErrorRetry
{
    /// <summary>Not because of this error.</summary>
    Never,

    /// <summary>When <see cref="MqttConnectionOptions.RetryConnection"/> is above zero.</summary>
    WhereConfigured,

    /// <summary>Always: the error says so by its name.</summary>
    Always,
}
