using Meridian.Configuration;
using Meridian.Configuration.Words;
using Meridian.Engine.Norths;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Replays;

/// <summary>
/// Takes orders for replays: data that a North has passed and the journal still has, once more. Runs them beside the
/// data that come in their turn, and keeps them over restarts. Any thread; one change at a time.
/// </summary>
public sealed partial class ReplayDesk : IDisposable
{
    /// <summary>The most replays that are kept; the oldest that has ended makes room for a new one.</summary>
    public const int MaxReplays = 100;

    /// <summary>A configuration is not kept waiting by a journal that has no room for a line.</summary>
    private static readonly TimeSpan StoreWithin = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _changing = new(1);
    private readonly List<ReplayEntry> _entries = [];
    private readonly Dictionary<string, ReplayCounts> _forgotten;
    private readonly RuntimeSurroundings _around;
    private readonly ReplayBook _book;
    private readonly ReplayStart _start;
    private readonly Func<string, NorthRuntime?> _findNorth;
    private readonly ILogger _logger;
    private MeridianConfig _config;
    private bool _areMemoriesForgotten;

    internal ReplayDesk(
        MeridianConfig config, RuntimeSurroundings around, Func<string, NorthRuntime?> findNorth, ILogger logger)
    {
        _config = config;
        _around = around;
        _findNorth = findNorth;
        _logger = logger;
        _book = new ReplayBook(around.Journal);
        var (replays, forgotten) = _book.Read(key => LogUnreadable(key));
        _entries.AddRange(replays.Select(static one => new ReplayEntry(one)));
        _forgotten = new Dictionary<string, ReplayCounts>(forgotten, StringComparer.OrdinalIgnoreCase);
        ReplayRemains.RemoveCursors(around.Journal, replays);
        _start = new ReplayStart(_book, around.Journal, around.Services.Time);
        foreach (var entry in _entries.Where(static entry => entry.Kept.IsRunning))
        {
            if (!Begin(entry))
            {
                entry.Rest(around.Journal);
            }
        }
    }

    /// <summary>All replays that are kept, oldest first.</summary>
    public IReadOnlyList<ReplayStatus> List() => [.. All().Select(static entry => entry.Status)];

    /// <summary>Takes an order and begins with it.</summary>
    /// <param name="order">The order.</param>
    /// <param name="cancellationToken">Cancels the wait for the disk; nothing has begun then.</param>
    /// <returns>
    /// The replay with its id. What of the order is not in the journal any more is left out, and
    /// <see cref="ReplayStatus.IsCut"/> says so.
    /// </returns>
    /// <exception cref="ArgumentException">It cannot be done; the message says why and what to do.</exception>
    public async Task<ReplayStatus> StartAsync(ReplayOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        using var change = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        var north = _findNorth(order.North) ?? throw new ArgumentException(
            $"There is no North '{order.North}' in the configuration; "
            + $"{Suggestion.Hint(order.North, [.. _config.Norths.Select(static one => one.Name)])}.",
            nameof(order));
        if (!TryFindRoom(out var forgotten, out var counts))
        {
            throw new ArgumentException(
                $"There are {MaxReplays} replays that go on, the most there can be; cancel some or let them end.",
                nameof(order));
        }

        var keepPassed = _config.Gateway.Journal.KeepPassed;
        var kept = await _start.KeepAsync(order, north, keepPassed, forgotten?.Kept, counts, cancellationToken)
            .ConfigureAwait(false);
        var entry = new ReplayEntry(kept);
        lock (_entries)
        {
            if (forgotten is not null)
            {
                _ = _entries.Remove(forgotten);
                _forgotten[forgotten.Kept.North] = counts;
            }

            _entries.Add(entry);
        }

        _ = Begin(entry);
        LogBegun(entry.Kept.Id, entry.Kept.North, entry.Kept.From, entry.Kept.To);
        return entry.Status;
    }

