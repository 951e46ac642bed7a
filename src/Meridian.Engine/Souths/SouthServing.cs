using System.Collections.Concurrent;
using System.Diagnostics;
using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Engine.Groups;
using Meridian.Engine.History;
using Meridian.Engine.Souths.Files;
using Meridian.Engine.Souths.Histories;
using Meridian.Engine.Souths.Nexts;
using Meridian.Engine.Souths.Queries;
using Meridian.Engine.Souths.Silence;
using Meridian.Engine.Telemetry;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths;

/// <summary>One South while it is connected: what is subscribed, and what is asked for on schedules.</summary>
internal sealed class SouthServing
{
    private readonly ISouth _connector;
    private readonly SouthContext _context;
    private readonly QueryLoop _loop;
    private readonly SouthPump _pump;
    private readonly FileQuery? _files;
    private readonly HistoryQuery? _histories;
    private readonly NextQuery? _nexts;
    private readonly SouthSilence _silence;
    private volatile HistorySettings _historySettings;

    /// <summary>Units that the source refuses, and why: their items are well again when it answers.</summary>
    private readonly ConcurrentDictionary<UnitKey, string> _refused = [];
    private Dictionary<string, Item> _subscribed = new(StringComparer.Ordinal);

    public SouthServing(
        ISouth connector,
        SouthContext context,
        SouthPump pump,
        HistoryMemory memory,
        RuntimeSurroundings around,
        SouthSilence silence,
        SouthConfig config)
    {
        _connector = connector;
        _context = context;
        _pump = pump;
        _silence = silence;
        _loop = new QueryLoop(
            around.Timers, QueryAsync, config.Manifest.MaxParallelQueries, key => silence.Find(key)?.Tick());
        _historySettings = HistorySettings.From(config.History);
        if (connector is IQueriesFile files)
        {
            var checkpoints = around.Journal.GetCheckpoints(around.Journal.Source(context.Name));
            var taken = new FileMemory(checkpoints.Select(static one => (one.Key, one.Value)));
            var carrier = new FileCarrier(pump, taken, context, connector as IDecodesFile);
            _files = new FileQuery(files, carrier, pump, taken, context);
        }

        if (connector is IQueriesHistory histories)
        {
            _histories = new HistoryQuery(histories, pump, memory, context);
        }

        if (connector is IQueriesNext nexts)
        {
            _nexts = new NextQuery(nexts, pump, context);
        }
    }

    /// <summary>Times questions while somebody listens.</summary>
    public required SouthTelemetry Telemetry { get; init; }

    /// <summary>Ticks that found their unit still busy.</summary>
    public long Skipped => _loop.Skipped;

    /// <summary>Subscribes to the difference, ends the other part, and asks for the rest on schedules.</summary>
    public async Task ApplyAsync(SouthConfig config, CancellationToken cancellationToken)
    {
        _historySettings = HistorySettings.From(config.History);
        _silence.Apply(config.Items);
        _loop.Apply(config.Items);
        if (_connector is not IQueriesSubscription subscriber)
        {
            return;
        }

        var wanted = new Dictionary<string, Item>(config.Items.Count, StringComparer.Ordinal);
        foreach (var item in config.Items.Where(item => item.Enabled && item.Schedule is SubscriptionSchedule))
        {
            wanted.Add(item.Name, item.Item);
        }

        var gone = _subscribed.Values.Where(item => !IsIn(wanted, item)).ToArray();
        var added = wanted.Values.Where(item => !IsIn(_subscribed, item)).ToArray();
        if (gone.Length > 0)
        {
            await subscriber.UnsubscribeAsync(gone, cancellationToken).ConfigureAwait(false);
        }

        if (added.Length > 0)
        {
            await subscriber.SubscribeAsync(added, cancellationToken).ConfigureAwait(false);
        }

        _subscribed = wanted;
    }

