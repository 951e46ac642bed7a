using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Meridian.Configuration;
using Meridian.Engine.Supervision;
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
    private readonly ConnectorContext _common;
    private readonly SouthConfig _config;
    private readonly SouthContext _context;
    private readonly JournalLog _journal;
    private readonly ILogger _logger;
    private readonly Supervisor _supervisor;
    private volatile SouthPump _pump;
    private Task _pumping = Task.CompletedTask;
    private CancellationToken _abandon;
    private long _receivedByEarlierPumps;

    public SouthRuntime(SouthConfig config, JournalLog journal, EngineServices services)
    {
        _config = config;
        _journal = journal;
        Board = new ConnectorBoard(config.Name, services.Time);
        _logger = services.Loggers.CreateLogger($"Meridian.South.{config.Name}");
        _common = new ConnectorContext(config.Name, Board, services.Loggers, services.Time, services.Random);
        _context = new SouthContext(_common, this, _logger);
        _pump = NewPump();
        _supervisor = new Supervisor(_common, Create, ServeAsync, services.NewBackoff(), _logger);
    }

    public ConnectorBoard Board { get; }

    public SouthCounters Counters => new(
        Interlocked.Read(ref _receivedByEarlierPumps) + _pump.Received,
        _context.Repeated,
        _context.Undecoded,
        _context.LetGo);

    public IReadOnlyDictionary<string, string> ItemProblems => _context.ItemProblems;

    public ValueTask OfferAsync(Intake intake, CancellationToken cancellationToken) =>
        _pump.OfferAsync(intake, cancellationToken);

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

    private SouthPump NewPump() => new(_journal, _journal.Source(_config.Name), _logger);

    private async Task ServeAsync(IConnector connector, CancellationToken stop)
    {
        if (connector is not IQueriesSubscription subscriber)
        {
            throw new ConnectorException(
                Fault.Misconfigured,
                $"South '{_config.Name}' of type '{_config.Type}' has no capability that this "
                + "version runs; subscription is run.");
        }

        await subscriber.SubscribeAsync(_config.Items, stop).ConfigureAwait(false);
        _supervisor.ReportRunning();
        var receivedBefore = _pump.Received;
        var ended = await Task.WhenAny(_pumping, _common.Lost).WaitAsync(stop).ConfigureAwait(false);
        if (_pump.Received > receivedBefore)
        {
            _supervisor.ReportProgress();
        }

        if (ended == _common.Lost)
        {
            ExceptionDispatchInfo.Throw(await _common.Lost.ConfigureAwait(false));
        }

        await ended.ConfigureAwait(false);
        throw new InvalidOperationException($"The pump of South '{_config.Name}' ended by itself.");
    }

    [LoggerMessage(
        EventIds.SouthTotals,
        LogLevel.Information,
        "South '{South}' has brought {Received} data since the start: {Repeated} marked as sent again, "
        + "{Undecoded} kept as bytes that did not decode. {LetGo} were let go.")]
    private partial void LogTotals(string south, long received, long repeated, long undecoded, long letGo);
}
