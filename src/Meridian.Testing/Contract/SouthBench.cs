using Meridian.Sdk;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Contract;

/// <summary>What a check of a South works with.</summary>
internal sealed class SouthBench(SouthManifest manifest, ISouthPeer peer, ContractOptions options)
    : Bench(options, peer)
{
    /// <summary>How long a value is waited for before the next is yielded.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<(Life Life, string Item)> _subscribed = [];
    private readonly PushCourse _pushes = new();
    private TestSouthContext? _last;
    private ReadOnlyMemory<byte>? _position;
    private long _value;

    public ISouthPeer Source => peer;

    /// <summary>What is handed to a South that takes it.</summary>
    public PushCourse Pushes => _pushes;

    public override IReadOnlyList<ContractCall> DataCalls =>
    [
        .. CallsOf(SouthCapabilities.Subscription,
            new ContractCall("subscribe", Clause.Subscribe, LifeStage.Connected, SubscribeAllAsync),
            new ContractCall("unsubscribe", Clause.Unsubscribe, LifeStage.Serving, UnsubscribeAllAsync)),
        .. CallsOf(SouthCapabilities.LastPoint,
            new ContractCall("query last point", Clause.LastPoint, LifeStage.Serving, AskLastPointAsync)),
        .. CallsOf(SouthCapabilities.History,
            new ContractCall("query history", Clause.History, LifeStage.Serving, AskHistoryAsync)),
        .. CallsOf(SouthCapabilities.File,
            new ContractCall("query file", Clause.File, LifeStage.Serving, AskFilesAsync)),
        .. CallsOf(SouthCapabilities.Next,
            new ContractCall("query next", Clause.Next, LifeStage.Serving, AskNextAsync)),
        .. CallsOf(SouthCapabilities.Setpoints,
            new ContractCall("write setpoint", Clause.Setpoint, LifeStage.Serving, WriteAsync)),
        .. CallsOf(SouthCapabilities.Intake,
            new ContractCall("take intake", Clause.Take, LifeStage.Serving, _pushes.PushAsync)),
    ];

    /// <summary>The items that are subscribed to.</summary>
    public IReadOnlyList<Item> Subscribable => peer.ItemsOf(SouthCapabilities.Subscription);

    public bool Has(SouthCapabilities capability) => manifest.Capabilities.HasFlag(capability);

    /// <summary>The source has another value for an item.</summary>
    /// <returns>The value, which no other reading has.</returns>
    public async Task<long> YieldAsync(Item item)
    {
        var value = ++_value;
        await peer.YieldAsync(item, value).ConfigureAwait(false);
        return value;
    }

    public async Task SubscribeAsync(Life life, IReadOnlyList<Item> items)
    {
        await life.MustReturnAsync(
            Clause.Subscribe,
            token => ((IQueriesSubscription)life.Connector).SubscribeAsync(items, token)).ConfigureAwait(false);
        _subscribed.UnionWith(items.Select(item => (life, item.Name)));
    }

    public async Task UnsubscribeAsync(Life life, IReadOnlyList<Item> items)
    {
        await life.MustReturnAsync(
            Clause.Unsubscribe,
            token => ((IQueriesSubscription)life.Connector).UnsubscribeAsync(items, token)).ConfigureAwait(false);
        _subscribed.ExceptWith(items.Select(item => (life, item.Name)));
    }

    /// <inheritdoc/>
    public override void Forget(Life life) => _subscribed.RemoveWhere(one => one.Life == life);

    public static bool HasReading(Life life, long value) =>
        life.South.Readings.Any(reading => NumberOf.Value(reading.Value) == value);

    /// <summary>Yields values of an item until one of them arrives.</summary>
    public async Task ExpectArrivalAsync(Life life, Item item, Clause clause)
    {
        var first = _value + 1;
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Options.Deadline)
        {
            await YieldAsync(item).ConfigureAwait(false);
            if (await life.South.UntilAsync(
                () => Enumerable.Range(0, (int)(_value + 1 - first)).Any(i => HasReading(life, first + i)), Patience)
                .ConfigureAwait(false))
            {
                return;
            }
        }

        life.South.ItemProblems.TryGetValue(item.Name, out var problem);
        throw new ContractViolationException(
            clause,
            $"a reading of what the source yields for item '{item.Name}'",
            $"none came within {Options.Deadline.TotalSeconds:0.#} s; "
            + (problem is null ? "no problem of the item was reported" : $"the item was reported: {problem}"));
    }

    public override async Task ServeAsync(Life life)
    {
        if (Has(SouthCapabilities.Subscription))
        {
            Item[] missing = [.. Subscribable.Where(item => !_subscribed.Contains((life, item.Name)))];
            if (missing.Length > 0)
            {
                await SubscribeAsync(life, missing).ConfigureAwait(false);
            }

            foreach (var item in Subscribable)
            {
                await ExpectArrivalAsync(life, item, Clause.Subscribe).ConfigureAwait(false);
            }
        }

        foreach (var call in DataCalls.Where(static call =>
            call.Name.StartsWith("query", StringComparison.Ordinal)
            || call.Name.StartsWith("take", StringComparison.Ordinal)))
        {
            await life.MustReturnAsync(call.Clause, token => call.Act(life, token)).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override Task VerifyAsync()
    {
        _pushes.Verify();
        return Task.CompletedTask;
    }

    protected override Life Make(TestContextOptions options)
    {
        var context = _last?.Restart(options) ?? new TestSouthContext(options);
        _last = context;
        context.OnStep = Steps.Returned;
        return new Life(manifest.Create(context, peer.Settings), context, null, Guard, Options);
    }

    private IEnumerable<ContractCall> CallsOf(SouthCapabilities capability, params ContractCall[] calls) =>
        Has(capability) ? calls.Select(static call => call with { NeedsPeer = true }) : [];

    private Task SubscribeAllAsync(Life life, CancellationToken cancellationToken) =>
        ((IQueriesSubscription)life.Connector).SubscribeAsync(Subscribable, cancellationToken);

    private async Task UnsubscribeAllAsync(Life life, CancellationToken cancellationToken)
    {
        _subscribed.RemoveWhere(one => one.Life == life);
        await ((IQueriesSubscription)life.Connector).UnsubscribeAsync(Subscribable, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task AskLastPointAsync(Life life, CancellationToken cancellationToken)
    {
        var items = peer.ItemsOf(SouthCapabilities.LastPoint);
        var value = await YieldAsync(items[0]).ConfigureAwait(false);
        var content = await ((IQueriesLastPoint)life.Connector).QueryLastPointAsync(items, cancellationToken)
            .ConfigureAwait(false);
        QueryExpectations.LastPoint(content, items, value);
        await life.South.StoreAsync(new Intake(content), cancellationToken).ConfigureAwait(false);
    }

    private async Task AskHistoryAsync(Life life, CancellationToken cancellationToken)
    {
        var items = peer.ItemsOf(SouthCapabilities.History);
        var value = await YieldAsync(items[0]).ConfigureAwait(false);
        var now = Options.Time.GetUtcNow();
        var window = new HistoryWindow(now - TimeSpan.FromHours(1), now + TimeSpan.FromHours(1));
        var expectations = new HistoryExpectations(items, window);
        await foreach (var page in ((IQueriesHistory)life.Connector)
            .QueryHistoryAsync(items, window, cancellationToken).ConfigureAwait(false))
        {
            expectations.Take(page);
        }

        expectations.End(items[0], value);
    }

    private async Task AskFilesAsync(Life life, CancellationToken cancellationToken)
    {
        var item = peer.ItemsOf(SouthCapabilities.File)[0];
        var number = ++_value;
        var name = $"contract-{number}.bin";
        byte[] content = [.. Enumerable.Range(0, 100).Select(i => (byte)(number + i))];
        await peer.YieldFileAsync(item, name, content).ConfigureAwait(false);
        await QueryExpectations.FileAsync(
            (IQueriesFile)life.Connector, item, name, content, cancellationToken).ConfigureAwait(false);
    }

    private async Task AskNextAsync(Life life, CancellationToken cancellationToken)
    {
        var item = peer.ItemsOf(SouthCapabilities.Next)[0];
        var value = await YieldAsync(item).ConfigureAwait(false);
        var answer = await NextAnswer.OfAsync(life.Connector, item, _position, cancellationToken)
            .ConfigureAwait(false);
        answer.Expect(item, value);
        _position = answer.Position;
    }

    private async Task WriteAsync(Life life, CancellationToken cancellationToken)
    {
        var item = peer.ItemsOf(SouthCapabilities.Setpoints)[0];
        var outcome = await ((IWritesSetpoints)life.Connector)
            .WriteSetpointAsync(item, peer.SetpointFor(item), cancellationToken).ConfigureAwait(false);
        if (!outcome.IsWritten)
        {
            throw new ContractViolationException(
                Clause.Setpoint, "the source takes the driver's setpoint", $"it was refused: {outcome.Reason}");
        }
    }
}
