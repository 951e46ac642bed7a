using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Meridian.Configuration;
using Meridian.Engine.Accounts;
using Meridian.Engine.Pushes;
using Meridian.Engine.Setpoints;
using Meridian.Engine.Souths.Histories;
using Meridian.Engine.Souths.Silence;
using Meridian.Engine.Supervision;
using Meridian.Engine.Telemetry;
using Meridian.Journal;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Souths;

/// <summary>
/// One South with its pump and its supervisor. The pump outlives a disconnect, so that what was taken gets its receipt.
/// </summary>
internal sealed partial class SouthRuntime : IIntakeSink
{
    /// <summary>How long a subscription that is made again may take before the connection is of no more use.</summary>
    private static readonly TimeSpan ResubscribeWithin = TimeSpan.FromSeconds(30);

    /// <summary>What falls silent again and again must not become a wave of log lines.</summary>
    private static readonly TimeSpan SpeakAgainAfter = TimeSpan.FromMinutes(1);

    private readonly ConnectorContext _common;
    private readonly SouthContext _context;
    private readonly JournalLog _journal;
    private readonly ILogger _logger;
    private readonly HistoryMemory _histories;
    private readonly Supervisor _supervisor;
    private readonly RuntimeSurroundings _around;
    private readonly SouthSilence _silence;
    private readonly SouthLedger _ledger;
    private readonly SouthTelemetry _telemetry;
    private readonly Channel<SouthConfig> _changes = Channel.CreateBounded<SouthConfig>(new BoundedChannelOptions(1)
    {
        // Only the latest counts.
        FullMode = BoundedChannelFullMode.DropOldest,
        SingleReader = true,
        SingleWriter = false,
    });

    private volatile SouthConfig _config;
    private volatile SouthPump _pump;
    private Task _pumping = Task.CompletedTask;
    private CancellationToken _abandon;
    private volatile SouthServing? _serving;
    private long _receivedByEarlierPumps;
    private long _skippedEarlier;
    private bool _isSilent;
    private long? _silenceSpoken;

    public SouthRuntime(SouthConfig config, RuntimeSurroundings around)
    {
        var (journal, services) = (around.Journal, around.Services);
        _config = config;
        _journal = journal;
        _around = around;
        Board = new ConnectorBoard(config.Name, services.Time);
        _logger = services.Loggers.CreateLogger($"Meridian.South.{config.Name}");
        _common = new ConnectorContext(
            config.Name,
            around.FolderOf("south", config.Name),
            Board,
            services.Loggers,
            services.Time,
            services.Random);
        _silence = new SouthSilence(services.Time);
        _telemetry = new SouthTelemetry(around.Telemetry, config.Name, services.Time);
        _context = new SouthContext(_common, this, FindCheckpoint, _logger)
        {
            Silence = _silence,
            Setpoints = around.Setpoints,
        };
        Setpoints = new SetpointLane(services.Time);
        _histories = new HistoryMemory(FindCheckpoint);
        _ledger = new SouthLedger(
            journal.GetCheckpoints(journal.Source(config.Name)),
            () => new SouthTotals(0, _context.Repeated, _context.Undecoded, _context.LetGo));
        if (_ledger.HasUnread)
        {
            LogAccountUnread(config.Name);
        }

        _pump = NewPump();
        _supervisor = new Supervisor(_common, Create, ServeAsync, services.NewBackoff(), _logger);
    }

    public ConnectorBoard Board { get; }

    /// <summary>As it runs.</summary>
    public SouthConfig Config => _config;

    /// <summary>The way of setpoints to it.</summary>
    public SetpointLane Setpoints { get; }

    /// <summary>The way of pushed content to it.</summary>
    public PushLane Pushes { get; } = new();

    public SouthCounters Counters => new(
        Interlocked.Read(ref _receivedByEarlierPumps) + _pump.Received,
        _context.Repeated,
        _context.Undecoded,
        _context.LetGo,
        Interlocked.Read(ref _skippedEarlier) + (_serving?.Skipped ?? 0),
        _silence.Silences,
        _silence.Resubscribed,
        _silence.Reconnected);

    /// <summary>What it has brought since ever.</summary>
    public SouthAccount Account => _ledger.Account;

    public IReadOnlyDictionary<string, string> ItemProblems => _context.ItemProblems;

    /// <summary>Takes other items, or other words about them, without a reconnect. Settings stay as they are.</summary>
    public void Apply(SouthConfig next)
    {
        var names = next.Items.Select(item => item.Name).ToHashSet(StringComparer.Ordinal);
        var gone = _config.Items.Select(item => item.Name).Where(name => !names.Contains(name));
        _context.Forget(gone);
        _config = next;
        _ = _changes.Writer.TryWrite(next);
    }

