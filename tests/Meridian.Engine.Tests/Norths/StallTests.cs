using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Norths;

/// <summary>A North whose cursor does not move.</summary>
public sealed class StallTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private readonly NorthPeer _peer = new();

    [Fact]
    public async Task Delivery_WithoutOutcome_IsDegradedThenConnectedAnewAndNothingIsLost()
    {
        var isHanging = true;
        _peer.OnHandle = async (batch, cancellationToken) =>
        {
            await Task.Delay(Volatile.Read(ref isHanging) ? Timeout.Infinite : 0, cancellationToken);
            return _peer.StoreAll(batch);
        };
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.GiveAsync(10);
        var begin = gateway.Clock.TrueNow;

        await gateway.UntilLaterAsync(() => gateway.NorthState().State == ConnectorState.Degraded, Step);
        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 298, 306);
        Assert.Equal("A delivery has had no outcome for 300 s.", gateway.NorthState().Reason);
        await gateway.UntilLaterAsync(() => _peer.Connects == 2, Step);
        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 598, 610);
        await gateway.UntilAsync(() => gateway.NorthState().State == ConnectorState.Degraded && _peer.Tries == 2);

        Volatile.Write(ref isHanging, false);
        await gateway.UntilLaterAsync(() => gateway.Account.Waiting == 0, Step);
        await gateway.UntilAsync(() => gateway.NorthState().State == ConnectorState.Running);
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => (long)i), _peer.Stored);
        var counters = gateway.Engine.GetStatus().Norths[0].Counters;
        Assert.Equal((1, _peer.Connects - 1), (counters.Stalls, counters.Reconnected));
        Assert.True(gateway.Account.IsBalanced);
    }

    [Fact]
    public async Task Delivery_ThatIsSlow_IsDegradedUntilItsOutcomeComes()
    {
        var outcome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _peer.OnHandle = async (batch, _) =>
        {
            await outcome.Task;
            return _peer.StoreAll(batch);
        };
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n") with { StallAfter = Step * 10 });
        await gateway.GiveAsync(10);
        await gateway.UntilLaterAsync(() => gateway.NorthState().State == ConnectorState.Degraded, Step);

        outcome.SetResult();

        await gateway.UntilAsync(() => gateway.NorthState() is { State: ConnectorState.Running, Reason: null });
        Assert.Equal((10, 1), (_peer.Stored.Count, _peer.Connects));
    }

    [Fact]
    public async Task Nothing_UnderWay_IsNoStall()
    {
        _peer.Answer(static _ => DeliveryOutcome.Retry("Not now.", TimeSpan.FromMinutes(30)));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.GiveAsync(10);
        var begin = gateway.Clock.TrueNow;

        await gateway.UntilLaterAsync(() => gateway.Clock.TrueNow - begin > TimeSpan.FromHours(2), 5 * Step);

        var north = gateway.Engine.GetStatus().Norths[0];
        Assert.Equal((0, 1), (north.Counters.Stalls, _peer.Connects));
        Assert.Equal(ConnectorState.Retrying, north.Connector.State);
    }
}
