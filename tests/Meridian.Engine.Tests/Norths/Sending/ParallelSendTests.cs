using Meridian.Configuration;
using Meridian.Engine.Supervision;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Norths.Sending;

/// <summary>Batches of different Souths on their way at once.</summary>
public sealed class ParallelSendTests
{
    private static readonly BatchConfig Four = new() { MaxReadings = 10, MaxParallelSends = 4 };

    [Fact]
    public async Task Souths_OneSlow_TheOtherArrivesMeanwhile()
    {
        var answer = new TaskCompletionSource<DeliveryOutcome>();
        await using var lanes = await StartWithBacklogAsync(Four, ("slow", 15), ("fast", 25));
        lanes.North.OnNumbers = (south, _, stop) => south is "slow"
            ? answer.Task.WaitAsync(stop)
            : Task.FromResult(DeliveryOutcome.Delivered);

        await lanes.Gateway.UntilLaterAsync(() => lanes.North.Of("fast").Count == 25);
        Assert.Empty(lanes.North.Of("slow"));
        Assert.Equal(0, lanes.Gateway.North().Delivered);
        Assert.True(lanes.Gateway.Account.IsBalanced);

        answer.SetResult(DeliveryOutcome.Delivered);
        await lanes.Gateway.UntilLaterAsync(() => lanes.Gateway.Account is { Delivered: 40, IsBalanced: true });
        Assert.Equal(Numbers(15), lanes.North.Of("slow"));
        Assert.Equal(Numbers(25), lanes.North.Of("fast"));
    }

    [Fact]
    public async Task South_ThatIsAskedToWait_KeepsNoOtherWaitingAndSaysWhenItTriesAgain()
    {
        await using var lanes = await StartWithBacklogAsync(Four, ("slow", 15), ("fast", 25));
        var isBusy = true;
        lanes.North.OnNumbers = (south, _, _) => Task.FromResult(south is "slow" && Volatile.Read(ref isBusy)
            ? DeliveryOutcome.Retry("Busy.", TimeSpan.FromMinutes(20))
            : DeliveryOutcome.Delivered);

        await lanes.Gateway.UntilLaterAsync(() => lanes.North.Of("fast").Count == 25);
        await lanes.Gateway.UntilAsync(() => lanes.Gateway.NorthState().State == ConnectorState.Retrying);
        Assert.Equal("Busy.", lanes.Gateway.NorthState().Reason);
        Volatile.Write(ref isBusy, false);

        await lanes.Gateway.UntilLaterAsync(
            () => lanes.Gateway.Account is { Delivered: 40, IsBalanced: true }, TimeSpan.FromSeconds(10));
        Assert.Equal(ConnectorState.Running, lanes.Gateway.NorthState().State);
    }

    [Fact]
    public async Task Quarantine_RetriedWhileASouthWaits_HasItsTurn()
    {
        await using var lanes = await StartWithBacklogAsync(Four, ("slow", 5), ("fast", 5));
        var isPoison = true;
        lanes.North.OnNumbers = (south, numbers, _) => Task.FromResult((south, numbers.Contains(3)) switch
        {
            ("slow", _) => DeliveryOutcome.Retry("Busy."),
            (_, true) when Volatile.Read(ref isPoison) => DeliveryOutcome.Rejected("Poison."),
            _ => DeliveryOutcome.Delivered,
        });
        await lanes.Gateway.UntilLaterAsync(() => lanes.North.Of("fast").Count == 4);
        Volatile.Write(ref isPoison, false);

        var retry = lanes.Gateway.Engine.Quarantine("n").RetryAsync(null, default);
        await lanes.Gateway.UntilLaterAsync(() => retry.IsCompleted);

        Assert.Equal(1, (await retry).Delivered);
        Assert.Equal([0L, 1, 2, 4, 3], lanes.North.Of("fast"));
        Assert.True(lanes.Gateway.Account.IsBalanced);
    }

