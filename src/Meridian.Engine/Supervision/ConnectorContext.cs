using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Supervision;

/// <summary>
/// What a South's and a North's context have in common: it turns the connector's reports into states and lets the
/// serving loop hear of a loss. Reports count from just before a connect until the connection is given up; what comes
/// later, from a loop that has not ended yet, must not paint a stopped or failed connector as running.
/// </summary>
internal sealed class ConnectorContext(
    string name, string folder, ConnectorBoard board, ILoggerFactory loggers, TimeProvider time, Random random)
    : IConnectorContext
{
    private readonly Lock _lock = new();
    private bool _isOpen;
    private bool _isRetryReported;
    private bool _isServed;
    private long? _soundSince;
    private string? _degraded;
    private TaskCompletionSource<ConnectorException> _lost = NewLost();

    public string Name => name;

    public bool IsTest => false;

    public string Folder => Directory.CreateDirectory(folder).FullName;

    public ILoggerFactory Loggers => loggers;

    public TimeProvider Time => time;

    public Random Random => random;

    public ConnectorBoard Board => board;

    /// <summary>
    /// Since when the connection stands and is served, on the clock that nobody sets; null while it does not.
    /// </summary>
    public long? SoundSince
    {
        get
        {
            lock (_lock)
            {
                return _soundSince;
            }
        }
    }

    /// <summary>Completes with the reason when the connector reports its connection lost.</summary>
    public Task<ConnectorException> Lost => Volatile.Read(ref _lost).Task;

    /// <summary>
    /// A connect begins: earlier losses are forgotten and reports count. Before the connect and not after it, because
    /// a connection may be lost before anyone serves it.
    /// </summary>
    public void Open()
    {
        lock (_lock)
        {
            _isOpen = true;
            _isRetryReported = false;
            _isServed = false;
            _soundSince = null;
            Volatile.Write(ref _lost, NewLost());
        }
    }

    /// <summary>The connection is given up: reports count for nothing.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isOpen = false;
            _soundSince = null;
        }
    }

    /// <summary>The engine serves the connection. A connector that has reported that it retries is believed.</summary>
    /// <returns>Whether it is running.</returns>
    public bool TrySetRunning()
    {
        lock (_lock)
        {
            _isServed = true;
            if (_isOpen && !_isRetryReported)
            {
                SetSound();
            }

            return _isOpen && !_isRetryReported;
        }
    }

    public void ReportConnected()
    {
        lock (_lock)
        {
            if (_isOpen)
            {
                _isRetryReported = false;

                // A South that is connected and not yet subscribed misses what is published now: it is not running.
                if (_isServed)
                {
                    SetSound();
                }
            }
        }
    }

    public void ReportRetrying(ConnectorException fault)
    {
        lock (_lock)
        {
            if (_isOpen)
            {
                _isRetryReported = true;
                _soundSince = null;
                board.Set(ConnectorState.Retrying, fault.Message);
            }
        }
    }

    /// <summary>
    /// The engine found that something is not as it should be although the connection stands, or that it is well again.
    /// Outlives connections: a new one is degraded until this says otherwise.
    /// </summary>
    /// <param name="reason">What, in words; null for nothing.</param>
    public void ReportDegraded(string? reason)
    {
        lock (_lock)
        {
            if (!string.Equals(_degraded, reason, StringComparison.Ordinal))
            {
                _degraded = reason;
                if (_soundSince is not null && (reason is not null || board.Status.State == ConnectorState.Degraded))
                {
                    ShowSound();
                }
            }
        }
    }

    public void ReportLost(ConnectorException fault) => Volatile.Read(ref _lost).TrySetResult(fault);

    private void SetSound()
    {
        _soundSince ??= time.GetTimestamp();
        ShowSound();
    }

    private void ShowSound() =>
        board.Set(_degraded is null ? ConnectorState.Running : ConnectorState.Degraded, _degraded);

    private static TaskCompletionSource<ConnectorException> NewLost() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
