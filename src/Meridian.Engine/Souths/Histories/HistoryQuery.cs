using Meridian.Configuration;
using Meridian.Engine.Groups;
using Meridian.Engine.History;
using Meridian.Engine.History.Answers;
using Meridian.Engine.History.Checkpoints;
using Meridian.Engine.History.Planning;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Histories;

/// <summary>
/// Asks a connected South for what is missing of its items' past, window by window, and brings it to disk: readings and
/// where their item then stands, in one record. A kill anywhere leaves neither a hole nor a repeat.
/// </summary>
/// <param name="connector">The South.</param>
/// <param name="pump">Where readings go.</param>
/// <param name="memory">Where the items stand.</param>
/// <param name="host">Whose clock it goes by, and whom to tell.</param>
internal sealed class HistoryQuery(
    IQueriesHistory connector, SouthPump pump, HistoryMemory memory, IHistoryHost host)
{
    /// <summary>
    /// What covers empty time only is stored when it has not been for so long: it would be asked again after a kill.
    /// </summary>
    private static readonly TimeSpan StoreAfter = TimeSpan.FromMinutes(5);

    /// <summary>Asks for all that is missing now.</summary>
    /// <param name="items">The items; one that another query has is left out.</param>
    /// <param name="settings">How to ask.</param>
    /// <param name="isDueAgain">
    /// Whether the next tick would have come, for a plan made at the first argument and the second as now. Where the
    /// newest comes first, it is then looked for before the rest of the past.
    /// </param>
    /// <param name="cancellationToken">Cancels; what was answered stands.</param>
    /// <exception cref="ConnectorException">The source cannot be asked, or the pump has ended.</exception>
    public async Task RunAsync(
        IReadOnlyList<Item> items,
        HistorySettings settings,
        Func<DateTimeOffset, DateTimeOffset, bool> isDueAgain,
        CancellationToken cancellationToken)
    {
        var held = Claim(items);
        var storing = new HistoryStores(pump);
        var isStored = false;
        try
        {
            await AskAllAsync(held, storing, settings, isDueAgain, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Before anything is claimed again, and whatever failed: what was offered is on disk, or never will be.
            isStored = await storing.EndAsync().ConfigureAwait(false);
            foreach (var one in held.Values)
            {
                memory.Release(one, isStored);
            }
        }

        storing.ThrowIfFailed();
    }

    private Dictionary<string, HeldHistory> Claim(IReadOnlyList<Item> items)
    {
        var held = new Dictionary<string, HeldHistory>(items.Count, StringComparer.Ordinal);
        foreach (var item in items)
        {
            try
            {
                if (memory.TryClaim(item) is { } history)
                {
                    held.Add(item.Name, history);
                }
            }
            catch (HistoryFormatException damaged)
            {
                host.ReportItem(item.Name, damaged.Message);
            }
        }

        return held;
    }

    private async Task AskAllAsync(
        Dictionary<string, HeldHistory> held,
        HistoryStores storing,
        HistorySettings settings,
        Func<DateTimeOffset, DateTimeOffset, bool> isDueAgain,
        CancellationToken cancellationToken)
    {
        var planner = new HistoryPlanner(settings);
        var isFirst = true;
        for (var goOn = held.Count > 0; goOn;)
        {
            goOn = false;
            var planned = host.Time.GetUtcNow();
            var plan = planner.Plan([.. held.Values.Select(static one => one.Now)], planned);
            await BeginAsync(held, plan, storing, cancellationToken).ConfigureAwait(false);
            var asked = 0;
            foreach (var ask in plan.Asks())
            {
                if (!isFirst)
                {
                    await host.PauseAsync(settings.ReadDelay, cancellationToken).ConfigureAwait(false);
                }

                isFirst = false;
                var wasWhole = await AskAsync(ask, held, storing, cancellationToken).ConfigureAwait(false);
                goOn = !wasWhole || MustPlanAgain(settings, planned, ++asked, isDueAgain);
                if (goOn)
                {
                    break;
                }
            }
        }

        await StoreCoverageAsync(held, storing, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A clock that was set back makes a plan wrong; with the newest first, what is new goes before.</summary>
    private bool MustPlanAgain(
        HistorySettings settings, DateTimeOffset planned, int asked, Func<DateTimeOffset, DateTimeOffset, bool> isDue)
    {
        var now = host.Time.GetUtcNow();

        // A source slower than its schedule gets on with its past all the same: one query of each.
        return now < planned
            || (settings.Recovery == HistoryRecovery.NewestFirst && asked > 1 && isDue(planned, now));
    }

    /// <summary>Items whose history begins now have their start on disk before the first question.</summary>
    private async Task BeginAsync(
        Dictionary<string, HeldHistory> held, HistoryPlan plan, HistoryStores storing, CancellationToken stop)
    {
        foreach (var history in plan.Items)
        {
            held[history.Item.Name].Now = history;
        }

        foreach (var history in plan.Begun)
        {
            await OfferAsync(held[history.Item.Name], default, storing, stop).ConfigureAwait(false);
        }

        if (plan.Begun.Count > 0)
        {
            await storing.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Asks one window.</summary>
    /// <returns>Whether there was room for all that came; else a new plan is due.</returns>
    private async Task<bool> AskAsync(
        HistoryAsk ask, Dictionary<string, HeldHistory> held, HistoryStores storing, CancellationToken stop)
    {
        var asked = ask.Items.Select(static item => item.Name).ToHashSet(StringComparer.Ordinal);
        var (deferred, taken) = (0L, 0L);
        await foreach (var page in connector.QueryHistoryAsync(ask.Items, ask.Window, stop).ConfigureAwait(false))
        {
            if (!asked.Contains(page.Item.Name))
            {
                throw new ConnectorException(
                    Fault.Internal,
                    $"It answered for item '{page.Item.Name}' when it was asked for "
                    + $"{string.Join(", ", asked.Order(StringComparer.Ordinal).Take(3))}. "
                    + "This is a mistake of the connector.");
            }

            var item = held[page.Item.Name];
            var answer = HistoryAnswer.Take(ask, page, item.Now);
            item.Now = answer.History;
            Tell(answer);
            host.Hear(page.Item.Name, answer.Readings.Length);
            deferred += answer.Deferred;
            taken += answer.Readings.Length;
            if (!answer.Readings.IsEmpty)
            {
                // The page's memory ends with the page.
                await OfferAsync(item, answer.Readings.ToArray(), storing, stop).ConfigureAwait(false);
            }
        }

        // The rest of the source must not hold what is on its way: a long pause may follow.
        await storing.WaitAsync().ConfigureAwait(false);
        return deferred == 0 || taken == 0;
    }

    private void Tell(HistoryTaken answer)
    {
        var item = answer.History.Item.Name;
        host.CountHistory(answer.Repeated, answer.Outside);
        host.ReportItem(item, answer switch
        {
            { Deferred: > 0 } =>
                "More readings came than can be remembered until their time is settled; the rest is asked for then. "
                + "A smaller overlap or clock tolerance makes room.",
            { Forgotten: { } window } =>
                $"Its past has more gaps than can be kept: {window.Start:O} to {window.End:O} is asked for again, "
                + "and what it held comes again.",
            _ => null,
        });
    }

    private async Task OfferAsync(
        HeldHistory item, ReadOnlyMemory<Reading> readings, HistoryStores storing, CancellationToken cancellationToken)
    {
        var checkpoints = item.Offer(host.Time.GetTimestamp());
        var content = new ReadingsContent(readings).In(item.Now.Item.Group);
        var intake = new Intake(content) { Checkpoints = checkpoints };
        await storing.AddAsync(intake, cancellationToken).ConfigureAwait(false);
    }

    private async Task StoreCoverageAsync(
        Dictionary<string, HeldHistory> held, HistoryStores storing, CancellationToken cancellationToken)
    {
        foreach (var item in held.Values)
        {
            if (item.HasMoved
                && (item.OfferedAt is not { } at || host.Time.GetElapsedTime(at) >= StoreAfter))
            {
                await OfferAsync(item, default, storing, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