    /// <summary>Ends the subscription of items and subscribes to them again; those that are gone stay so.</summary>
    public async Task ResubscribeAsync(IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        var there = items.Where(item => IsIn(_subscribed, item)).ToArray();
        if (there.Length > 0 && _connector is IQueriesSubscription subscriber)
        {
            await subscriber.UnsubscribeAsync(there, cancellationToken).ConfigureAwait(false);
            await subscriber.SubscribeAsync(there, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the queries until cancelled; throws when the connection is of no more use.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _loop.RunAsync(cancellationToken);

    private static bool IsIn(Dictionary<string, Item> items, Item item) =>
        items.TryGetValue(item.Name, out var other) && item.Equals(other);

    /// <summary>
    /// Asks for one unit. A fault that may pass ends the connection; one that cannot is the items' own: the others go
    /// on, and the next tick asks again.
    /// </summary>
    private async Task QueryAsync(UnitKey key, IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        var watched = _silence.Find(key);
        watched?.Begin();
        var query = Telemetry.Begin(key, items.Count);
        Exception? failed = null;
        try
        {
            var answer = await (key.Capability switch
            {
                SouthCapabilities.LastPoint => QueryLastPointAsync(key.Group, items, cancellationToken),
                SouthCapabilities.File => QueryFilesAsync(items, cancellationToken),
                SouthCapabilities.History => QueryHistoryAsync(key.Schedule, items, cancellationToken),
                SouthCapabilities.Next => QueryNextsAsync(items, cancellationToken),
                _ => throw new UnreachableException($"{key.Capability} is not asked for on schedules."),
            }).ConfigureAwait(false);
            failed = answer.Refusal;
            if (answer.HasAnswered || answer.Refusal is not null || watched is { NeedsData: false })
            {
                _silence.Hear(watched);
            }

            if (_refused.TryRemove(key, out _))
            {
                Report(items, null);
            }
        }
        catch (ConnectorException fault) when (!fault.IsTransient && !cancellationToken.IsCancellationRequested)
        {
            // A refusal is an answer; what it says stands with the items.
            failed = fault;
            _silence.Hear(watched);
            _refused[key] = fault.Message;
            Report(items, fault.Message);
        }
        catch (Exception fault)
        {
            failed = fault;
            throw;
        }
        finally
        {
            query.End(failed);
            watched?.End();
        }
    }

    private void Report(IReadOnlyList<Item> items, string? problem)
    {
        foreach (var item in items)
        {
            _context.ReportItem(item.Name, problem);
        }
    }

    /// <returns>Whether data came.</returns>
    private async Task<(bool HasAnswered, Exception? Refusal)> QueryLastPointAsync(
        string? group, IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        var content = await ((IQueriesLastPoint)_connector).QueryLastPointAsync(items, cancellationToken)
            .ConfigureAwait(false);
        if (content.Readings.IsEmpty)
        {
            return (false, null);
        }

        await _pump.StoreAsync(new Intake(content.In(group)), cancellationToken).ConfigureAwait(false);
        return (true, null);
    }

    /// <returns>No answer: each page is heard by itself.</returns>
    private async Task<(bool HasAnswered, Exception? Refusal)> QueryHistoryAsync(
        Schedule schedule, IReadOnlyList<Item> items, CancellationToken cancellationToken)
    {
        await _histories!.RunAsync( // the catalog has seen to it
            items,
            _historySettings,
            (planned, now) => schedule.NextAfter(planned) <= now,
            cancellationToken).ConfigureAwait(false);
        return (false, null);
    }

    private Task<(bool HasAnswered, Exception? Refusal)> QueryFilesAsync(
        IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        AskInTurnAsync(
            items,
            async item =>
            {
                await _files!.RunAsync(item, cancellationToken).ConfigureAwait(false); // the catalog has seen to it
                return true;
            },
            cancellationToken);

    private Task<(bool HasAnswered, Exception? Refusal)> QueryNextsAsync(
        IReadOnlyList<Item> items, CancellationToken cancellationToken) =>
        AskInTurnAsync(
            items,
            item => _nexts!.RunAsync(item, ItemsInTurn.Turn, cancellationToken), // the catalog has seen to it
            cancellationToken);

    /// <returns>No answer: each file or page is heard by itself. What was refused of an item stands with it.</returns>
    private async Task<(bool HasAnswered, Exception? Refusal)> AskInTurnAsync(
        IReadOnlyList<Item> items, Func<Item, Task<bool>> ask, CancellationToken cancellationToken) =>
        (false, await ItemsInTurn.AskAsync(
            items, ask, (item, problem) => _context.ReportItem(item.Name, problem), cancellationToken)
            .ConfigureAwait(false));
}
