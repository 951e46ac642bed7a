using System.Threading.Channels;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Engine.Schedules;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Queries;

/// <summary>
/// Asks one connected South for its scheduled items, unit by unit, as many at once as the South allows. Units are
/// changed while it runs.
/// </summary>
/// <param name="timers">The gateway's timers.</param>
/// <param name="run">Runs one unit; throws when the connection is of no more use.</param>
/// <param name="parallel">How many run at once.</param>
/// <param name="ticked">Told of each tick of a unit, whether or not it is free.</param>
internal sealed class QueryLoop(
    ScheduleTimers timers,
    Func<UnitKey, IReadOnlyList<Item>, CancellationToken, Task> run,
    int parallel,
    Action<UnitKey> ticked)
{
    /// <summary>Each unit waits at most once, so this bounds the units of one South and nothing else.</summary>
    private const int MaxUnits = 1 << 20;

    private readonly Channel<QueryUnit> _due = Channel.CreateBounded<QueryUnit>(new BoundedChannelOptions(MaxUnits)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = false,
        SingleWriter = false,
    });

    private readonly Dictionary<UnitKey, (QueryUnit Unit, IDisposable Following)> _units = [];
    private long _skippedByGone;

    /// <summary>Ticks that came while their unit was still queued or running.</summary>
    public long Skipped
    {
        get
        {
            lock (_units)
            {
                return _skippedByGone + _units.Values.Sum(entry => entry.Unit.Skipped);
            }
        }
    }

    /// <summary>
    /// Takes these items in place of those before. A unit that is new is asked at once, unless it waits for an hour of
    /// the day; one that goes on keeps its pace.
    /// </summary>
    public void Apply(IEnumerable<ItemConfig> items)
    {
        var wanted = items
            .Where(item => item.Enabled && item.Schedule is not SubscriptionSchedule)
            .GroupBy(UnitKey.Of, item => item.Item)
            .ToDictionary(group => group.Key, IReadOnlyList<Item> (group) => [.. group]);
        lock (_units)
        {
            foreach (var key in _units.Keys.Where(key => !wanted.ContainsKey(key)).ToArray())
            {
                Remove(key);
            }

            foreach (var (key, members) in wanted)
            {
                if (_units.TryGetValue(key, out var known))
                {
                    known.Unit.Items = members;
                }
                else
                {
                    Add(key, members);
                }
            }
        }
    }

    /// <summary>Runs until cancelled; throws what a unit threw first, and leaves the others then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Enumerable.Range(0, parallel).Select(_ => WorkAsync(ending.Token)).ToArray();
        try
        {
            var ended = await Task.WhenAny(workers).ConfigureAwait(false);
            await ended.ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            Apply([]);
            await Task.WhenAll(workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Add(UnitKey key, IReadOnlyList<Item> items)
    {
        var unit = new QueryUnit(key) { Items = items };
        _units.Add(key, (unit, timers.Follow(key.Schedule, () => Tick(unit))));
        if (key.Schedule is PeriodSchedule)
        {
            Tick(unit);
        }
    }

    private void Remove(UnitKey key)
    {
        var (unit, following) = _units[key];
        following.Dispose();
        unit.Items = [];
        _skippedByGone += unit.Skipped;
        _ = _units.Remove(key);
    }

    private void Tick(QueryUnit unit)
    {
        ticked(unit.Key);
        if (unit.TryTake() && !_due.Writer.TryWrite(unit))
        {
            unit.Release();
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        // Leaves the caller's thread: a connector that answers at once must not hold who started the loop.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await foreach (var unit in _due.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (unit.Items is { Count: > 0 } items)
                {
                    await run(unit.Key, items, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                unit.Release();
            }
        }
    }
}