    /// <summary>
    /// Ends a replay where it stands. What is on its way to the destination at this moment is waited for.
    /// </summary>
    /// <param name="id">The replay.</param>
    /// <param name="cancellationToken">Cancels the wait; it goes on then.</param>
    /// <exception cref="ArgumentException">There is none of that id, or it has ended.</exception>
    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        using var change = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        var all = All();
        var entry = all.FirstOrDefault(one => string.Equals(one.Kept.Id, id, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"There is no replay '{id}'; {Suggestion.Hint(id, [.. all.Select(static one => one.Kept.Id)])}.",
                nameof(id));
        try
        {
            await entry.ReleaseAsync(cancellationToken).ConfigureAwait(false);
            if (!entry.Kept.IsRunning)
            {
                throw new ArgumentException($"The replay '{id}' has ended already.", nameof(id));
            }

            await EndAsync(entry, ReplayState.Cancelled, reason: null, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (entry.Kept.IsRunning)
        {
            entry.Let();
            _ = Begin(entry);
            throw;
        }
    }

    /// <summary>Call it when the Norths have stopped; what ran goes on with the next start.</summary>
    public void Dispose() => _changing.Dispose();

    /// <summary>What a North's replays have come to since ever.</summary>
    internal ReplayCounts CountsOf(string north)
    {
        lock (_entries)
        {
            return _entries
                .Select(static entry => entry.Now)
                .Where(replay => string.Equals(replay.North, north, StringComparison.OrdinalIgnoreCase))
                .Aggregate(
                    _forgotten.GetValueOrDefault(north, ReplayCounts.None),
                    static (sum, replay) => sum.Plus(replay.Counts));
        }
    }

    /// <summary>
    /// Goes by another configuration: its Norths take up their replays, and those of a North that is gone end.
    /// </summary>
    internal async Task ApplyAsync(MeridianConfig config)
    {
        using var change = await ChangeAsync(CancellationToken.None).ConfigureAwait(false);
        _config = config;
        foreach (var entry in All())
        {
            var north = _findNorth(entry.Kept.North);

            // Who has it first: a lane may complete it at any moment, and then it has nobody.
            var isServed = north is not null && entry.Lane == north.Replays;
            if (isServed || !entry.Kept.IsRunning)
            {
                continue;
            }

            // Its North was stopped: the lane has left it, or was left behind.
            entry.Let();
            if (!Begin(entry))
            {
                await EndForGoodAsync(entry).ConfigureAwait(false);
            }
        }

        await ForgetLeftMemoriesAsync().ConfigureAwait(false);
    }

    /// <summary>Gives a replay to its North; false where there is none.</summary>
    private bool Begin(ReplayEntry entry)
    {
        if (_findNorth(entry.Kept.North) is { } north)
        {
            entry.Begin(north.Replays, _around.Journal, CompleteAsync);
            return true;
        }

        return false;
    }

    /// <summary>A lane has done all of it.</summary>
    private async Task CompleteAsync(ReplayEntry entry, CancellationToken cancellationToken)
    {
        await EndAsync(entry, ReplayState.Complete, reason: null, cancellationToken).ConfigureAwait(false);
        LogComplete(entry.Kept.Id, entry.Kept.North, entry.Kept.Counts.ToString());
    }

    /// <summary>Keeps how it ended, durably, and lets go of what it held back.</summary>
    private async Task EndAsync(
        ReplayEntry entry, ReplayState state, string? reason, CancellationToken cancellationToken)
    {
        var ended = entry.Now with { State = state, Reason = reason };
        await _book.StoreAsync(ended, cancellationToken).ConfigureAwait(false);
        ReplayCursor.Remove(_around.Journal, ended.NorthId, ended.Id);
        try
        {
            await ReplayCursor.ForgetMemoryAsync(_around.Journal, ended.NorthId, ended.Id, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            // What it left to be forgotten is forgotten at the next start.
            entry.End(ended);
        }
    }

    /// <summary>
    /// Its North is gone. What it held back goes first: a full journal may need just that to have room for the line.
    /// </summary>
    private async Task EndForGoodAsync(ReplayEntry entry)
    {
        var kept = entry.Kept;
        var reason = $"North '{kept.North}' is not in the configuration any more.";
        ReplayCursor.Remove(_around.Journal, kept.NorthId, kept.Id);
        LogEnded(kept.Id, reason);
        using var within = new CancellationTokenSource(StoreWithin, _around.Services.Time);
        try
        {
            await EndAsync(entry, ReplayState.Ended, reason, within.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (within.IsCancellationRequested)
        {
            // There was no room for it. The next start finds its North gone again.
            entry.End(entry.Kept with { State = ReplayState.Ended, Reason = reason });
        }
    }

    /// <summary>Once, where a kill came in between.</summary>
    private async Task ForgetLeftMemoriesAsync()
    {
        if (_areMemoriesForgotten)
        {
            return;
        }

        using var within = new CancellationTokenSource(StoreWithin, _around.Services.Time);
        try
        {
            var replays = All().Select(static entry => entry.Kept);
            await ReplayRemains.ForgetMemoriesAsync(_around.Journal, replays, within.Token).ConfigureAwait(false);
            _areMemoriesForgotten = true;
        }
        catch (OperationCanceledException) when (within.IsCancellationRequested)
        {
            // The journal has no room for it now; the next time it has.
        }
    }

    /// <summary>Whether there is room for a new one, where need be in place of the oldest that has ended.</summary>
    private bool TryFindRoom(out ReplayEntry? forgotten, out ReplayCounts counts)
    {
        (forgotten, counts) = (null, ReplayCounts.None);
        var all = All();
        if (all.Length < MaxReplays)
        {
            return true;
        }

        forgotten = Array.Find(all, static entry => !entry.Kept.IsRunning);
        if (forgotten?.Kept is { } kept)
        {
            counts = _forgotten.GetValueOrDefault(kept.North, counts).Plus(kept.Counts);
        }

        return forgotten is not null;
    }

    private ReplayEntry[] All()
    {
        lock (_entries)
        {
            return [.. _entries];
        }
    }

    private async Task<Change> ChangeAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Change(_changing);
    }

    [LoggerMessage(
        EventIds.ReplayUnreadable,
        LogLevel.Warning,
        "What the journal keeps of replays under '{Key}' was written by a later version and is left as it is.")]
    private partial void LogUnreadable(string key);

    [LoggerMessage(
        EventIds.ReplayBegun,
        LogLevel.Information,
        "Replay {Replay} to {North} begins: positions {From} up to {To}.")]
    private partial void LogBegun(string replay, string north, long from, long to);

    [LoggerMessage(
        EventIds.ReplayComplete, LogLevel.Information, "Replay {Replay} to {North} is complete: {Counts}.")]
    private partial void LogComplete(string replay, string north, string counts);

    [LoggerMessage(EventIds.ReplayEnded, LogLevel.Warning, "Replay {Replay} has ended: {Reason}")]
    private partial void LogEnded(string replay, string reason);

    private sealed class Change(SemaphoreSlim changing) : IDisposable
    {
        public void Dispose() => changing.Release();
    }
}
