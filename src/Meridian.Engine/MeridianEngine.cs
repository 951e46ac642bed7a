using Meridian.Configuration;
using Meridian.Engine.Accounts;
using Meridian.Engine.Backfills;
using Meridian.Engine.Norths;
using Meridian.Engine.Norths.Transforming;
using Meridian.Engine.Pushes;
using Meridian.Engine.Quarantine;
using Meridian.Engine.Reconciling;
using Meridian.Engine.Replays;
using Meridian.Engine.Setpoints;
using Meridian.Journal;
using Meridian.Journal.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine;

/// <summary>
/// Runs a configuration: Norths up before Souths, Souths down before Norths, the journal between them. Open it, run it
/// once,
/// dispose it; status may be read from any thread meanwhile.
/// </summary>
public sealed partial class MeridianEngine : IAsyncDisposable
{
    private readonly SemaphoreSlim _changing = new(1);
    private readonly Fleet _fleet;
    private readonly JournalLog _journal;
    private readonly ILogger<MeridianEngine> _logger;
    private readonly EngineServices _services;
    private volatile MeridianConfig _config;
    private bool _isRunning;

    private MeridianEngine(MeridianConfig config, JournalLog journal, string dataFolder, EngineServices services)
    {
        _config = config;
        _journal = journal;
        _logger = services.Loggers.CreateLogger<MeridianEngine>();
        var around = new RuntimeSurroundings(journal, dataFolder, services);
        _fleet = new Fleet(around, _logger);
        Setpoints = around.Setpoints = new SetpointDesk(() => _fleet.Souths);
        _fleet.Arrange(ReconcilePlan.Of(new MeridianConfig(), config));
        Backfills = new BackfillDesk(config, around, _fleet.FindNorth, _logger);
        Replays = new ReplayDesk(config, around, _fleet.FindNorth, _logger);
        _services = services;
        _fleet.Observe(GetStatus);
    }

    /// <summary>The configuration that runs.</summary>
    public MeridianConfig Config => _config;

    /// <summary>The journal's random identity.</summary>
    public Guid JournalId => _journal.Id;

    /// <summary>Where setpoints go: values that are written to items of Souths.</summary>
    public ISetpointSink Setpoints { get; }

    /// <summary>Backfills: the past of items, brought to one North beside the live data.</summary>
    public BackfillDesk Backfills { get; }

    /// <summary>Replays: what a North has passed and the journal still has, brought to it once more.</summary>
    public ReplayDesk Replays { get; }

