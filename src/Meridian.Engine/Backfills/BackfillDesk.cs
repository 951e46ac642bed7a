using Meridian.Configuration;
using Meridian.Configuration.Words;
using Meridian.Engine.History.Checkpoints;
using Meridian.Engine.Norths;
using Meridian.Journal;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Backfills;

/// <summary>
/// Takes orders for backfills, runs them beside the live data, and keeps them over restarts. Any thread; one change at
/// a time.
/// </summary>
public sealed partial class BackfillDesk : IAsyncDisposable
{
    /// <summary>The most backfills that are kept, done or not.</summary>
    public const int MaxBackfills = 1_000;

    private const string OrderKey = "order/";

    private readonly SemaphoreSlim _changing = new(1);
    private readonly Dictionary<string, BackfillEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly JournalSource _source;
    private readonly RuntimeSurroundings _around;
    private readonly Func<string, NorthRuntime?> _findNorth;
    private MeridianConfig _config;
    private bool _isRunning;

    internal BackfillDesk(
        MeridianConfig config, RuntimeSurroundings around, Func<string, NorthRuntime?> findNorth, ILogger logger)
    {
        _config = config;
        _around = around;
        _findNorth = findNorth;
        _source = around.Journal.Source("#backfills");
        foreach (var name in NamesOf(around.Journal.GetCheckpoints(_source)))
        {
            var bytes = BytesOf(name);
            if (bytes.Read() is { } kept && KeptBackfill.From(kept) is { } backfill)
            {
                _entries.Add(name, new BackfillEntry(backfill, bytes));
            }
            else
            {
                LogUnreadable(logger, name);
            }
        }
    }

    /// <summary>All backfills, by name.</summary>
    public IReadOnlyList<BackfillStatus> List()
    {
        lock (_entries)
        {
            return [.. _entries.Values.Select(static entry => entry.Status)
                .OrderBy(static status => status.Order.Name, StringComparer.OrdinalIgnoreCase)];
        }
    }

    /// <summary>Takes an order and begins with it.</summary>
    /// <param name="order">The order.</param>
    /// <param name="cancellationToken">Cancels the wait for the disk.</param>
    /// <exception cref="ArgumentException">It cannot be done; the message says why and what to do.</exception>
    public async Task StartAsync(BackfillOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        using var change = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        if ((BackfillCheck.Find(order, _config) ?? FindInOthers(order)) is { } problem)
        {
            throw new ArgumentException(problem, nameof(order));
        }

        // As they are spelled there: the job's place in the journal has their names. The check has found both.
        order = order with { South = _config.SouthOf(order)!.Name, North = _config.NorthOf(order)!.Name };
        var kept = new KeptBackfill(order, BackfillState.Running);
        var entry = new BackfillEntry(kept, BytesOf(order.Name));
        await entry.StoreAsync(kept.State, cancellationToken).ConfigureAwait(false);
        lock (_entries)
        {
            _entries.Add(order.Name, entry);
        }

        Begin(entry);
    }

    /// <summary>Lets a backfill wait; what it has brought stays.</summary>
    /// <param name="name">The backfill.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public Task PauseAsync(string name, CancellationToken cancellationToken) =>
        SetAsync(name, BackfillState.Paused, forget: false, cancellationToken);

    /// <summary>Lets a backfill go on where it stands.</summary>
    /// <param name="name">The backfill.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public Task ResumeAsync(string name, CancellationToken cancellationToken) =>
        SetAsync(name, BackfillState.Running, forget: false, cancellationToken);

    /// <summary>Begins a backfill anew: the North gets everything once more.</summary>
    /// <param name="name">The backfill.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public Task RestartAsync(string name, CancellationToken cancellationToken) =>
        SetAsync(name, BackfillState.Running, forget: true, cancellationToken);

    /// <summary>Ends a backfill and forgets it; what it has brought is delivered all the same.</summary>
    /// <param name="name">The backfill.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        using var change = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        var entry = Find(name);
        await EndAsync(entry).ConfigureAwait(false);
        await ForgetAsync(entry.Kept.Order, cancellationToken).ConfigureAwait(false);
        await entry.ForgetAsync(cancellationToken).ConfigureAwait(false);
        lock (_entries)
        {
            _ = _entries.Remove(name);
        }

