namespace Meridian.Mqtt.Testing.Sessions;

/// <summary>
/// The time for which a client is away: when it has lasted so long its Will is published, and when it has lasted so
/// long its session ends. Its disposal is the client's return.
/// </summary>
internal sealed class Absence : IDisposable
{
    private readonly BrokerState _state;
    private readonly BrokerSession _session;
    private readonly ITimer? _willTimer;
    private readonly ITimer? _endTimer;
    private MqttWill? _will;
    private bool _isOver;

    /// <summary>Begins; under the gate.</summary>
    public Absence(BrokerState state, BrokerSession session, MqttWill? will)
    {
        _state = state;
        _session = session;
        _will = will;
        var time = state.Options.Time;
        if (will is not null && will.Delay < session.Expiry)
        {
            _willTimer = time.CreateTimer(
                static self => ((Absence)self!).PublishLate(),
                this,
                SessionLife.ToTimer(will.Delay),
                Timeout.InfiniteTimeSpan);
        }

        _endTimer = time.CreateTimer(
            static self => ((Absence)self!).EndSession(),
            this,
            SessionLife.ToTimer(session.Expiry),
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Publishes what is left of the Will because the session ends now [MQTT-3.1.2-8].</summary>
    public void PublishWill()
    {
        if (_will is { } will)
        {
            _will = null;
            _state.PublishWill(_session.ClientId, will);
        }
    }

    public void Dispose()
    {
        _isOver = true;
        _willTimer?.Dispose();
        _endTimer?.Dispose();
    }

    private void PublishLate()
    {
        lock (_state.Gate)
        {
            if (!_isOver)
            {
                PublishWill();
                _state.Traffic.Changed();
            }
        }
    }

    private void EndSession()
    {
        lock (_state.Gate)
        {
            if (!_isOver)
            {
                _state.Remove(_session);
                _state.Traffic.Changed();
            }
        }
    }
}
