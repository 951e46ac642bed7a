namespace Meridian.Mqtt;

/// <summary>Hears what the client receives.</summary>
/// <remarks>
/// All calls come one after the other from the client's own loop. They must not block: no other packet is read
/// meanwhile (pings still go out,
/// and the dead-link clock stands still). They may call the client. An exception that leaves one is logged as an error;
/// the message that it
/// concerned is then not acknowledged automatically and the connection is ended, so that the server sends it again.
/// </remarks>
public interface IMqttReceiver
{
    /// <summary>A message was received. The message is lent until this returns.</summary>
    /// <param name="message">The message.</param>
    void OnMessage(in MqttMessage message);

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