        entry.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        Array.ForEach(All(), static entry => entry.Dispose());
        _changing.Dispose();
    }

    /// <summary>Goes by another configuration: what runs on what has changed begins again where it stands.</summary>
    internal async Task ApplyAsync(MeridianConfig config)
    {
        using var change = await ChangeAsync(CancellationToken.None).ConfigureAwait(false);
        _isRunning = true;
        var before = _config;
        _config = config;
        foreach (var entry in All())
        {
            var order = entry.Kept.Order;
            if (entry.North is { } north
                && ReferenceEquals(before.SouthOf(order), config.SouthOf(order))
                && _findNorth(order.North) == north)
            {
                continue;
            }

            await EndAsync(entry).ConfigureAwait(false);
            Begin(entry);
        }
    }

    /// <summary>Stops all; they go on with the next start.</summary>
    internal async Task StopAsync()
    {
        using var change = await ChangeAsync(CancellationToken.None).ConfigureAwait(false);
        _isRunning = false;
        await Task.WhenAll(All().Select(EndAsync)).ConfigureAwait(false);
    }

    private static IEnumerable<string> NamesOf(IReadOnlyList<JournalCheckpoint> checkpoints) => checkpoints
        .Select(static checkpoint => checkpoint.Key.Split('/'))
        .Where(static parts => parts is ["order", _, _])
        .Select(static parts => parts[1])
        .Distinct(StringComparer.Ordinal);

    private CheckpointBytes BytesOf(string name) => new(_around.Journal, _source, $"{OrderKey}{name}/");

    private BackfillEntry[] All()
    {
        lock (_entries)
        {
            return [.. _entries.Values];
        }
    }

    private BackfillEntry Find(string name)
    {
        lock (_entries)
        {
            return _entries.TryGetValue(name, out var entry)
                ? entry
                : throw new ArgumentException(
                    $"There is no backfill '{name}'; {Suggestion.Hint(name, _entries.Keys)}.", nameof(name));
        }
    }

    private async Task SetAsync(string name, BackfillState state, bool forget, CancellationToken cancellationToken)
    {
        using var change = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        var entry = Find(name);
        await EndAsync(entry).ConfigureAwait(false);
        if (forget)
        {
            await ForgetAsync(entry.Kept.Order, cancellationToken).ConfigureAwait(false);
        }

        await entry.StoreAsync(state, cancellationToken).ConfigureAwait(false);
        Begin(entry);
    }

    /// <summary>Forgets where the items stand.</summary>
    private async Task ForgetAsync(BackfillOrder order, CancellationToken cancellationToken)
    {
        var north = NorthRuntime.IdOf(order.North, _around.Journal);
        var south = _config.SouthOf(order)?.Name ?? order.South;
        var source = _around.Journal.Source(BackfillSource.NameOf(north, south, order.Name));
        var forgotten = _around.Journal.GetCheckpoints(source)
            .Select(static checkpoint => new JournalCheckpoint(checkpoint.Key, default))
            .ToArray();
        if (forgotten.Length > 0)
        {
            await _around.Journal.StoreCheckpointsAsync(source, forgotten, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a backfill, or says why it does not.</summary>
    private void Begin(BackfillEntry entry)
    {
        var order = entry.Kept.Order;
        if (BackfillCheck.Find(order, _config) is { } problem)
        {
            entry.Rest(problem, fraction: 0);
            return;
        }

        try
        {
            // They are there: the check has found both.
            var north = _findNorth(order.North)!;
            var job = new BackfillJob(order, _config.SouthOf(order)!, north, _around);
            if (_isRunning && entry.Kept.State == BackfillState.Running)
            {
                entry.Begin(job, north);
            }
            else
            {
                entry.Rest(problem: null, job.Progress.Fraction);
            }
        }
        catch (HistoryFormatException damaged)
        {
            entry.Rest(damaged.Message, fraction: 0);
        }
    }

    private Task EndAsync(BackfillEntry entry) =>
        entry.EndAsync(_config.Gateway.DrainTime, _around.Services.Time);

    private string? FindInOthers(BackfillOrder order)
    {
        lock (_entries)
        {
            return _entries.ContainsKey(order.Name)
                ? $"There is a backfill '{order.Name}' already; choose another name, restart it or remove it."
                : _entries.Count >= MaxBackfills
                    ? $"There are {MaxBackfills} backfills already, the most there can be; remove some that are done."
                    : null;
        }
    }

    private async Task<Change> ChangeAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Change(_changing);
    }

    [LoggerMessage(
        EventIds.BackfillUnreadable,
        LogLevel.Warning,
        "The backfill {Backfill} was written by a later version and is left as it is.")]
    private static partial void LogUnreadable(ILogger logger, string backfill);

    private sealed class Change(SemaphoreSlim changing) : IDisposable
    {
        public void Dispose() => changing.Release();
    }
}
