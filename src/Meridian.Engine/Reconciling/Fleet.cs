using Meridian.Configuration;
using Meridian.Engine.Norths;
using Meridian.Engine.Replays;
using Meridian.Engine.Souths;
using Meridian.Engine.Supervision;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Reconciling;

/// <summary>
/// The connectors there are, and those of them that run. One caller at a time changes it; any thread reads the lists,
/// which are swapped as a whole.
/// </summary>
internal sealed partial class Fleet(RuntimeSurroundings around, ILogger logger) : IDisposable
{
    /// <summary>How long an abandoned connector may take to give up before it is left behind.</summary>
    private static readonly TimeSpan LeaveBehindAfter = TimeSpan.FromSeconds(2);

    private readonly Dictionary<ConnectorBoard, RunningConnector> _running = [];
    private volatile NorthRuntime[] _norths = [];
    private volatile SouthRuntime[] _souths = [];

    /// <summary>The Norths, as configured; those that do not run have a place to keep.</summary>
    public IReadOnlyList<NorthRuntime> Norths => _norths;

    /// <summary>The Souths that run, as configured.</summary>
    public IReadOnlyList<SouthRuntime> Souths => _souths;

    /// <summary>A North by its name, without regard to case; null when there is none.</summary>
    public NorthRuntime? FindNorth(string name) => _norths.FirstOrDefault(north => IsOf(north.Board, name));

    /// <summary>Lets listeners see an engine.</summary>
    public void Observe(Func<EngineStatus> status)
    {
        var journal = around.Journal;
        around.Telemetry.Observe(
            status,
            north => _norths.FirstOrDefault(runtime => IsOf(runtime.Board, north.Connector.Name)) is { } runtime
                ? runtime.Telemetry.LagOf(
                    north.Account.Waiting, journal.End.Value - journal.Start.Value, journal.Status.Bytes)
                : default);
    }

    /// <summary>Makes the lists as a configuration wants them. What is new does not run yet.</summary>
    public void Arrange(ReconcilePlan plan)
    {
        var starting = plan.SouthsToStart.ToHashSet();
        _souths =
        [
            .. plan.Next.Souths.Where(static south => south.Enabled).Select(south => starting.Contains(south)
                ? new SouthRuntime(south, around)
                : _souths.First(runtime => IsOf(runtime.Board, south.Name))),
        ];
        var making = plan.NorthsToStart.ToHashSet();
        _norths =
        [
            .. plan.Next.Norths.Where(IsKept).Select(north => making.Contains(north)
                ? new NorthRuntime(north, around)
                : _norths.First(runtime => IsOf(runtime.Board, north.Name))),
        ];
        ReleaseRemovedNorths();
        Array.ForEach(_norths, north => north.WatchLag(plan.Next.Souths));
    }

    /// <summary>Starts what does not run and should: Norths first.</summary>
    public void StartAll()
    {
        foreach (var north in _norths.Where(north => north.IsEnabled && !_running.ContainsKey(north.Board)))
        {
            Start(north.Board, north.RunAsync);
        }

        foreach (var south in _souths.Where(south => !_running.ContainsKey(south.Board)))
        {
            Start(south.Board, south.RunAsync);
        }
    }

    /// <summary>Hands Souths that go on their new items.</summary>
    public void Change(IReadOnlyList<SouthConfig> souths)
    {
        foreach (var next in souths)
        {
            _souths.First(runtime => IsOf(runtime.Board, next.Name)).Apply(next);
        }
    }

    /// <summary>Stops Souths: they disconnect, and what they gave goes to disk, within a time.</summary>
    public Task StopSouthsAsync(Func<string, bool> isMeant, TimeSpan within) =>
        StopAsync([.. _souths.Where(south => isMeant(south.Board.Status.Name)).Select(south => south.Board)], within);

    /// <summary>Stops Norths where they stand: what waits, waits on disk.</summary>
    public async Task StopNorthsAsync(Func<string, bool> isMeant, TimeSpan within)
    {
        var stopping = _norths.Where(north => isMeant(north.Board.Status.Name)).ToArray();
        await StopAsync([.. stopping.Select(north => north.Board)], within).ConfigureAwait(false);

        // One that was left behind must not move a cursor that another takes over.
        Array.ForEach(stopping, static north => north.Retire());
    }

    public void Dispose()
    {
        around.Telemetry.Dispose();
        foreach (var connector in _running.Values)
        {
            connector.Dispose();
        }

        foreach (var north in _norths)
        {
            north.Dispose();
        }
    }

    private static bool IsOf(ConnectorBoard board, string name) =>
        string.Equals(board.Status.Name, name, StringComparison.OrdinalIgnoreCase);

    private void Start(ConnectorBoard board, Func<CancellationToken, CancellationToken, Task> run)
    {
        var running = new RunningConnector(board);
        _running.Add(board, running);
        running.Start(run);
    }

    /// <summary>
    /// Waits until connectors have ended. One that still hangs a while after it was abandoned is left behind: the
    /// gateway goes on all the same.
    /// </summary>
    private async Task StopAsync(IReadOnlyList<ConnectorBoard> boards, TimeSpan within)
    {
        var stopping = boards.Where(_running.ContainsKey).Select(board => (board, Running: _running[board])).ToArray();
        var ended = Task.WhenAll(stopping.Select(static one => one.Running.Task));
        foreach (var (_, running) in stopping)
        {
            await running.StopAsync().ConfigureAwait(false);
        }

        await WaitAsync(ended, within).ConfigureAwait(false);
        if (!ended.IsCompleted)
        {
            foreach (var (_, running) in stopping)
            {
                await running.AbandonAsync().ConfigureAwait(false);
            }

            await WaitAsync(ended, LeaveBehindAfter).ConfigureAwait(false);
        }

        foreach (var (board, running) in stopping)
        {
            if (!running.Task.IsCompleted)
            {
                LogLeftBehind(running.Name, LeaveBehindAfter.TotalSeconds);
            }

            running.Dispose();
            _ = _running.Remove(board);
        }
    }

    private async Task WaitAsync(Task ended, TimeSpan within) =>
        await ended.WaitAsync(within, around.Services.Time, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>One that is not enabled and never ran has no place to keep.</summary>
    private bool IsKept(NorthConfig north) => north.Enabled || around.Journal.Cursors.Any(
        cursor => string.Equals(cursor.Name, north.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// A cursor whose North is no longer in the configuration would keep the journal for ever. It is released after the
    /// others were opened, so that a North that was only renamed finds what waited. A disabled North keeps its place.
    /// </summary>
    private void ReleaseRemovedNorths()
    {
        foreach (var cursor in around.Journal.Cursors)
        {
            if (!ReplayCursor.IsOne(cursor.Name) && !_norths.Any(north => north.Owns(cursor.Name)))
            {
                if (!NorthRuntime.IsNameOfTheEngine(cursor.Name))
                {
                    LogReleased(cursor.Name, cursor.Waiting);
                }

                _ = around.Journal.RemoveCursor(cursor.Name);
            }
        }
    }

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
}
