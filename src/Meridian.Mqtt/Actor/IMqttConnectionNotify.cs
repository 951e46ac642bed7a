namespace Meridian.Mqtt.Actor;

/// <summary>Hears what happens to an <see cref="MqttConnection"/>.</summary>
/// <remarks>
/// All calls come one after the other, in the order in which things happened, from one loop that is not the caller's
/// thread; the first may come before the constructor has returned, so each brings the connection along. They may call
/// the connection, and may take their time: pings go on. While they are behind by
/// <see cref="MqttConnectionOptions.MaxUnheardMessages"/>, the connection reads no further, so that the server feels
/// it. An exception that leaves one is told to <see cref="OnError"/> as <see cref="MqttError.NotifyFailed"/>; one that
/// leaves <see cref="OnError"/> itself is only logged.
/// </remarks>
public interface IMqttConnectionNotify
{
    /// <summary>The server accepted a connection: the first, or one after a loss.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isSessionPresent">True when the server still has the session; false when it begins anew.
    /// Subscriptions that were granted before are made again by the connection itself.</param>
    void OnConnect(MqttConnection connection, bool isSessionPresent);

    /// <summary>A message was received. At QoS 1 and 2 it is acknowledged when this has returned.</summary>
    /// <remarks>When this throws, the message is not acknowledged and its connection is ended; the next one brings it
    /// again, where <see cref="MqttConnectionOptions.RetryConnection"/> is set and the server keeps the session. One
    /// that this can never take must not throw for ever: keep it elsewhere and return.</remarks>
    /// <param name="connection">The connection.</param>
    /// <param name="message">The message; it may be kept.</param>
    void OnMessage(MqttConnection connection, MqttApplicationMessage message)
    {
    }

    /// <summary>A message is published: at QoS 0 on its way to the socket, at QoS 1 acknowledged by PUBACK, at QoS 2 by
    /// PUBCOMP.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="token">What <see cref="MqttConnection.Publish(MqttApplicationMessage)"/> returned.</param>
    /// <param name="message">The message as it was given.</param>
    void OnPublish(MqttConnection connection, MqttToken token, MqttApplicationMessage message)
    {
    }

    /// <summary>The server granted a subscription.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="token">What <see cref="MqttConnection.Subscribe"/> returned.</param>
    /// <param name="topic">The Topic Filter.</param>
    /// <param name="grantedQos">The highest QoS at which the server will send.</param>
    void OnSubscribe(MqttConnection connection, MqttToken token, string topic, MqttQos grantedQos)
    {
    }

    /// <summary>The server ended a subscription as asked.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="token">What <see cref="MqttConnection.Unsubscribe"/> returned.</param>
    /// <param name="topic">The Topic Filter.</param>
    void OnUnsubscribe(MqttConnection connection, MqttToken token, string topic)
    {
    }

    /// <summary>The server answered a ping. Several that come while the callbacks are behind are told once.</summary>
    /// <param name="connection">The connection.</param>
    void OnPing(MqttConnection connection)
    {
    }

    /// <summary>
    /// An accepted connection has ended, for whatever reason; or <see cref="MqttConnection.Disconnect"/> or disposal
    /// has ended the tries to make one. When it is the end for good, every other call has been told its outcome before.
    /// </summary>
    /// <param name="connection">The connection.</param>
    void OnDisconnect(MqttConnection connection)
    {
    }

    /// <summary>Something failed: a call, a try to connect, or the connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="kind">What failed.</param>
    /// <param name="details">Which call it was, why, and how it goes on.</param>
    void OnError(MqttConnection connection, MqttError kind, MqttErrorDetails details)
    {
    }
}