    /// <summary>
    /// Opens the journal in a data folder and makes ready what the configuration asks for. Nothing runs yet.
    /// </summary>
    /// <param name="config">A valid configuration.</param>
    /// <param name="dataFolder">The folder that holds the journal and the quarantine; made when missing.</param>
    /// <param name="services">Loggers, clock, chance.</param>
    /// <param name="cancellationToken">Cancels the opening; the folder is left as it was found or recovered.</param>
    /// <exception cref="JournalException">The folder is locked by another process, or of a newer version.</exception>
    public static async Task<MeridianEngine> OpenAsync(
        MeridianConfig config, string dataFolder, EngineServices services, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        ArgumentNullException.ThrowIfNull(services);
        var options = new JournalOptions
        {
            Folder = Path.Combine(dataFolder, "journal"),
            MaxBytes = config.Gateway.Journal.MaxBytes.Bytes,
            SegmentBytes = config.Gateway.Journal.SegmentBytes.Bytes,
            GatherTime = config.Gateway.Journal.GatherTime,
            KeepPassed = config.Gateway.Journal.KeepPassed,
            MaxAge = config.Gateway.Journal.MaxAge,
            ReserveBytes = config.Gateway.Journal.ReserveBytes.Bytes,
            MaxFileBytes = config.Gateway.Journal.MaxFileBytes.Bytes,

            // An intake that no record can hold would come back from its source for ever: take what the format allows.
            MaxPayloadBytes = JournalLimits.MaxPayloadBytes,
        };
        var journal = await JournalLog
            .OpenAsync(options, services.Time, services.Loggers.CreateLogger<JournalLog>(), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return new MeridianEngine(config, journal, dataFolder, services);
        }
        catch
        {
            await journal.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Runs until cancelled, then stops in order: Souths disconnect and what they gave goes to disk; Norths deliver
    /// what waits,
    /// for at most the drain time; what still waits then waits on disk for the next start.
    /// </summary>
    /// <param name="stop">Cancelled to stop.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        await _changing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        LogStarted(_fleet.Souths.Count, _fleet.Norths.Count, _journal.Id);
        _fleet.StartAll();
        await Backfills.ApplyAsync(_config).ConfigureAwait(false);
        await Replays.ApplyAsync(_config).ConfigureAwait(false);
        _isRunning = true;
        _ = _changing.Release();

        await Task.Delay(Timeout.InfiniteTimeSpan, _services.Time, stop)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        await _changing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _isRunning = false;
        var drainTime = _config.Gateway.DrainTime;
        LogStopping(drainTime.TotalSeconds);
        await Backfills.StopAsync().ConfigureAwait(false);
        await _fleet.StopSouthsAsync(static _ => true, drainTime).ConfigureAwait(false);
        var drainedAt = _services.Time.GetTimestamp();
        await DrainNorthsAsync(drainTime).ConfigureAwait(false);
        var left = drainTime - _services.Time.GetElapsedTime(drainedAt);
        await _fleet.StopNorthsAsync(static _ => true, left > TimeSpan.Zero ? left : TimeSpan.Zero)
            .ConfigureAwait(false);
        _ = _changing.Release();

        LogStopped(GetStatus().Account.ToString());
    }

    /// <summary>
    /// Goes over to another configuration: only what differs is touched. Norths go up before Souths and Souths down
    /// before Norths; a South whose items alone differ goes on without a reconnect; a North that is gone is forgotten
    /// with its place. Returns when all that was to stop has stopped and the rest is on its way.
    /// </summary>
    /// <param name="next">A valid configuration.</param>
    /// <param name="cancellationToken">Cancels the wait for an earlier change; nothing is changed then.</param>
    /// <returns>
    /// False where something takes effect at the next start only: the journal's sizes, and what a North drops.
    /// </returns>
    /// <exception cref="InvalidOperationException">The engine does not run.</exception>
    public async Task<bool> ApplyAsync(MeridianConfig next, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(next);
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_isRunning)
            {
                throw new InvalidOperationException("The engine does not run; apply a configuration while it does.");
            }

            var plan = ReconcilePlan.Of(_config, next);
            var within = next.Gateway.DrainTime;
            await _fleet.StopSouthsAsync(Named(plan.SouthsToStop), within).ConfigureAwait(false);
            await _fleet.StopNorthsAsync(Named(plan.NorthsToStop), within).ConfigureAwait(false);
            _fleet.Arrange(plan);
            _fleet.StartAll();
            _fleet.Change(plan.SouthsToChange);
            _config = plan.Next;
            await Backfills.ApplyAsync(plan.Next).ConfigureAwait(false);
            await Replays.ApplyAsync(plan.Next).ConfigureAwait(false);
            LogApplied(
                plan.SouthsToStop.Count,
                plan.SouthsToStart.Count,
                plan.SouthsToChange.Count,
                plan.NorthsToStop.Count,
                plan.NorthsToStart.Count);
            return !plan.NeedsRestart;
        }
        finally
        {
            _ = _changing.Release();
        }
    }

    /// <summary>
    /// Pushes readings or a file to a South that takes them (<see cref="ITakesIntake"/>). Answered when they are on
    /// disk, or at once why they are not. Any thread.
    /// </summary>
    /// <param name="south">The South's name, without regard to case.</param>
    /// <param name="content">The content, lent until the answer; stored as a whole or not at all.</param>
    /// <param name="cancellationToken">Cancels the wait to be taken; what was taken is answered all the same.</param>
    /// <returns>The outcome.</returns>
    public ValueTask<IntakeOutcome> PushAsync(string south, Content content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(south);
        ArgumentNullException.ThrowIfNull(content);
        return PushDesk.PushAsync(_fleet.Souths, south, content, cancellationToken);
    }

    /// <summary>What a North's destination refused for good: to be looked at, tried once more, or given up.</summary>
    /// <param name="north">The North's name, without regard to case.</param>
    /// <exception cref="ArgumentException">There is no such North.</exception>
    public NorthQuarantine Quarantine(string north)
    {
        var norths = _fleet.Norths;
        return norths
            .FirstOrDefault(one => string.Equals(one.Board.Status.Name, north, StringComparison.OrdinalIgnoreCase))
            ?.Quarantine
            ?? throw new ArgumentException(
                $"There is no North '{north}'; known: "
                + $"{string.Join(", ", norths.Select(static one => one.Board.Status.Name))}.",
                nameof(north));
    }

    /// <summary>Everything at a glance. Any thread; cheap enough for once a second.</summary>
    public EngineStatus GetStatus()
    {
        // The places first and the end after them: each North's place lies before one and the same end.
        var all = _fleet.Norths;
        var places = all.Select(static north => north.Cursor.Place).ToArray();
        var end = _journal.End;
        var norths = all
            .Select((north, i) => new NorthStatus(
                north.Board.Status, north.AccountAt(places[i], end), north.Counters)
            {
                Replayed = Replays.CountsOf(north.Board.Status.Name),
            })
            .ToArray();
        var account = GatewayAccount.Of(
            end,
            Array.ConvertAll(norths, static north => north.Account),
            [.. all.Select(static north => north.QuarantinedPositions)],
            [.. all.Select(static north => north.TakesFrom)]);
        var souths = _fleet.Souths
            .Select(static south => new SouthStatus(
                south.Board.Status, south.Counters, south.ItemProblems, south.Account))
            .ToArray();
        var journal = _journal.Status;
        journal = journal with
        {
            BlockingCursor = ReplayCursor.NorthOf(
                TransformMemory.NorthOf(LagGuard.NorthOf(journal.BlockingCursor))),
        };
        return new EngineStatus(account, journal, souths, norths);
    }

    /// <summary>Closes the journal and the quarantines. Call it after <see cref="RunAsync"/> has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await Backfills.DisposeAsync().ConfigureAwait(false);
        Replays.Dispose();
        _fleet.Dispose();
        _changing.Dispose();
        await _journal.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Waits until every North that can has passed the end of the journal, or the time for it is over. One that waits
    /// for a change of its settings cannot.
    /// </summary>
    private async Task DrainNorthsAsync(TimeSpan within)
    {
        var end = _journal.End;
        var draining = _fleet.Norths
            .Where(static north => north.MayDrain)
            .ToArray();
        Array.ForEach(draining, static north => north.Hurry());
        using var over = new CancellationTokenSource(within, _services.Time);
        await Task.WhenAll(draining.Select(north => north.Cursor.WaitUntilPassedAsync(end, over.Token)))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var north in _fleet.Norths)
        {
            var account = north.AccountAt(north.Cursor.Place, _journal.End);
            if (north.IsEnabled && account.Waiting > 0)
            {
                LogNotDrained(account.Name, account.Waiting);
            }
        }
    }

    private static Func<string, bool> Named(IReadOnlyList<string> names) =>
        name => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    [LoggerMessage(
        EventIds.EngineStarted,
        LogLevel.Information,
        "Running {Souths} South and {Norths} North on journal {Journal}.")]
    private partial void LogStarted(int souths, int norths, Guid journal);

    [LoggerMessage(
        EventIds.EngineStopping,
        LogLevel.Information,
        "Stopping: Souths first, then Norths deliver what waits for at most {Seconds:F0} s.")]
    private partial void LogStopping(double seconds);

    [LoggerMessage(EventIds.EngineStopped, LogLevel.Information, "Stopped: {Account}")]
    private partial void LogStopped(string account);

    [LoggerMessage(
        EventIds.NorthsNotDrained,
        LogLevel.Warning,
        "{North} has not delivered {Waiting} data yet; they wait on disk for the next start.")]
    private partial void LogNotDrained(string north, long waiting);

    [LoggerMessage(
        EventIds.ConfigurationApplied,
        LogLevel.Information,
        "The configuration was changed: {SouthsStopped} South stopped, {SouthsStarted} started, {SouthsChanged} took "
        + "other items; {NorthsStopped} North stopped, {NorthsStarted} started.")]
    private partial void LogApplied(
        int southsStopped, int southsStarted, int southsChanged, int northsStopped, int northsStarted);
}
