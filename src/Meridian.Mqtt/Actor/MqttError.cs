namespace Meridian.Mqtt.Actor;

/// <summary>
/// All that can fail on an <see cref="MqttConnection"/>. What each means for the connection is said by
/// <see cref="MqttErrorFacts"/>, and of each single event by <see cref="MqttErrorDetails"/>.
/// </summary>
public enum MqttError
{
    /// <summary>The server accepted a connection that it had accepted already.</summary>
    ConnectConnected,

    /// <summary>The transport was open, and ended or kept silent before the server's answer to CONNECT.</summary>
    ConnectSocket,

    /// <summary><see cref="MqttConnection.Disconnect"/> was called when it had been called before, or when the
    /// connection had ended for good.</summary>
    DisconnectDisconnected,

    /// <summary>What was to be subscribed to is not a Topic Filter.</summary>
    SubscribeTopic,

    /// <summary>The QoS of a subscription is not 0, 1 or 2.</summary>
    SubscribeQos,

    /// <summary>There is no connection to subscribe on, and none that the request could wait for.</summary>
    SubscribeConnected,

    /// <summary>What was to be unsubscribed from is not a Topic Filter.</summary>
    UnsubscribeTopic,

    /// <summary>There is no connection to unsubscribe on, and none that the request could wait for.</summary>
    UnsubscribeConnected,

    /// <summary>What was to be published to is not a Topic Name.</summary>
    PublishTopic,

    /// <summary>There is no connection to publish on, and none that the message could wait for. It was not sent.
    /// </summary>
    PublishConnected,

    /// <summary>The server cannot be reached; the connection tries again.</summary>
    ConnectFailedRetry,

    /// <summary>The server cannot be reached.</summary>
    ConnectFailed,

    /// <summary>An accepted connection was lost; the connection tries again.</summary>
    SocketRetry,

    /// <summary>An accepted connection was lost.</summary>
    Socket,

    /// <summary>The options for TLS cannot be used. Nothing was sent: it never goes on without TLS.</summary>
    TlsConfiguration,

    /// <summary>TLS could not be agreed on, or a certificate was not accepted. It never goes on without TLS.</summary>
    TlsAuthentication,

    /// <summary>The server does not speak this version of MQTT; the connection tries the next older one.</summary>
    ConnectProtocolRetry,

    /// <summary>The server does not speak this version of MQTT, and no older one is left to try.</summary>
    ConnectProtocol,

    /// <summary>The server does not allow the Client Identifier.</summary>
    ConnectId,

    /// <summary>The server is not available, or refuses for a reason that may pass; the connection tries again, later
    /// each time.</summary>
    ConnectServerRetry,

    /// <summary>The server is not available, or refuses for another reason.</summary>
    ConnectServer,

    /// <summary>The server does not accept the user name or password.</summary>
    ConnectAuthentication,

    /// <summary>The server does not let this client in.</summary>
    ConnectAuthorization,

    /// <summary>The server refused a subscription, now or when it was renewed on a later connection.</summary>
    SubscribeFailure,

    /// <summary>The server sent a packet that only clients send.</summary>
    ServerCode,

    /// <summary>The server sent a byte that begins no packet.</summary>
    UnknownCode,

    /// <summary>The server sent a packet that is not as the specification says, or not in its turn.</summary>
    UnexpectedFormat,

    /// <summary>The server does not allow the Client Identifier, which the connection had drawn itself; it tries
    /// another one.</summary>
    ConnectIdRetry,

    /// <summary>The QoS of a message is not 0, 1 or 2.</summary>
    PublishQos,

    /// <summary>As many calls wait for their outcome as the options allow; this one was not taken.</summary>
    PublishQueueFull,

    /// <inheritdoc cref="PublishQueueFull"/>
    SubscribeQueueFull,

    /// <inheritdoc cref="PublishQueueFull"/>
    UnsubscribeQueueFull,

    /// <summary>The server rejected the message, or had said that it takes no such message; or a property of it or its
    /// size is not allowed.</summary>
    PublishFailure,

    /// <summary>The message expired before it could be sent.</summary>
    PublishExpired,

    /// <summary>The connection ended before the message was acknowledged: whether the server has it is not known.
    /// </summary>
    PublishLost,

    /// <summary>The server did not end the subscription.</summary>
    UnsubscribeFailure,

    /// <summary>A callback of the <see cref="IMqttConnectionNotify"/> threw an exception.</summary>
    NotifyFailed,
}
