using Meridian.Mqtt.Testing.Sessions;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>Ends a connection on which nothing was heard for 1.5 times the Keep Alive [MQTT-3.1.2-22].</summary>
internal sealed class KeepAliveWatch(BrokerConnection connection, BrokerState state) : IDisposable
{
    private ITimer? _timer;
    private TimeSpan _longestSilence;
    private long _lastHeard;

    public void Heard() => _lastHeard = state.Options.Time.GetTimestamp();

    public void Start(int keepAliveSeconds)
    {
        if (keepAliveSeconds > 0)
        {
            _longestSilence = TimeSpan.FromSeconds(keepAliveSeconds * 1.5);
            _timer = state.Options.Time.CreateTimer(
                static self => ((KeepAliveWatch)self!).Check(), this, _longestSilence, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Check()
    {
        lock (state.Gate)
        {
            var left = _longestSilence - state.Options.Time.GetElapsedTime(_lastHeard);
            if (!state.Faults.WhenReadableAsync(connection.ClientId).IsCompleted)
            {
                left = _longestSilence; // Whom nobody listens to is not silent.
            }

            if (left <= TimeSpan.Zero)
            {
                connection.Leave(
                    MqttReasonCode.KeepAliveTimeout, "Nothing was received for 1.5 times the Keep Alive.");
            }
            else if (!connection.IsClosed)
            {
                _timer?.Change(left, Timeout.InfiniteTimeSpan);
            }
        }
    }
}
