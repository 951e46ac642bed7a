namespace Meridian.Engine.Supervision;

/// <summary>
/// Holds the latest status of one connector. Written by its supervisor and its context, read by anyone; each change
/// swaps one
/// immutable snapshot.
/// </summary>
internal sealed class ConnectorBoard(string name, TimeProvider time)
{
    private readonly Lock _lock = new();
    private volatile ConnectorStatus _status = new(name, ConnectorState.Stopped, null, time.GetUtcNow(), null, 0);

    public ConnectorStatus Status => _status;

    public void Set(ConnectorState state, string? reason = null, DateTimeOffset? nextTry = null)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var since = _status.State == state ? _status.Since : now;
            _status = _status with { State = state, Reason = reason, Since = since, NextTry = nextTry };
        }
    }

    public void CountRestart()
    {
        lock (_lock)
        {
            _status = _status with { RestartCount = _status.RestartCount + 1 };
        }
    }
}
