using Meridian.Mqtt.Connection;

namespace Meridian.Mqtt.Subscriptions;

/// <summary>
/// One received message at QoS 1 or 2 and its copies in streams: it is acknowledged when all of them are settled, and
/// steps out of the line of acknowledgements when one of them meets a full stream.
/// </summary>
internal sealed class Delivery(ClientState state, MqttAcknowledgement acknowledgement, int copies, int bytes)
{
    private int _copies = copies;
    private int _isAside;

    public bool IsAside => Volatile.Read(ref _isAside) != 0;

    public void StepAside()
    {
        if (Interlocked.Exchange(ref _isAside, 1) == 0)
        {
            state.StepAside(acknowledgement, bytes);
        }
    }

    public void Settle(bool isOnReadLoop)
    {
        if (Interlocked.Decrement(ref _copies) == 0)
        {
            state.Acknowledge(acknowledgement, isQuiet: isOnReadLoop);
        }
    }
}
