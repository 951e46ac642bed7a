namespace Meridian.Testing.Contract;

/// <summary>Checks of a peer that is not there, dies and returns.</summary>
internal static class PeerChecks
{
    public static async Task AbsentAsync(Bench bench)
    {
        await bench.Peer.VanishAsync().ConfigureAwait(false);
        var life = await bench.MakeAsync(LifeStage.Started).ConfigureAwait(false);
        for (var time = 0; time < 2; time++)
        {
            var end = await life.TryAsync(Clause.Connect, life.Connector.ConnectAsync).ConfigureAwait(false);
            await ExpectRefusalAsync(bench, life, end).ConfigureAwait(false);
            await life.DisconnectAsync().ConfigureAwait(false);
        }

        var trial = bench.Make(isTest: true);
        var test = await trial.TryAsync(Clause.Test, token => trial.Connector.TestConnectionAsync(token))
            .ConfigureAwait(false);
        if (test.Fault is null)
        {
            throw new ContractViolationException(
                Clause.Test, "a ConnectorException that says why the settings do not work", test.ToString());
        }

        await bench.Peer.ReturnAsync().ConfigureAwait(false);
        await bench.RecoverAsync(life).ConfigureAwait(false);
        await bench.EndAsync(life).ConfigureAwait(false);
        await bench.VerifyAsync().ConfigureAwait(false);
    }

    public static async Task DiesWhileConnectedAsync(Bench bench)
    {
        var life = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
        var (losses, retries) = (life.Losses.Count, life.Retries.Count);
        await bench.Peer.VanishAsync().ConfigureAwait(false);
        await ExpectWordAsync(bench, life, losses, retries).ConfigureAwait(false);

        await bench.Peer.ReturnAsync().ConfigureAwait(false);
        await ServeAgainAsync(bench, life, losses).ConfigureAwait(false);
        await bench.EndAsync(life).ConfigureAwait(false);
        await bench.VerifyAsync().ConfigureAwait(false);
    }

    /// <summary>The peer dies as the call begins, and at each part of its traffic; and returns.</summary>
    public static async Task DiesWithinACallAsync(Bench bench, ContractCall call)
    {
        foreach (var point in await PointsAsync(bench, call).ConfigureAwait(false))
        {
            try
            {
                await DieAsync(bench, call, point).ConfigureAwait(false);
            }
            catch (ContractViolationException broken)
            {
                throw new ContractViolationException(
                    new Clause(broken.Member, broken.Clause),
                    broken.Expected,
                    $"{broken.Happened} (the peer died within {call.Name}, {point})",
                    broken);
            }
        }

        await bench.VerifyAsync().ConfigureAwait(false);
    }

    /// <summary>Where there is no relay, the ways back to the context tell how far a call is.</summary>
    private static async Task<IReadOnlyList<StepPoint>> PointsAsync(Bench bench, ContractCall call)
    {
        var life = await bench.MakeAsync(call.Before, call.IsTest).ConfigureAwait(false);
        bench.Steps.Begin();
        await life.MustReturnAsync(call.Clause, token => call.Act(life, token)).ConfigureAwait(false);
        var (parts, returns) = bench.Steps.End();
        await bench.EndAsync(life).ConfigureAwait(false);
        var (kind, count) = bench.Peer.Relay is null ? (StepKind.Return, returns) : (StepKind.Part, parts);
        return
        [
            new StepPoint(StepKind.Instant, 0),
            .. Enumerable.Range(1, Math.Min(count, bench.Options.CancelPoints))
                .Select(number => new StepPoint(kind, number) { IsSilent = true }),
        ];
    }

