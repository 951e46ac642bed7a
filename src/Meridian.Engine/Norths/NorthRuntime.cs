using System.Runtime.ExceptionServices;
using Meridian.Configuration;
using Meridian.Engine.Accounts;
using Meridian.Engine.Backfills;
using Meridian.Engine.Norths.Transforming;
using Meridian.Engine.Quarantine;
using Meridian.Engine.Replays;
using Meridian.Engine.Schedules;
using Meridian.Engine.Supervision;
using Meridian.Engine.Telemetry;
using Meridian.Journal;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Norths;

/// <summary>One North with its cursor, its quarantine, its pump and its supervisor.</summary>
internal sealed partial class NorthRuntime : IDisposable
{
    /// <summary>What one read of the journal takes for each delivery that may be under way.</summary>
    private const int ParallelReadBytes = 1 << 20;

    private readonly ConnectorContext _common;
    private readonly NorthConfig _config;
    private readonly NorthContext _context;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly JournalLog _journal;
    private readonly QuarantineLane _lane;
    private readonly ILogger _logger;
    private readonly NorthPump _pump;
    private readonly LagGuard? _guard;
    private readonly SendPace _pace;
    private readonly QuarantineFile _quarantine;
    private readonly StallWatch _stall;
    private readonly Supervisor _supervisor;
    private readonly ScheduleTimers _timers;
    private bool _hasMemory;

    public NorthRuntime(NorthConfig config, RuntimeSurroundings around)
    {
        var (journal, services) = (around.Journal, around.Services);
        _config = config;
        _journal = journal;
        _timers = around.Timers;
        Id = IdOf(config.Name, journal);
        _logger = services.Loggers.CreateLogger($"Meridian.North.{config.Name}");
        Board = new ConnectorBoard(config.Name, services.Time);
        var cursor = journal.OpenCursor(Id, NorthLag.OptionsOf(config.Lag));
        var lines = Path.Combine(around.QuarantineFolder, Id + ".jsonl");
        _quarantine = new QuarantineFile(lines, journal.Id, services.Time)
        {
            FormerIds = journal.FormerIds,
            FormerEnd = cursor.Committed,
        };
        _guard = NorthLag.GuardOf(config.Lag, journal, Id);
        Cursor = new NorthCursor(cursor, _quarantine.Positions, _guard);
        _common = new ConnectorContext(
            config.Name,
            around.FolderOf("north", config.Name),
            Board,
            services.Loggers,
            services.Time,
            services.Random);
        _context = new NorthContext(_common, Cursor);
        _stall = new StallWatch(_common, config.StallAfter);
        Telemetry = new NorthTelemetry(around.Telemetry, config.Name, services.Time);
        var settings = SettingsOf(config, journal);
        _pace = new SendPace(config.Batch, () => journal.End, services.Time);
        _pump = MakePump(settings, services);
        _lane = MakeLane(settings, services);
        Replays = MakeReplays(settings, services);
        Quarantine = new NorthQuarantine(_quarantine, _lane);
        TryOpenQuarantine();
        _supervisor = new Supervisor(_common, Create, ServeAsync, services.NewBackoff(), _logger);
    }

    public ConnectorBoard Board { get; }

    public NorthCursor Cursor { get; }

    /// <summary>
    /// What the journal, the quarantine and the destination know it by: its name as it was first spelled. Names differ
    /// by more than case, so a name that is only spelled anew keeps its place.
    /// </summary>
    public string Id { get; }

    /// <summary>
    /// Whether a cursor of the journal is this North's: its place, what holds back its Souths, or what its transforms
    /// hold back.
    /// </summary>
    public bool Owns(string cursor) =>
        string.Equals(cursor, Id, StringComparison.Ordinal)
        || _guard?.Owns(cursor) == true
        || (_hasMemory && string.Equals(cursor, TransformMemory.NameOf(Id), StringComparison.Ordinal));

    /// <summary>Whether it runs; one that does not keeps its place.</summary>
    public bool IsEnabled => _config.Enabled;

    /// <summary>The Souths it takes from; empty for all.</summary>
    public IReadOnlyList<string> TakesFrom => _config.From;

    /// <summary>Whether a stop waits for it: it runs, sends whenever something is there, and can.</summary>
    public bool MayDrain => IsEnabled && !_pace.IsScheduled && Board.Status.State != ConnectorState.Failed;

    /// <summary>What its destination refused for good.</summary>
    public NorthQuarantine Quarantine { get; }

    /// <summary>What somebody asked for once more.</summary>
    public ReplayLane Replays { get; }

    /// <summary>The positions that lie in its quarantine.</summary>
    public PositionRanges QuarantinedPositions => _quarantine.Ledger.Lying;

    public NorthTelemetry Telemetry { get; }

    public NorthCounters Counters => new(_stall.Stalls, _stall.Reconnected);

    /// <summary>The account as of a place that the cursor was at and the journal's end a moment later.</summary>
    public NorthAccount AccountAt(NorthPlace place, JournalPosition end) =>
        NorthAccount.Of(_config.Name, place, _quarantine.Ledger, end, _pump.Retried);

    /// <summary>The gateway stops: what waits is delivered without lingering for more.</summary>
    public void Hurry() => _pace.Hurry();

