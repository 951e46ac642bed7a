using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Testing.Simulation;

/// <summary>
/// What one connection offers by itself: what the source says, and readings at a rate. <see cref="_lock"/> guards the
/// items; one loop offers.
/// </summary>
internal sealed class SimulatedFeeder(SimulatedSouth source, ISouthContext context)
{
    private const int MaxReadings = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SimulatedRate?> _points = new(StringComparer.Ordinal);
    private TaskCompletionSource _itemsChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _offered = context.IsTest ? source.Feed.LastNumber : 0;

    // What was said before this connection and is kept all the same was given to an earlier one.
    private readonly long _old = source.Feed.LastNumber;

    private Task ItemsChange
    {
        get
        {
            lock (_lock)
            {
                return _itemsChanged.Task;
            }
        }
    }

    public int Add(IReadOnlyList<Item> items)
    {
        lock (_lock)
        {
            foreach (var settings in items.Select(static item => (SimulatedItemSettings)item.Settings))
            {
                _points[settings.Point] = settings.Period is { } period
                    ? new SimulatedRate(settings.Point, period, context.Time.GetUtcNow())
                    : null;
            }
        }

        if (!context.IsTest)
        {
            // A test joins nothing and leaves nothing at the source.
            source.Feed.Subscribe(items.Select(static item => ((SimulatedItemSettings)item.Settings).Point));
        }

        ItemsChanged();
        return items.Count;
    }

    public int Remove(IReadOnlyList<Item> items)
    {
        string[] points = [.. items.Select(static item => ((SimulatedItemSettings)item.Settings).Point)];
        lock (_lock)
        {
            foreach (var point in points)
            {
                _points.Remove(point);
            }
        }

        if (!context.IsTest)
        {
            source.Feed.Unsubscribe(points);
        }

        ItemsChanged();
        return items.Count;
    }

    /// <summary>Offers until cancelled; throws when the source is gone.</summary>
    public async Task RunAsync(SimulatedLink link, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before looking, so that what comes meanwhile is not missed.
            Task[] news = [source.Feed.Changed, ItemsChange];
            link.ThrowIfCut();
            if (!await OfferSaidAsync(cancellationToken).ConfigureAwait(false)
                && !await OfferDueAsync(cancellationToken).ConfigureAwait(false))
            {
                await WaitAsync(link, news, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> OfferSaidAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<SaidReading> said;
        lock (_lock)
        {
            said = source.Feed.After(_offered, _points.Keys, MaxReadings);
        }

        if (said.Count == 0)
        {
            return false;
        }

        if (said.Count(one => one.Number <= _old) is > 0 and var repeats)
        {
            context.CountRepeated(repeats);
        }

        _offered = said[^1].Number;
        var readings = said.Select(static one => one.Reading).ToArray();
        await context.Intakes.OfferAsync(
            new Intake(new ReadingsContent(readings)) { Receipt = new Receipt(source.Feed, said) }, cancellationToken)
            .ConfigureAwait(false);
        return true;
    }

    private async Task<bool> OfferDueAsync(CancellationToken cancellationToken)
    {
        Reading[] due;
        lock (_lock)
        {
            var now = context.Time.GetUtcNow();
            due = [.. _points.Values.OfType<SimulatedRate>().SelectMany(rate => rate.TakeDue(now)).Take(MaxReadings)];
        }

        if (due.Length == 0)
        {
            return false;
        }

        try
        {
            await context.Intakes.OfferAsync(new Intake(new ReadingsContent(due)), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            context.CountLetGo(due.Length, "Readings at a rate are not kept by their source.");
            throw;
        }

        return true;
    }

    private async Task WaitAsync(SimulatedLink link, Task[] news, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wake = Task.Delay(NextDue(), context.Time, ending.Token);
        await Task.WhenAny([.. news, link.Cut, wake]).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private TimeSpan NextDue()
    {
        lock (_lock)
        {
            var rates = _points.Values.OfType<SimulatedRate>().ToArray();
            if (rates.Length == 0)
            {
                return Timeout.InfiniteTimeSpan;
            }

            var left = rates.Min(static rate => rate.Next) - context.Time.GetUtcNow();
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private void ItemsChanged()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            changed = _itemsChanged;
            _itemsChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    private sealed class Receipt(SimulatedFeed feed, IReadOnlyList<SaidReading> said) : IReceipt
    {
        public void Stored() => feed.Forget(said);
    }
}

/// <summary>A point that gives a number which counts up, at a rate, without a gap however late it is asked.</summary>
internal sealed class SimulatedRate(string point, TimeSpan period, DateTimeOffset start)
{
    private long _count;

    /// <summary>When its next reading is due.</summary>
    public DateTimeOffset Next { get; private set; } = start + period;

    /// <summary>What is due; what is not taken from it stays due.</summary>
    public IEnumerable<Reading> TakeDue(DateTimeOffset now)
    {
        while (Next <= now)
        {
            var reading = new Reading(point, Next, ReadingValue.From(++_count));
            Next += period;
            yield return reading;
        }
    }
}
