using Meridian.Configuration;
using Meridian.Engine.Accounts;
using Meridian.Engine.Norths;
using Meridian.Engine.Souths;
using Meridian.Engine.Supervision;
using Meridian.Journal;
using Meridian.Journal.Faults;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine;

/// <summary>
/// Runs a configuration: Norths up before Souths, Souths down before Norths, the journal between them. Open it, run it
/// once,
/// dispose it; status may be read from any thread meanwhile.
/// </summary>
public sealed partial class MeridianEngine : IAsyncDisposable
{
    /// <summary>How long an abandoned connector may take to give up before it is left behind.</summary>
    private static readonly TimeSpan LeaveBehindAfter = TimeSpan.FromSeconds(2);

    private readonly MeridianConfig _config;
    private readonly JournalLog _journal;
    private readonly ILogger<MeridianEngine> _logger;
    private readonly NorthRuntime[] _norths;
    private readonly EngineServices _services;
    private readonly SouthRuntime[] _souths;

    private MeridianEngine(MeridianConfig config, JournalLog journal, string dataFolder, EngineServices services)
    {
        _config = config;
        _journal = journal;
        _services = services;
        _logger = services.Loggers.CreateLogger<MeridianEngine>();
        var around = new RuntimeSurroundings(journal, dataFolder, services);
        _norths = [.. config.Norths.Where(north => north.Enabled || HasPlace(north))
            .Select(north => new NorthRuntime(north, around))];
        _souths = [.. config.Souths.Where(south => south.Enabled)
            .Select(south => new SouthRuntime(south, around))];
        ReleaseRemovedNorths();
    }

    /// <summary>The journal's random identity.</summary>
    public Guid JournalId => _journal.Id;

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
        using var stopNorths = new CancellationTokenSource();
        using var abandonSouths = new CancellationTokenSource();
        using var abandonNorths = new CancellationTokenSource();
        LogStarted(_souths.Length, _norths.Length, _journal.Id);
        var norths = Array.ConvertAll(
            Array.FindAll(_norths, north => north.IsEnabled),
            north => (north.Board, Task: north.RunAsync(stopNorths.Token, abandonNorths.Token)));
        var souths = Array.ConvertAll(
            _souths, south => (south.Board, Task: south.RunAsync(stop, abandonSouths.Token)));

        await Task.Delay(Timeout.InfiniteTimeSpan, _services.Time, stop)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        LogStopping(_config.Gateway.DrainTime.TotalSeconds);
        using (AbandonAfter(_config.Gateway.DrainTime, abandonSouths))
        {
            await WaitUntilEndedAsync(souths, abandonSouths.Token).ConfigureAwait(false);
        }

        using (AbandonAfter(_config.Gateway.DrainTime, abandonNorths))
        {
            await DrainNorthsAsync(abandonNorths.Token).ConfigureAwait(false);
            await stopNorths.CancelAsync().ConfigureAwait(false);
            await WaitUntilEndedAsync(norths, abandonNorths.Token).ConfigureAwait(false);
        }

        LogStopped(GetStatus().Account.ToString());
    }

    /// <summary>Everything at a glance. Any thread; cheap enough for once a second.</summary>
    public EngineStatus GetStatus()
    {
        // The places first and the end after them: each North's place lies before one and the same end.
        var places = Array.ConvertAll(_norths, north => north.Cursor.Place);
        var end = _journal.End;
        var norths = _norths
            .Select((north, i) => new NorthStatus(north.Board.Status, north.AccountAt(places[i], end)))
            .ToArray();
        var account = GatewayAccount.Of(
            end,
            Array.ConvertAll(norths, north => north.Account),
            Array.ConvertAll(_norths, north => north.QuarantinedPositions));
        var souths = Array.ConvertAll(
            _souths, south => new SouthStatus(south.Board.Status, south.Counters, south.ItemProblems));
        return new EngineStatus(account, _journal.Status, souths, norths);
    }

    /// <summary>Closes the journal and the quarantines. Call it after <see cref="RunAsync"/> has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var north in _norths)
        {
            north.Dispose();
        }

        await _journal.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Waits until every North that can has passed the end of the journal, or the time for it is over. One that waits
    /// for a change of its settings cannot.
    /// </summary>
    private async Task DrainNorthsAsync(CancellationToken abandon)
    {
        var end = _journal.End;
        var draining = Array.FindAll(
            _norths, north => north.IsEnabled && north.Board.Status.State != ConnectorState.Failed);
        Array.ForEach(draining, north => north.Hurry());
        await Task.WhenAll(draining.Select(north => north.Cursor.WaitUntilPassedAsync(end, abandon)))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var north in _norths)
        {
            var account = north.AccountAt(north.Cursor.Place, _journal.End);
            if (north.IsEnabled && account.Waiting > 0)
            {
                LogNotDrained(account.Name, account.Waiting);
            }
        }
    }

    /// <summary>
    /// Waits until connectors have ended. One that still hangs a while after it was abandoned is left behind: the
    /// gateway ends all the same.
    /// </summary>
    private async Task WaitUntilEndedAsync((ConnectorBoard Board, Task Task)[] running, CancellationToken abandon)
    {
        var ended = Task.WhenAll(running.Select(connector => connector.Task));
        await ended.WaitAsync(abandon).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended.WaitAsync(LeaveBehindAfter, _services.Time, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (board, _) in running.Where(connector => !connector.Task.IsCompleted))
        {
            LogLeftBehind(board.Status.Name, LeaveBehindAfter.TotalSeconds);
        }
    }

    /// <summary>Whether a North that is not enabled ran before and has a place to keep.</summary>
    private bool HasPlace(NorthConfig north) =>
        _journal.Cursors.Any(cursor => string.Equals(cursor.Name, north.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// A cursor whose North is no longer in the configuration would keep the journal for ever. It is released after the
    /// others were opened, so that a North that was only renamed finds what waited. A disabled North keeps its place.
    /// </summary>
    private void ReleaseRemovedNorths()
    {
        foreach (var cursor in _journal.Cursors)
        {
            var isConfigured = _norths.Any(north => string.Equals(north.Id, cursor.Name, StringComparison.Ordinal));
            if (!isConfigured)
            {
                LogReleased(cursor.Name, cursor.Waiting);
                _journal.RemoveCursor(cursor.Name);
            }
        }
    }

    private CancellationTokenRegistrationPair AbandonAfter(TimeSpan time, CancellationTokenSource abandon)
    {
        var timer = new CancellationTokenSource(time, _services.Time);
        return new CancellationTokenRegistrationPair(timer, timer.Token.Register(abandon.Cancel));
    }

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
        EventIds.ConnectorLeftBehind,
        LogLevel.Warning,
        "{Connector} did not end within {Seconds:F0} s after the time for stopping was over; it is left behind.")]
    private partial void LogLeftBehind(string connector, double seconds);

    [LoggerMessage(
        EventIds.CursorReleased,
        LogLevel.Warning,
        "North '{North}' is no longer configured: its place in the journal is released, "
        + "with {Waiting} data it had not delivered.")]
    private partial void LogReleased(string north, long waiting);

    private readonly struct CancellationTokenRegistrationPair(
        CancellationTokenSource source, CancellationTokenRegistration registration) : IDisposable
    {
        public void Dispose()
        {
            registration.Dispose();
            source.Dispose();
        }
    }
}
