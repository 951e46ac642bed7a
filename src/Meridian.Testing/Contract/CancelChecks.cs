namespace Meridian.Testing.Contract;

/// <summary>
/// Cancels a call at every place where it can be: before it, at each part of its traffic, at each way back to its
/// context, at instants of its time. After each the connector must be as good as new.
/// </summary>
internal static class CancelChecks
{
    /// <summary>How many of the parts are also tried with a peer that falls silent there; these take time.</summary>
    private const int SilentPoints = 3;

    public static async Task CancelEverywhereAsync(Bench bench, ContractCall call)
    {
        foreach (var point in await PointsAsync(bench, call).ConfigureAwait(false))
        {
            try
            {
                await CancelAsync(bench, call, point).ConfigureAwait(false);
            }
            catch (ContractViolationException broken)
            {
                throw new ContractViolationException(
                    new Clause(broken.Member, broken.Clause),
                    broken.Expected,
                    $"{broken.Happened} (after {call.Name} was cancelled {point})",
                    broken);
            }
        }

        await bench.VerifyAsync().ConfigureAwait(false);
    }

    /// <summary>Calls it once in peace, to know where it can be cancelled.</summary>
    private static async Task<IReadOnlyList<StepPoint>> PointsAsync(Bench bench, ContractCall call)
    {
        var life = await bench.MakeAsync(call.Before, call.IsTest).ConfigureAwait(false);
        bench.Steps.Begin();
        var started = TimeProvider.System.GetTimestamp();
        await life.MustReturnAsync(call.Clause, token => call.Act(life, token)).ConfigureAwait(false);
        var took = TimeProvider.System.GetElapsedTime(started);
        var (parts, returns) = bench.Steps.End();
        await bench.EndAsync(life).ConfigureAwait(false);

        var most = bench.Options.CancelPoints;
        return
        [
            new StepPoint(StepKind.Instant, 0),
            .. Spread(parts, most).Select(static number => new StepPoint(StepKind.Part, number)),
            .. Spread(parts, Math.Min(most, SilentPoints))
                .Select(static number => new StepPoint(StepKind.Part, number) { IsSilent = true }),
            .. Spread(returns, most).Select(static number => new StepPoint(StepKind.Return, number)),
            .. Enumerable.Range(1, most).Select(number =>
                new StepPoint(StepKind.Instant, number) { Delay = took * number / (most + 1) }),
        ];
    }

    /// <summary>All numbers from 1 where they are few, else so many evenly spread.</summary>
    private static IEnumerable<int> Spread(int count, int most) => count <= most
        ? Enumerable.Range(1, count)
        : Enumerable.Range(0, most).Select(i => 1 + (int)((long)i * (count - 1) / Math.Max(1, most - 1)));

    private static async Task CancelAsync(Bench bench, ContractCall call, StepPoint point)
    {
        var life = await bench.MakeAsync(call.Before, call.IsTest).ConfigureAwait(false);
        using var cancel = new CancellationTokenSource();
        await RunAsync(bench, call, life, point, cancel).ConfigureAwait(false);

        // Idempotent: twice, as an engine that is not sure would do.
        bench.Forget(life);
        await life.DisconnectAsync().ConfigureAwait(false);
        await life.DisconnectAsync().ConfigureAwait(false);
        await bench.ExpectConnectionsAsync(0, call.Clause).ConfigureAwait(false);
        if (!call.IsTest && call.Before is LifeStage.Started or LifeStage.Connected or LifeStage.Serving)
        {
            await life.ConnectAsync().ConfigureAwait(false);
            await bench.ServeAsync(life).ConfigureAwait(false);
        }

        await bench.EndAsync(life).ConfigureAwait(false);
        var fresh = await bench.MakeAsync(LifeStage.Connected).ConfigureAwait(false);
        await bench.EndAsync(fresh).ConfigureAwait(false);
    }

    private static async Task RunAsync(
        Bench bench, ContractCall call, Life life, StepPoint point, CancellationTokenSource cancel)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelling = Task.CompletedTask;
        bench.Steps.Begin(point, () =>
        {
            // The token is cancelled when this returns; who hears of it does so on the pool, not within the step.
            cancelling = cancel.CancelAsync();
            reached.SetResult();
        });
        if (point is { Kind: StepKind.Instant, Number: 0 })
        {
            await cancel.CancelAsync().ConfigureAwait(false);
            reached.SetResult();
        }

        var running = life.Guard.RunAsync(
            Clause.Cancelled,
            token => call.Act(life, token),
            bench.Options.Deadline + bench.Options.CancelWithin,
            cancel.Token);
        if (point.Kind == StepKind.Instant && point.Number > 0)
        {
            await Guard.WaitAsync(running, point.Delay).ConfigureAwait(false);
            await cancel.CancelAsync().ConfigureAwait(false);
            reached.SetResult();
        }

        await Guard.WaitAsync(Task.WhenAny(running, reached.Task), bench.Options.Deadline).ConfigureAwait(false);
        await Guard.WaitAsync(running, bench.Options.CancelWithin).ConfigureAwait(false);
        _ = bench.Steps.End();
        if (!running.IsCompleted)
        {
            throw new ContractViolationException(
                Clause.Cancelled,
                $"{call.Name} ends within {bench.Options.CancelWithin.TotalSeconds:0.#} s of its cancellation",
                "it has not ended");
        }

        await cancelling.ConfigureAwait(false);
        _ = await running.ConfigureAwait(false);
    }
}