    [Fact]
    public async Task Kill_InTheMiddle_LosesNothingAndRepeatsOnlyWhatWasNotCommitted()
    {
        await using var lanes = await StartWithBacklogAsync(Four, ("a", 20), ("b", 20));
        await lanes.Gateway.UntilLaterAsync(() => lanes.Gateway.Account is { Delivered: 40 });
        await lanes.North.Context.PersistDeliveryAsync(CancellationToken.None);
        await GiveUnseenAsync(lanes, ("a", 20), ("b", 20));
        lanes.North.OnNumbers = async (south, _, stop) =>
        {
            await Task.Delay(south is "a" ? Timeout.Infinite : 0, stop);
            return DeliveryOutcome.Delivered;
        };
        await lanes.Gateway.UntilLaterAsync(() => lanes.North.Of("b").Count == 40);

        lanes.North.OnNumbers = static (_, _, _) => Task.FromResult(DeliveryOutcome.Delivered);
        var cut = lanes.Gateway.Cut();
        lanes.North.OnConnect = static _ => throw new ConnectorException(Fault.Unreachable, "Away.");
        await lanes.Gateway.StopAsync();
        lanes.North.OnConnect = static _ => Task.CompletedTask;
        lanes.Gateway.Folder = cut;
        await lanes.RunAsync();

        await lanes.Gateway.UntilLaterAsync(() => lanes.Gateway.Account is { Delivered: 80, IsBalanced: true });
        Assert.Equal(Numbers(40), lanes.North.Of("a"));
        Assert.Equal(Numbers(40).Concat(Numbers(40).Skip(20)), lanes.North.Of("b"));
    }

    [Fact]
    public async Task Sends_NeverMoreThanAskedForAndWithTheirDelayBetweenThem()
    {
        var sent = new List<DateTimeOffset>();
        var delay = TimeSpan.FromSeconds(5);
        await using var lanes = await StartWithBacklogAsync(
            new BatchConfig { MaxReadings = 10, MaxParallelSends = 2, MinDelay = delay },
            ("a", 10), ("b", 10), ("c", 10), ("d", 10));
        lanes.North.OnNumbers = async (_, _, stop) =>
        {
            lock (sent)
            {
                sent.Add(lanes.Gateway.Clock.GetUtcNow());
            }

            await Task.Delay(TimeSpan.FromSeconds(30), lanes.Gateway.Clock, stop);
            return DeliveryOutcome.Delivered;
        };

        await lanes.Gateway.UntilLaterAsync(() => lanes.Gateway.Account is { Delivered: 40, IsBalanced: true });

        Assert.Equal(2, lanes.North.MostAtOnce);
        Assert.Equal(4, sent.Count);
        Assert.All(sent.Zip(sent.Skip(1)), pair => Assert.True(pair.Second - pair.First >= delay));
    }

    [Fact]
    public async Task State_OfADelivery_IsAMistakeThatIsTold()
    {
        await using var lanes = await StartWithBacklogAsync(Four, ("a", 1));
        lanes.North.OnNumbers = static (_, _, _) =>
            Task.FromResult(DeliveryOutcome.Delivered with { State = new byte[] { 1 } });

        await lanes.Gateway.UntilLaterAsync(() => lanes.Gateway.NorthState().Reason?.Contains(
            "its batches go in parallel", StringComparison.Ordinal) == true);

        Assert.Equal(0, lanes.Gateway.North().Delivered);
    }

    private static IEnumerable<long> Numbers(int count) => Enumerable.Range(0, count).Select(static at => (long)at);

    private static async Task<LanesGateway> StartWithBacklogAsync(
        BatchConfig batch, params (string South, int Count)[] backlog)
    {
        var lanes = await LanesGateway.StartAsync(batch, [.. backlog.Select(static one => one.South)]);
        await GiveUnseenAsync(lanes, backlog);
        return lanes;
    }

    /// <summary>Gives while the North is away, so that it finds all of it at once.</summary>
    private static async Task GiveUnseenAsync(LanesGateway lanes, params (string South, int Count)[] backlog)
    {
        lanes.North.OnConnect = static _ => throw new ConnectorException(Fault.Unreachable, "Away.");
        var tries = lanes.North.Tries;
        var was = lanes.North.OnNumbers;
        lanes.North.OnNumbers = static (_, _, _) => throw new ConnectorException(Fault.Unreachable, "Lost.");
        foreach (var (south, count) in backlog)
        {
            await lanes.GiveAsync(south, count);
        }

        await lanes.Gateway.UntilAsync(
            () => lanes.North.Tries > tries && lanes.Gateway.NorthState().NextTry is not null);
        lanes.North.OnNumbers = was;
        lanes.North.OnConnect = static _ => Task.CompletedTask;
    }
}
