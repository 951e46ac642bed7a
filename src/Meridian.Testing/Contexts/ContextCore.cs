using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Microsoft.Extensions.Logging;

namespace Meridian.Testing.Contexts;

/// <summary>
/// What the contexts of South and North have in common: reports are kept, waits hear of every change, and what is done
/// after the end is a mistake. <see cref="_lock"/> guards all of it.
/// </summary>
internal sealed class ContextCore : IConnectorContext, IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<string> _mistakes = [];
    private readonly List<ConnectorException> _retries = [];
    private readonly List<ConnectorException> _losses = [];
    private readonly LockedRandom _random;
    private readonly WatchedTime _time;
    private readonly string _folder;
    private TaskCompletionSource _changed = NewSource();
    private int _connectedCount;
    private bool _isConnected;
    private bool _hasEnded;

    public ContextCore(TestContextOptions options)
    {
        Options = options;
        _random = new LockedRandom(options.Seed);
        _time = new WatchedTime(options.Time, () => OnStep());
        _folder = options.Folder ?? Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    }

    public TestContextOptions Options { get; }

    /// <summary>Called each time the connector comes back to its context; the suite cancels there.</summary>
    public Action OnStep { get; set; } = static () => { };

    public string Name => Options.Name;

    public bool IsTest => Options.IsTest;

    public string Folder
    {
        get
        {
            OnStep();
            return Directory.CreateDirectory(_folder).FullName;
        }
    }

    public ILoggerFactory Loggers => Options.Loggers;

    public TimeProvider Time => _time;

    public Random Random => _random;

    public int TimerCount => _time.ArmedCount;

    public int ConnectedCount => Read(() => _connectedCount);

    /// <summary>Whether the last word was that it is connected.</summary>
    public bool IsConnected => Read(() => _isConnected);

    public IReadOnlyList<ConnectorException> Retries => Read(() => _retries.ToArray());

    public IReadOnlyList<ConnectorException> Losses => Read(() => _losses.ToArray());

    public IReadOnlyList<string> Mistakes => Read(() => _mistakes.ToArray());

    public void ReportConnected() => Report(
        "reported that it is connected",
        () =>
        {
            _connectedCount++;
            _isConnected = true;
        });

    public void ReportRetrying(ConnectorException fault) => Report(
        $"reported that it retries ({fault?.Message})",
        () =>
        {
            _retries.Add(fault ?? throw new ArgumentNullException(nameof(fault)));
            _isConnected = false;
        });

    public void ReportLost(ConnectorException fault) => Report(
        $"reported a lost connection ({fault?.Message})",
        () =>
        {
            _losses.Add(fault ?? throw new ArgumentNullException(nameof(fault)));
            _isConnected = false;
        });

    /// <summary>Takes a step of the connector's: once it was stopped that is a mistake.</summary>
    public void Report(string what, Action note)
    {
        OnStep();
        lock (_lock)
        {
            if (_hasEnded)
            {
                _mistakes.Add($"After stop it {what}.");
            }

            note();
        }

        Change();
    }

    public void AddMistake(string mistake)
    {
        lock (_lock)
        {
            _mistakes.Add(mistake);
        }

        Change();
    }

    /// <summary>Changes what the waits look at.</summary>
    public void Note(Action note)
    {
        lock (_lock)
        {
            note();
        }

        Change();
    }

    public T Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    /// <summary>The instance was stopped.</summary>
    public void End()
    {
        lock (_lock)
        {
            _hasEnded = true;
            _isConnected = false;
        }
    }

    /// <summary>Waits by the system's clock, because a test whose clock stands still must end too.</summary>
    public async Task<bool> UntilAsync(Func<bool> condition, TimeSpan within, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var change = Read(() => _changed.Task);
            if (condition())
            {
                return true;
            }

            var left = within - TimeProvider.System.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await change.WaitAsync(left, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Dispose()
    {
        if (Options.Folder is null && Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = NewSource();
        }

        changed.SetResult();
    }
}