    private static async Task DieAsync(Bench bench, ContractCall call, StepPoint point)
    {
        var life = await bench.MakeAsync(call.Before, call.IsTest).ConfigureAwait(false);
        var losses = life.Losses.Count;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Steps.Begin(point, reached.SetResult);
        var running = life.TryAsync(call.Clause, token => call.Act(life, token));
        if (point.Kind != StepKind.Instant)
        {
            await Guard.WaitAsync(Task.WhenAny(running, reached.Task), bench.Options.Deadline).ConfigureAwait(false);
        }

        await bench.Peer.VanishAsync().ConfigureAwait(false);
        _ = bench.Steps.End();
        var end = await running.ConfigureAwait(false);
        if (end.Fault is { IsTransient: false } fault)
        {
            throw new ContractViolationException(
                call.Clause, "a transient fault: the peer may return", end.ToString(), fault);
        }

        await bench.Peer.ReturnAsync().ConfigureAwait(false);
        if (call.IsTest)
        {
            await bench.EndAsync(life).ConfigureAwait(false);
            return;
        }

        // A call that failed is the engine's sign to begin anew; one that did not may have been too early for that.
        if (end.IsReturned && call.Before == LifeStage.Serving)
        {
            await ServeAgainAsync(bench, life, losses).ConfigureAwait(false);
        }
        else
        {
            await bench.RecoverAsync(life).ConfigureAwait(false);
        }

        await bench.EndAsync(life).ConfigureAwait(false);
    }

    private static async Task ExpectRefusalAsync(Bench bench, Life life, CallEnd end)
    {
        if (end.IsReturned)
        {
            // One that connects later must say so, or fail once it is asked for something.
            await ExpectWordAsync(bench, life, 0, 0).ConfigureAwait(false);
        }
        else if (end.Fault is not { IsTransient: true })
        {
            throw new ContractViolationException(
                Clause.Connect, "a transient fault: the peer may come", end.ToString(), end.Fault);
        }
    }

    /// <summary>
    /// That a connection is lost is reported, or said by the next call. Without calls, as for a subscription, only the
    /// report is left.
    /// </summary>
    public static async Task ExpectWordAsync(Bench bench, Life life, int losses, int retries)
    {
        var asked = bench.DataCalls.FirstOrDefault(
            static call => call.Name is not ("subscribe" or "unsubscribe" or "write setpoint"));
        if (asked is not null)
        {
            var end = await life.TryAsync(asked.Clause, token => asked.Act(life, token)).ConfigureAwait(false);
            var isTold = end.Fault is { IsTransient: true }
                || (bench is NorthBench north && north.Course.LastOutcome.Kind == Sdk.North.DeliveryOutcomeKind.Retry);
            if (end.Fault is { IsTransient: false } || (end.IsReturned && !isTold))
            {
                throw new ContractViolationException(
                    asked.Clause, "a transient fault, or the outcome retry: the peer is not there", end.ToString());
            }

            return;
        }

        await ExpectReportAsync(bench, life, losses, retries).ConfigureAwait(false);
    }

    /// <summary>That nothing comes any more is reported, unasked.</summary>
    public static async Task ExpectReportAsync(Bench bench, Life life, int losses, int retries)
    {
        var isReported = await Guard.UntilAsync(
            () => ValueTask.FromResult(life.Losses.Count > losses || life.Retries.Count > retries),
            bench.Options.Deadline).ConfigureAwait(false);
        if (!isReported)
        {
            throw new ContractViolationException(
                Clause.Lost,
                $"ReportLost or ReportRetrying within {bench.Options.Deadline.TotalSeconds:0.#} s of the peer's death",
                "nothing was reported");
        }

        if (life.Losses.Concat(life.Retries).FirstOrDefault(static fault => !fault.IsTransient) is { } final)
        {
            throw new ContractViolationException(
                Clause.Lost, "a transient fault: the peer may return", $"it was {final.Fault}: {final.Message}", final);
        }
    }

    /// <summary>
    /// The peer has returned. A connector that said that it tries again by itself is left to it; otherwise the engine
    /// connects again.
    /// </summary>
    public static async Task ServeAgainAsync(Bench bench, Life life, int losses)
    {
        if (life.Losses.Count == losses && life.Retries.Count > 0)
        {
            await bench.ServeAsync(life).ConfigureAwait(false);
        }
        else
        {
            await bench.RecoverAsync(life).ConfigureAwait(false);
        }
    }
}
