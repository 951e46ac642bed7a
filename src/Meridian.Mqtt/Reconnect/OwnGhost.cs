namespace Meridian.Mqtt.Reconnect;

/// <summary>
/// Tells whether "session taken over" may be this client's own doing. A connection that was lost can leave a CONNECT
/// behind on its way; a server that reads it after the next connection's takes the session over from the client that is
/// there, for one that is not. Given up for that, a client would stay away for ever.
/// </summary>
/// <remarks>Never pardoned twice in a row: two clients of one Client Identifier do not fight on. Belongs to the loop.
/// </remarks>
internal sealed class OwnGhost
{
    // No CONNECT is on its way for longer: the socket that sent it is closed.
    private static readonly TimeSpan LongestWay = TimeSpan.FromMinutes(1);

    private int _tries;
    private bool _wasPardoned;

    /// <summary>CONNECT may be sent now.</summary>
    public void OnTry() => _tries++;

    /// <summary>A connection ended.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="lasted">How long it was there.</param>
    public bool MayHaveEnded(MqttException? reason, TimeSpan lasted)
    {
        if (reason is not MqttConnectionLostException { ReasonCode: MqttReasonCode.SessionTakenOver })
        {
            _wasPardoned = false;
            return false;
        }

        if (_wasPardoned || _tries < 2 || lasted >= LongestWay)
        {
            return false;
        }

        _wasPardoned = true;
        return true;
    }
}
