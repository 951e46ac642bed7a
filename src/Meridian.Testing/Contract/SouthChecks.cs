namespace Meridian.Testing.Contract;

/// <summary>Checks of what only a South does.</summary>
internal static class SouthChecks
{
    /// <summary>Items come and go while the others go on.</summary>
    public static async Task ItemsChangeWhileRunningAsync(SouthBench bench)
    {
        var life = await bench.MakeAsync(LifeStage.Connected).ConfigureAwait(false);
        var (first, second) = TwoItems(bench);
        await bench.SubscribeAsync(life, [first]).ConfigureAwait(false);
        await bench.ExpectArrivalAsync(life, first, Clause.Subscribe).ConfigureAwait(false);
        await bench.SubscribeAsync(life, [second]).ConfigureAwait(false);
        await bench.ExpectArrivalAsync(life, second, Clause.Subscribe).ConfigureAwait(false);
        await bench.ExpectArrivalAsync(life, first, Clause.Subscribe).ConfigureAwait(false);
        await bench.UnsubscribeAsync(life, [first]).ConfigureAwait(false);
        await ExpectSilenceAsync(bench, life, first, second, Clause.Unsubscribe).ConfigureAwait(false);
        await bench.SubscribeAsync(life, [first]).ConfigureAwait(false);
        await bench.ExpectArrivalAsync(life, first, Clause.Subscribe).ConfigureAwait(false);
        await bench.EndAsync(life).ConfigureAwait(false);
    }

    /// <summary>An item that was removed while there was no connection is not subscribed to again.</summary>
    public static async Task ItemsChangeWhileAwayAsync(SouthBench bench)
    {
        var life = await bench.MakeAsync(LifeStage.Connected).ConfigureAwait(false);
        var (first, second) = TwoItems(bench);
        await bench.SubscribeAsync(life, [first, second]).ConfigureAwait(false);
        await bench.ExpectArrivalAsync(life, first, Clause.Subscribe).ConfigureAwait(false);
        bench.Forget(life);
        await life.DisconnectAsync().ConfigureAwait(false);
        await life.ConnectAsync().ConfigureAwait(false);
        await bench.SubscribeAsync(life, [second]).ConfigureAwait(false);
        await bench.ExpectArrivalAsync(life, second, Clause.Subscribe).ConfigureAwait(false);
        await ExpectSilenceAsync(bench, life, first, second, Clause.Subscribe).ConfigureAwait(false);
        await bench.EndAsync(life).ConfigureAwait(false);
    }

    /// <summary>What has no receipt when the engine stops is given again by the next instance.</summary>
    public static async Task UnstoredComesAgainAsync(SouthBench bench)
    {
        var life = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
        life.South.HoldReceipts();
        var taken = life.South.TakenCount;
        var value = await bench.YieldAsync(bench.Subscribable[0]).ConfigureAwait(false);
        await ExpectOfferAsync(bench, life, () => life.South.TakenCount > taken).ConfigureAwait(false);
        var hasReceipt = life.South.WaitingReceipts > 0;
        await bench.EndAsync(life).ConfigureAwait(false);
        var next = await bench.MakeAsync(LifeStage.Connected).ConfigureAwait(false);
        await bench.SubscribeAsync(next, bench.Subscribable).ConfigureAwait(false);
        if (hasReceipt && !await next.South.UntilAsync(
            () => SouthBench.HasReading(next, value), bench.Options.Deadline).ConfigureAwait(false))
        {
            throw new ContractViolationException(
                Clause.Receipt,
                "the content whose receipt never came, from the next instance",
                $"it did not come within {bench.Options.Deadline.TotalSeconds:0.#} s: the source was "
                + "acknowledged early");
        }

        await bench.EndAsync(next).ConfigureAwait(false);
    }

    /// <summary>While nothing is taken, a connector can be ended; and goes on afterwards.</summary>
    public static async Task PressureAsync(SouthBench bench)
    {
        var life = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
        life.South.Block();
        var offers = life.South.OfferCount;
        for (var i = 0; i < 20; i++)
        {
            await bench.YieldAsync(bench.Subscribable[0]).ConfigureAwait(false);
        }

        await ExpectOfferAsync(bench, life, () => life.South.OfferCount > offers).ConfigureAwait(false);

        bench.Forget(life);
        var end = await life.TryAsync(Clause.Pressure, life.Connector.DisconnectAsync).ConfigureAwait(false);
        if (!end.IsReturned)
        {
            throw new ContractViolationException(Clause.Pressure, "disconnect returns", end.ToString(), end.Fault);
        }

        life.South.Unblock();
        await life.ConnectAsync().ConfigureAwait(false);
        await bench.ServeAsync(life).ConfigureAwait(false);
        await bench.EndAsync(life).ConfigureAwait(false);
    }

    private static async Task ExpectOfferAsync(SouthBench bench, Life life, Func<bool> hasCome)
    {
        if (!await life.South.UntilAsync(hasCome, bench.Options.Deadline).ConfigureAwait(false))
        {
            throw new ContractViolationException(
                Clause.Subscribe, "what the source yields is offered", "no intake was offered");
        }
    }

    private static (Sdk.South.Item First, Sdk.South.Item Second) TwoItems(SouthBench bench) =>
        bench.Subscribable is [var first, var second, ..]
            ? (first, second)
            : throw new InvalidOperationException(
                $"The driver {bench.Peer.GetType().Name} gives {bench.Subscribable.Count} items for a subscription; "
                + "this check needs two.");

    /// <summary>What one item yields does not come, while another's does.</summary>
    private static async Task ExpectSilenceAsync(
        SouthBench bench, Life life, Sdk.South.Item silent, Sdk.South.Item speaking, Clause clause)
    {
        var value = await bench.YieldAsync(silent).ConfigureAwait(false);
        await bench.ExpectArrivalAsync(life, speaking, clause).ConfigureAwait(false);
        if (SouthBench.HasReading(life, value))
        {
            throw new ContractViolationException(
                clause, $"nothing more of item '{silent.Name}', which is not subscribed to", "its next value came");
        }
    }
}
