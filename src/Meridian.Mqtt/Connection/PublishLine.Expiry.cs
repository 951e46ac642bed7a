using Meridian.Mqtt.Session;

namespace Meridian.Mqtt.Connection;

/// <content>What waits too long is not worth sending.</content>
internal sealed partial class PublishLine
{
    private static readonly TimeSpan ExpiryPeriod = TimeSpan.FromSeconds(1); // The unit of the interval.

    private ITimer? _expiryTimer;
    private int _expiring;

    private TimeSpan Now => state.Time.GetElapsedTime(0, state.Time.GetTimestamp());

    private void StopWaiting(PublishOperation operation)
    {
        if (operation.IsOutside)
        {
            operation.IsOutside = false;
            _outside.Remove(operation);
            return;
        }

        _waiting.Remove(operation);
        _waitingBytes -= operation.PacketLength;
        if (operation.Deadline is not null && --_expiring == 0)
        {
            _expiryTimer?.Dispose();
            _expiryTimer = null;
        }
    }

    private void WatchExpiry()
    {
        if (_expiring++ == 0)
        {
            _expiryTimer = state.Time.CreateTimer(
                static line => ((PublishLine)line!).DropExpired(), this, ExpiryPeriod, ExpiryPeriod);
        }
    }

    /// <summary>So that a caller hears in time, also while there is no connection.</summary>
    private void DropExpired()
    {
        lock (state.Gate)
        {
            var now = Now;
            for (var publication = _waiting.First; publication is not null;)
            {
                var next = publication.Next;
                if (publication.IsExpired(now))
                {
                    StopWaiting((PublishOperation)publication);
                    End((PublishOperation)publication, Expired(publication));
                }

                publication = next;
            }

            Admit();
        }
    }

    private static MqttMessageExpiredException Expired(Publication publication) => new(
        $"The message for '{publication.Topic}' was not sent within its Message Expiry Interval and was dropped.");
}