    public ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken)
    {
        _silence.Hear(intake.Content);
        return _pump.OfferAsync(intake, cancellationToken);
    }

    /// <summary>Runs until stopped: the connector disconnects first, then what it had given goes to disk.</summary>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "A pump that failed has been reported through its connector; stopping goes on.")]
    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        _abandon = abandon;
        _pumping = _pump.RunAsync(abandon);
        await _supervisor.RunAsync(stop, abandon).ConfigureAwait(false);
        _pump.Complete();
        try
        {
            await _pumping.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            Board.Set(
                ConnectorState.Stopped,
                "Not all that had come was on disk when the time for stopping was over; "
                + "it was not acknowledged to its source.");
        }
        catch (Exception failed)
        {
            Board.Set(ConnectorState.Stopped, failed.Message);
        }

        var totals = Counters;
        LogTotals(_config.Name, totals.Received, totals.Repeated, totals.Undecoded, totals.LetGo);
    }

    /// <summary>
    /// Makes an instance, and a new pump when the last one failed: not earlier, so that what the old instance still
    /// offers is refused. Taking it would acknowledge data behind a gap.
    /// </summary>
    private IConnector Create()
    {
        if (_pumping.IsFaulted)
        {
            Interlocked.Add(ref _receivedByEarlierPumps, _pump.Received);
            _pump = NewPump();
            _pumping = _pump.RunAsync(_abandon);
        }

        return _config.Manifest.Create(_context, _config.Settings);
    }

    private SouthPump NewPump() => new(_journal, _journal.Source(_config.Name), _logger)
    {
        Time = _around.Services.Time,
        Ledger = _ledger,
        Telemetry = _telemetry,
    };

    private ReadOnlyMemory<byte>? FindCheckpoint(string key) =>
        _journal.TryGetCheckpoint(_journal.Source(_config.Name), key, out var value)
            ? (ReadOnlyMemory<byte>?)value // without the cast null becomes empty bytes
            : null;

    private async Task ServeAsync(IConnector connector, CancellationToken stop)
    {
        var serving = new SouthServing((ISouth)connector, _context, _pump, _histories, _around, _silence, _config)
        {
            Telemetry = _telemetry,
        };
        _serving = serving;
        var receivedBefore = _pump.Received;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await serving.ApplyAsync(_config, ending.Token).ConfigureAwait(false);
        _supervisor.ReportRunning();
        using var writing = connector is IWritesSetpoints writer ? Setpoints.Open(writer) : null;
        using var pushing = connector is ITakesIntake taker ? Pushes.Open(taker) : null;
        var querying = serving.RunAsync(ending.Token);
        try
        {
            await WaitAsync(serving, querying, ending.Token).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await querying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _serving = null;
            _ = Interlocked.Add(ref _skippedEarlier, serving.Skipped);
            if (_pump.Received > receivedBefore)
            {
                _supervisor.ReportProgress();
            }
        }
    }

    /// <summary>Takes over changes of the items until the connection is of no more use; throws why.</summary>
    private async Task WaitAsync(SouthServing serving, Task querying, CancellationToken stop)
    {
        var changed = _changes.Reader.WaitToReadAsync(stop).AsTask();
        while (true)
        {
            await MendAsync(serving, stop).ConfigureAwait(false);
            var due = _silence.WaitAsync(stop);
            var ended = await Task.WhenAny(_pumping, _common.Lost, querying, changed, due).ConfigureAwait(false);
            if (ended == _common.Lost)
            {
                ExceptionDispatchInfo.Throw(await _common.Lost.ConfigureAwait(false));
            }

            await ended.ConfigureAwait(false);
            if (ended == _pumping || ended == querying)
            {
                throw new InvalidOperationException($"The pump of South '{_config.Name}' ended by itself.");
            }

            if (ended == changed)
            {
                while (_changes.Reader.TryRead(out var next))
                {
                    await serving.ApplyAsync(next, stop).ConfigureAwait(false);
                }

                changed = _changes.Reader.WaitToReadAsync(stop).AsTask();
            }
        }
    }

    /// <summary>Says what is silent and does what is due about it.</summary>
    private async Task MendAsync(SouthServing serving, CancellationToken stop)
    {
        var time = _around.Services.Time;
        var findings = _silence.Look(Math.Max(_common.SoundSince ?? time.GetTimestamp(), _pump.HeldUntil));
        _common.ReportDegraded(findings.Reason);
        Say(findings.Reason);
        if (findings is { MustReconnect: true, Reason: var reason })
        {
            throw new ConnectorException(Fault.Unreachable, $"{reason} It is connected anew.");
        }

        if (findings.Resubscribe.Count > 0)
        {
            var resubscribing = serving.ResubscribeAsync(findings.Resubscribe, stop);
            var late = Task.Delay(ResubscribeWithin, time, stop);
            var ended = await Task.WhenAny(resubscribing, _common.Lost, late).ConfigureAwait(false);
            await ended.ConfigureAwait(false);
            if (ended == late)
            {
                throw new ConnectorException(
                    Fault.Unreachable,
                    $"{findings.Reason} Subscribing again had no answer within {ResubscribeWithin.TotalSeconds:F0} s.");
            }
        }
    }

    private void Say(string? reason)
    {
        var time = _around.Services.Time;
        if (reason is not null && !_isSilent
            && (_silenceSpoken is not { } spoken || time.GetElapsedTime(spoken) >= SpeakAgainAfter))
        {
            _silenceSpoken = time.GetTimestamp();
            LogSilent(_config.Name, reason);
        }
        else if (reason is null && _isSilent)
        {
            LogHeard(_config.Name);
        }

        _isSilent = reason is not null;
    }

    [LoggerMessage(
        EventIds.AccountUnread,
        LogLevel.Warning,
        "The journal holds counts of South '{South}' that this build cannot read; those begin anew. No data is lost.")]
    private partial void LogAccountUnread(string south);

    [LoggerMessage(EventIds.SouthSilent, LogLevel.Warning, "{South}: {Reason}")]
    private partial void LogSilent(string south, string reason);

    [LoggerMessage(EventIds.SouthHeard, LogLevel.Debug, "{South}: data come again.")]
    private partial void LogHeard(string south);

    [LoggerMessage(
        EventIds.SouthTotals,
        LogLevel.Information,
        "South '{South}' has brought {Received} data since the start: {Repeated} marked as sent again, "
        + "{Undecoded} kept as bytes that did not decode. {LetGo} were let go.")]
    private partial void LogTotals(string south, long received, long repeated, long undecoded, long letGo);
}
