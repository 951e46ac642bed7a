namespace Meridian.Testing.Contract;

/// <summary>Checks of the life cycle.</summary>
internal static class LifeChecks
{
    // What the engine may do between start and stop: connects and disconnects, of which the last is a disconnect.
    private static readonly string[] Starts = ["", "S"];
    private static readonly string[] Stops = ["X", "XX"];
    private static readonly string[] Middles = ["", "D", "DD", "CD", "CDD", "CDCD", "CDDCDD"];

    /// <summary>
    /// Every order that the interface allows: with start or without (it failed), connects only after a start, stop
    /// once or twice.
    /// </summary>
    private static IEnumerable<string> Orders =>
        from start in Starts
        from middle in Middles
        where start.Length > 0 || !middle.Contains('C', StringComparison.Ordinal)
        from stop in Stops
        select start + middle + stop;

    public static async Task InEveryOrderAsync(Bench bench)
    {
        foreach (var order in Orders)
        {
            var life = bench.Make();
            try
            {
                foreach (var step in order)
                {
                    await StepAsync(life, step).ConfigureAwait(false);
                }

                await life.LeaveAsync().ConfigureAwait(false);
                await bench.ExpectConnectionsAsync(0, Clause.Disconnect).ConfigureAwait(false);
            }
            catch (ContractViolationException broken)
            {
                throw Within(order, broken);
            }
        }
    }

    public static async Task NoNetworkBeforeConnectAsync(Bench bench)
    {
        var before = bench.Peer.Relay?.AcceptedCount;
        var life = bench.Make();
        await life.StartAsync().ConfigureAwait(false);
        var count = await bench.Peer.CountConnectionsAsync().ConfigureAwait(false);
        if (count > 0 || bench.Peer.Relay?.AcceptedCount != before)
        {
            throw new ContractViolationException(
                Clause.Start, "no connection before connect is called", "the peer was connected to");
        }

        await bench.EndAsync(life).ConfigureAwait(false);
    }

    public static async Task ServesAsync(Bench bench)
    {
        var life = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
        await bench.RecoverAsync(life).ConfigureAwait(false);
        await bench.RecoverAsync(life).ConfigureAwait(false);
        await bench.EndAsync(life).ConfigureAwait(false);
        var next = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
        await bench.EndAsync(next).ConfigureAwait(false);
        await bench.VerifyAsync().ConfigureAwait(false);
    }

    /// <summary>A peer that takes and answers nothing: what ends a disconnect then is its cancellation.</summary>
    public static async Task DisconnectFromASilentPeerAsync(Bench bench)
    {
        var relay = bench.Peer.Relay!; // the check is chosen for it
        var life = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
        relay.Hold();
        using var timeIsOver = new CancellationTokenSource();
        var clause = Clause.DisconnectCancelled;
        await timeIsOver.CancelAsync().ConfigureAwait(false);
        _ = await bench.Guard.RunAsync(
            clause, life.Connector.DisconnectAsync, bench.Options.CancelWithin, timeIsOver.Token)
            .ConfigureAwait(false);
        relay.Release();
        await bench.ExpectConnectionsAsync(0, clause).ConfigureAwait(false);
        await bench.EndAsync(life).ConfigureAwait(false);
    }

    public static async Task NothingLeftBehindAsync(Bench bench)
    {
        // The first life makes what is made once for all: a static cache, a thread of the driver's.
        await LiveAsync(bench, 1).ConfigureAwait(false);
        var isLeft = true;
        for (var look = 0; look < 2 && isLeft; look++)
        {
            var before = ThreadCensus.Count();
            await LiveAsync(bench, bench.Options.LifeCount).ConfigureAwait(false);
            isLeft = !await Guard.UntilAsync(
                () => ValueTask.FromResult(ThreadCensus.Count() - before < bench.Options.LifeCount),
                bench.Options.Deadline).ConfigureAwait(false);
        }

        if (isLeft)
        {
            throw new ContractViolationException(
                Clause.Stop,
                $"after {bench.Options.LifeCount} lives as many threads as before",
                "there is at least one more for each life");
        }

        await bench.VerifyAsync().ConfigureAwait(false);
    }

    private static async Task LiveAsync(Bench bench, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var life = await bench.MakeAsync(LifeStage.Serving).ConfigureAwait(false);
            await bench.EndAsync(life).ConfigureAwait(false);
        }
    }

    private static Task StepAsync(Life life, char step) => step switch
    {
        'S' => life.StartAsync(),
        'C' => life.ConnectAsync(),
        'D' => life.DisconnectAsync(),
        _ => life.StopAsync(),
    };

    private static ContractViolationException Within(string order, ContractViolationException broken)
    {
        var words = order.Select(static step => step switch
        {
            'S' => "start",
            'C' => "connect",
            'D' => "disconnect",
            _ => "stop",
        });
        return new ContractViolationException(
            new Clause(broken.Member, broken.Clause),
            broken.Expected,
            $"{broken.Happened} (in the order: {string.Join(", ", words)})",
            broken);
    }
}
