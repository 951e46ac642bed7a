namespace Meridian.Testing.Contract;

/// <summary>Checks of tests beside an instance that runs.</summary>
internal static class TestChecks
{
    private const int Datums = 5;

    public static async Task TestWhileRunningAsync(Bench bench)
    {
        var life = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
        var before = await bench.Peer.CountConnectionsAsync().ConfigureAwait(false);
        var (losses, retries) = (life.Losses.Count, life.Retries.Count);

        await TestConnectionAsync(bench, before).ConfigureAwait(false);
        if (bench is SouthBench south)
        {
            await TestItemsAsync(south, life).ConfigureAwait(false);
        }

        await bench.ExpectConnectionsAsync(before, Clause.Test).ConfigureAwait(false);
        await bench.ServeAsync(life).ConfigureAwait(false);
        if (life.Losses.Skip(losses).Concat(life.Retries.Skip(retries)).FirstOrDefault() is { } disturbance)
        {
            throw new ContractViolationException(
                Clause.Test,
                "the running instance does not notice the test",
                $"it reported: {disturbance.Message}",
                disturbance);
        }

        await bench.EndAsync(life).ConfigureAwait(false);
        await bench.VerifyAsync().ConfigureAwait(false);
    }

    private static async Task TestConnectionAsync(Bench bench, int before)
    {
        var trial = bench.Make(isTest: true);
        IReadOnlyList<Sdk.Diagnostic> found = [];
        await trial.MustReturnAsync(
            Clause.Test,
            async token => found = await trial.Connector.TestConnectionAsync(token).ConfigureAwait(false))
            .ConfigureAwait(false);
        foreach (var (key, value) in found)
        {
            bench.Guard.CheckSecrets("a diagnostic", value ?? "");
            if (string.IsNullOrWhiteSpace(key) || value is null)
            {
                throw new ContractViolationException(
                    Clause.Test, "facts with a name and a value", $"one is '{key}': '{value}'");
            }
        }

        // The test closes what it opened by itself; the engine ends the instance all the same.
        await bench.ExpectConnectionsAsync(before, Clause.Test).ConfigureAwait(false);
        await trial.EndAsync().ConfigureAwait(false);
    }

    /// <summary>A throw-away instance asks for the same items; the running one still gets everything.</summary>
    private static async Task TestItemsAsync(SouthBench bench, Life life)
    {
        var trial = await bench.MakeAsync(LifeStage.Connected, isTest: true).ConfigureAwait(false);
        var yielded = new List<long>();
        if (bench.Has(Sdk.South.SouthCapabilities.Subscription))
        {
            await bench.SubscribeAsync(trial, bench.Subscribable).ConfigureAwait(false);
            for (var i = 0; i < Datums; i++)
            {
                yielded.Add(await bench.YieldAsync(bench.Subscribable[0]).ConfigureAwait(false));
            }
        }

        foreach (var call in bench.DataCalls.Where(
            static call => call.Name.StartsWith("query", StringComparison.Ordinal)))
        {
            await trial.MustReturnAsync(call.Clause, token => call.Act(trial, token)).ConfigureAwait(false);
        }

        var hasAll = await life.South.UntilAsync(
            () => yielded.TrueForAll(value => SouthBench.HasReading(life, value)), bench.Options.Deadline)
            .ConfigureAwait(false);
        bench.Forget(trial);
        await trial.EndAsync().ConfigureAwait(false);
        if (!hasAll)
        {
            var missing = yielded.Count(value => !SouthBench.HasReading(life, value));
            throw new ContractViolationException(
                Clause.IsTest,
                $"the running instance gets all of the {Datums} values that came while a test ran",
                $"{missing} are missing");
        }
    }
}
