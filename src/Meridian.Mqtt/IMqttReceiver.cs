namespace Meridian.Mqtt;

/// <summary>Hears what the client receives.</summary>
/// <remarks>
/// All calls come one after the other from the client's own loop. They must not block: no other packet is read
/// meanwhile (pings still go out, and the dead-link clock stands still). They may call the client. An exception that
/// leaves one is logged as an error; the message that it concerned is then not acknowledged automatically and the
/// connection is ended, so that the server sends it again.
/// </remarks>
public interface IMqttReceiver
{
    /// <summary>
    /// The Packet Identifiers of messages at QoS 2 that the application has made safe and whose release it has not
    /// noted: those that its own store keeps over a restart of the process. Asked at each connection whose session the
    /// server still has, before anything is received on it; messages with these identifiers are answered and not given
    /// again.
    /// </summary>
    /// <value>Empty by default: the client remembers them as long as it lives. What throws here ends the try to
    /// connect.
    /// </value>
    IReadOnlyCollection<ushort> UnreleasedPacketIdentifiers => [];

    /// <summary>A message was received. The message is lent until this returns.</summary>
    /// <param name="message">The message.</param>
    void OnMessage(in MqttMessage message);

    /// <summary>
    /// The server has let go of a message at QoS 2 (PUBREL) that was given to <see cref="OnMessage"/> and acknowledged
    /// by the application, or that <see cref="UnreleasedPacketIdentifiers"/> named. Its Packet Identifier may mean
    /// another message once PUBCOMP has left. Heard in <see cref="MqttAcknowledgeMode.ByApplication"/> only; heard
    /// again on the next connection when PUBCOMP did not leave before.
    /// </summary>
    /// <param name="release">What to give to <see cref="MqttClient.Acknowledge(in MqttRelease)"/>; may be kept.</param>
    /// <returns>True, as by default: the application is done with it, and PUBCOMP leaves at once. False: PUBCOMP leaves
    /// when the application says so.</returns>
    bool OnRelease(in MqttRelease release) => true;

    /// <summary>
    /// All packets of one read from the socket have been given; a good moment to hand on what was gathered.
    /// </summary>
    void OnBatchEnd()
    {
    }

    /// <summary>The server accepted a connection, the first or a later one.</summary>
    /// <param name="isSessionPresent">True when the server still knows the session, so nothing was missed.</param>
    void OnConnected(bool isSessionPresent)
    {
    }

    /// <summary>A connection that had been accepted ended, or the client gave up trying.</summary>
    /// <param name="reason">Why; null when this side asked for it.</param>
    /// <param name="willRetry">True when the client now tries again by itself.</param>
    void OnDisconnected(MqttException? reason, bool willRetry)
    {
    }

    /// <summary>
    /// A try to connect again has failed, and another follows by itself: why there is still no connection, which may be
    /// another reason than the one it was lost for. Once for each round over the servers, after <see
    /// cref="OnDisconnected"/> with <c>willRetry</c>, and before the first connection where <see
    /// cref="MqttReconnectOptions.CountsAtFirst"/> is set; never for what <see cref="MqttClient.ConnectAsync"/> throws.
    /// </summary>
    /// <param name="reason">Why.</param>
    void OnReconnectFailed(MqttException reason)
    {
    }

    /// <summary>A stored message that nobody awaits cannot be delivered, and is forgotten when this returns: what
    /// becomes of it is the application's to decide. From a thread of its own, unlike the others.</summary>
    /// <remarks>At QoS 2 with <see cref="MqttConnectionLostException"/> the server has lost the session, and whether it
    /// had delivered the message is unknown: publish it again where a repeat does less harm than a gap.</remarks>
    /// <param name="message">The message as it was given.</param>
    /// <param name="reason">Why: <see cref="MqttRejectedException"/>, <see cref="MqttMessageExpiredException"/>, <see
    /// cref="MqttMessageDroppedException"/> or <see cref="MqttConnectionLostException"/>.</param>
    void OnUndelivered(MqttApplicationMessage message, MqttException reason)
    {
    }
}
