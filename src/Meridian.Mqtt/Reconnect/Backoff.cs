namespace Meridian.Mqtt.Reconnect;

/// <summary>
/// How long to wait before the next try: a random part of a bound that doubles (full jitter). Pure but for the random
/// source.
/// </summary>
internal sealed class Backoff(MqttReconnectOptions options, Random jitter)
{
    private TimeSpan _bound = options.InitialDelay;

    /// <param name="reason">Why there is another try.</param>
    public TimeSpan Next(MqttException reason)
    {
        if (options.Interval is { } interval
            && reason is not MqttConnectException and not MqttConnectionLostException { ReasonCode: not null })
        {
            return interval;
        }

        var share = jitter.NextDouble();
        var delay = _bound * (options.Interval is null ? share : (1 + share) / 2);
        _bound = _bound >= options.MaxDelay / 2 ? options.MaxDelay : _bound * 2;
        return delay;
    }

    /// <summary>
    /// A connection ended that had lived so long. A short life (two clients of one identifier throw each other out) is
    /// no success.
    /// </summary>
    public void OnConnectionEnded(TimeSpan life)
    {
        if (life >= _bound)
        {
            _bound = options.InitialDelay;
        }
    }
}