    /// <summary>These are the Souths now: those of them that it takes from wait while it is too far behind.</summary>
    public void WatchLag(IEnumerable<SouthConfig> souths) => _guard?.Watch(
        souths.Select(static south => south.Name).Where(_config.TakesFrom), Cursor.Journal.Committed);

    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        using var following = _config.Batch.Schedule is { } schedule ? _timers.Follow(schedule, _pace.Tick) : null;
        await _supervisor.RunAsync(stop, abandon).ConfigureAwait(false);
    }

    /// <summary>It has stopped, or was left behind: what it may still do moves nothing.</summary>
    public void Retire()
    {
        Cursor.Retire();
        _lane.Close();
        _quarantine.Dispose();
    }

    public void Dispose()
    {
        _lane.Close();
        _lane.Dispose();
        _gate.Dispose();
        _quarantine.Dispose();
    }

    /// <summary>The journal's cursor that this North goes on with, or the name itself where there is none.</summary>
    public static string IdOf(string name, JournalLog journal)
    {
        var known = journal.Cursors.Select(cursor => cursor.Name).ToArray();
        return known.Contains(name, StringComparer.Ordinal)
            ? name
            : known.FirstOrDefault(id => string.Equals(id, name, StringComparison.OrdinalIgnoreCase)) ?? name;
    }

    /// <summary>Whether a cursor is one that the engine keeps beside a North's own; no connector has such a name.
    /// </summary>
    public static bool IsNameOfTheEngine(string cursor) => cursor.StartsWith('#');

    /// <summary>
    /// For the account. Where it fails, serving tries again and tells; no other North is kept from its work.
    /// </summary>
    private void TryOpenQuarantine()
    {
        try
        {
            _quarantine.Open();
        }
        catch (ConnectorException fault)
        {
            Board.Set(ConnectorState.Stopped, fault.Message);
        }
    }

    /// <summary>What a backfill brings is for one North alone, whatever it takes else.</summary>
    private bool IsRouted(string source) => BackfillSource.NorthOf(source) is { } north
        ? string.Equals(north, Id, StringComparison.Ordinal)
        : _config.TakesFrom(source);

    private IConnector Create()
    {
        _context.Renew();
        return _config.Manifest.Create(_context, _config.Settings);
    }

    private async Task ServeAsync(IConnector connector, CancellationToken stop)
    {
        _quarantine.Open();
        if (connector is IKeepsOwnCursor keeper)
        {
            await ResumeAsync(keeper, stop).ConfigureAwait(false);
        }

        _quarantine.Settle(Cursor.Tally.Ticket);

        _supervisor.ReportRunning();
        var deliveredBefore = Cursor.Tally.Delivered;
        using var serving = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pumping = _pump.RunAsync((INorth)connector, serving.Token);
        var asked = _lane.RunAsync((INorth)connector, serving.Token);
        var replaying = Replays.RunAsync((INorth)connector, serving.Token);
        var watching = _stall.RunAsync(serving.Token);
        var ended = await Task.WhenAny(pumping, asked, replaying, _common.Lost, watching).ConfigureAwait(false);
        await serving.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(pumping, asked, replaying, watching)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Cursor.Tally.Delivered > deliveredBefore)
        {
            _supervisor.ReportProgress();
        }

        if (ended == _common.Lost)
        {
            ExceptionDispatchInfo.Throw(await _common.Lost.ConfigureAwait(false));
        }

        await ended.ConfigureAwait(false);
    }

    /// <summary>
    /// Goes on at the further of the two cursors: the journal's, or the one the destination stored with its data.
    /// </summary>
    private async Task ResumeAsync(IKeepsOwnCursor keeper, CancellationToken cancellationToken)
    {
        var positions = await keeper.ReadPositionsAsync(Id, cancellationToken).ConfigureAwait(false);
        var own = positions.FirstOrDefault(position => position.JournalId == _journal.Id);
        if (own is null)
        {
            if (positions.Count > 0)
            {
                LogOtherJournal(_config.Name, positions[0].JournalId, _journal.Id, Cursor.Tally.Position.Value);
            }

            return;
        }

        if (!NorthTally.TryRead(own.Token.Span, out var tally, out _) || tally.Position.Value > _journal.End.Value)
        {
            throw new ConnectorException(
                Fault.Misconfigured,
                $"The destination of North '{_config.Name}' holds a position of journal {_journal.Id} "
                + $"that this journal, which ends at {_journal.End.Value}, does not have: "
                + "its folder was replaced by an older copy. Put the newer copy back, or stop the gateway and run "
                + "'meridian journal renew' on its data folder: what waits in this journal is delivered again then.");
        }

        Cursor.NoteTicket(tally.Ticket);
        if (tally.Position.Value > Cursor.Tally.Position.Value)
        {
            LogResumedFurther(_config.Name, tally.Position.Value, Cursor.Tally.Position.Value);
            var lies = _quarantine.Positions.CountBetween(tally.Start.Value, tally.Position.Value);
            Cursor.Commit(tally.WithQuarantined(lies));
        }
        else if (tally.Delivered < Cursor.Tally.Delivered)
        {
            LogSetBack(_config.Name, tally.Position.Value, Cursor.Tally.Position.Value);
        }
    }

    [LoggerMessage(
        EventIds.OtherJournal,
        LogLevel.Warning,
        "The destination of {North} knows journal {OtherJournal}, not this one ({Journal}): "
        + "a new cursor starts at {Position}; nothing is skipped.")]
    private partial void LogOtherJournal(string north, Guid otherJournal, Guid journal, long position);

    [LoggerMessage(
        EventIds.DestinationSetBack,
        LogLevel.Error,
        "The destination of {North} stands at {Position}, though it had confirmed {Cursor}: it was set back, perhaps "
        + "restored from a backup. What lies between is not there; delivery goes on at {Cursor}.")]
    private partial void LogSetBack(string north, long position, long cursor);

    [LoggerMessage(
        EventIds.ResumedFurther,
        LogLevel.Information,
        "{North} goes on at {Position}, where its destination stands; the journal's cursor was at {Cursor}.")]
    private partial void LogResumedFurther(string north, long position, long cursor);
}
