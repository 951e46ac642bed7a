using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Tests.Norths;

public sealed class NorthLifeTests
{
    private readonly NorthPeer _peer = new();

    [Fact]
    public async Task North_FailsTransiently_IsReconnectedAndGivenTheSameAgain()
    {
        _peer.Answer(batch => _peer.Tries == 1
            ? throw new ConnectorException(Fault.Unreachable, "Gone.")
            : _peer.StoreAll(batch));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.GiveAsync(5);

        await gateway.UntilAsync(() => gateway.NorthState().State == ConnectorState.Retrying);
        Assert.Equal("Gone.", gateway.NorthState().Reason);
        Assert.InRange(
            gateway.NorthState().NextTry!.Value - gateway.Clock.GetUtcNow(),
            TimeSpan.FromSeconds(0.25),
            TimeSpan.FromSeconds(0.5));

        await gateway.UntilLaterAsync(() => gateway.Account.Delivered == 5);
        Assert.Equal((1, 2, 1), (_peer.Instances, _peer.Connects, _peer.Disconnects));
        Assert.Equal(0, gateway.NorthState().RestartCount);
        Assert.Equal(5, _peer.Stored.Count);
    }

    [Fact]
    public async Task North_ConnectsAndFailsAtOnceForEver_IsMetWithGrowingDelays()
    {
        _peer.Answer(_ => throw new ConnectorException(Fault.Unreachable, "Gone."));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.GiveAsync(5);

        var end = gateway.Clock.GetUtcNow().AddMinutes(10);
        await gateway.UntilLaterAsync(() => gateway.Clock.GetUtcNow() > end, step: TimeSpan.FromSeconds(1));

        Assert.InRange(_peer.Connects, 5, 60);
        Assert.Equal(5, gateway.North().Waiting);
    }

    [Fact]
    public async Task North_FailsForGood_WaitsWithItsDataAndTheOthersGoOn()
    {
        var other = new NorthPeer();
        _peer.Answer(_ => throw new ConnectorException(Fault.Misconfigured, "No such table."));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"), other.Config("other"));
        await gateway.GiveAsync(5);

        await gateway.UntilAsync(() => gateway.NorthState().State == ConnectorState.Failed && _peer.Disconnects > 0);
        await gateway.UntilAsync(() => other.Stored.Count == 5);
        gateway.Clock.Advance(TimeSpan.FromDays(1));

        _peer.Context.ReportConnected();
        Assert.Equal(ConnectorState.Failed, gateway.NorthState().State);
        Assert.Equal("No such table.", gateway.NorthState().Reason);
        Assert.Equal((1, 1), (_peer.Tries, _peer.Connects));
        Assert.Equal((5, 0), (gateway.Account.Waiting, gateway.Account.Delivered));
        Assert.True(gateway.Account.IsBalanced);

        var before = gateway.Clock.GetUtcNow();
        await gateway.StopAsync();
        Assert.True(gateway.Clock.GetUtcNow() - before < TimeSpan.FromSeconds(10), "A stop does not wait for it.");
    }

    [Fact]
    public async Task North_Crashes_IsMadeAnew()
    {
        _peer.Answer(batch => _peer.Tries == 1 ? throw new InvalidOperationException("Bug.") : _peer.StoreAll(batch));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.GiveAsync(5);

        await gateway.UntilLaterAsync(() => gateway.Account.Delivered == 5);

        Assert.Equal((2, 1), (_peer.Instances, gateway.NorthState().RestartCount));
        Assert.Equal(5, _peer.Stored.Count);
        Assert.Equal(1, gateway.Log.Count(LogLevel.Error, "unexpectedly"));
    }

    [Fact]
    public async Task North_ReportsLost_IsReconnected()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.UntilAsync(() => gateway.NorthState().State == ConnectorState.Running);

        _peer.Context.ReportLost(new ConnectorException(Fault.Unreachable, "Cut."));

        await gateway.UntilLaterAsync(() => _peer.Connects == 2);
        await gateway.GiveAsync(5);
        await gateway.UntilAsync(() => gateway.Account.Delivered == 5);
        Assert.Equal(1, _peer.Instances);
    }

    [Fact]
    public async Task North_LosesItsConnectionBeforeItIsServed_IsReconnected()
    {
        _peer.OnConnect = _ =>
        {
            if (_peer.Connects == 1)
            {
                _peer.Context.ReportLost(new ConnectorException(Fault.Unreachable, "Cut at once."));
            }

            return Task.CompletedTask;
        };
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));

        await gateway.UntilLaterAsync(() => _peer.Connects == 2);
        await gateway.UntilAsync(() => gateway.NorthState().State == ConnectorState.Running);
    }

    [Fact]
    public async Task North_ThatConnectsByItselfLater_IsNotShownAsRunningBefore()
    {
        _peer.OnConnect = _ =>
        {
            _peer.Context.ReportRetrying(new ConnectorException(Fault.Unreachable, "Not yet."));
            return Task.CompletedTask;
        };
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.UntilAsync(() => gateway.NorthState().State == ConnectorState.Retrying);

        Assert.Equal("Not yet.", gateway.NorthState().Reason);
        _peer.Context.ReportConnected();
        Assert.Equal(ConnectorState.Running, gateway.NorthState().State);
    }

    [Fact]
    public async Task North_FailsWhileItIsStopped_IsNotCalledCrashed()
    {
        var isTrying = new TaskCompletionSource();
        _peer.OnHandle = async (_, cancellationToken) =>
        {
            isTrying.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new ConnectorException(Fault.Unreachable, "Interrupted.");
        };
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.GiveAsync(1);
        await isTrying.Task;

        await gateway.StopAsync();

        Assert.Equal(0, gateway.Log.Lines.Count(line => line.Level == LogLevel.Error));
        Assert.Equal(1, _peer.Instances);
    }

    [Fact]
    public async Task North_ThatBlocksItsThread_KeepsNobodyElseFromWorking()
    {
        using var release = new ManualResetEventSlim();
        var other = new NorthPeer();
        _peer.OnHandle = (batch, _) =>
        {
            release.Wait(CancellationToken.None);
            return ValueTask.FromResult(_peer.StoreAll(batch));
        };
        await using var gateway = await TestGateway.StartAsync(other.Config("first"));
        await gateway.GiveAsync(5);
        await gateway.StopAsync();
        gateway.Config = gateway.ConfigWith(_peer.Config("n"), other.Config("first"));

        await gateway.RunAsync();

        await gateway.GiveAsync(5);
        await gateway.UntilAsync(() => other.Stored.Count == 10);
        release.Set();
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
    }

    [Fact]
    public async Task North_ThatHangs_DoesNotKeepTheGatewayFromEnding()
    {
        var other = new NorthPeer();
        var never = new TaskCompletionSource<DeliveryOutcome>();
        _peer.OnHandle = (_, _) => new ValueTask<DeliveryOutcome>(never.Task);
        _peer.OnDisconnect = _ => never.Task;
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"), other.Config("other"));
        await gateway.GiveAsync(5);
        await gateway.UntilAsync(() => other.Stored.Count == 5 && _peer.Tries == 1);

        var before = gateway.Clock.GetUtcNow();
        await gateway.StopAsync();

        Assert.True(gateway.Clock.GetUtcNow() - before < TimeSpan.FromSeconds(20));
        Assert.Equal(1, gateway.Log.Count(LogLevel.Warning, "n did not end"));
        Assert.Equal(1, other.Disconnects);
    }

    [Fact]
    public async Task North_MadeAnewAfterACrash_FindsTheStateOfThePlaceItGoesOnFrom()
    {
        var states = new List<byte[]>();
        _peer.OnConnect = _ =>
        {
            states.Add(_peer.Context.DeliveryState.ToArray());
            return Task.CompletedTask;
        };
        _peer.Answer(batch => _peer.Tries == 2
            ? throw new InvalidOperationException("Bug.")
            : _peer.StoreAll(batch) with { State = new byte[] { (byte)_peer.Stored.Count } });
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings: 5));

        await gateway.GiveAsync(10, perOffer: 5);

        // A North that cut its file to an older state would lose what the engine does not give again.
        await gateway.UntilLaterAsync(() => gateway.Account.Delivered == 10);
        Assert.Equal(2, states.Count);
        Assert.Empty(states[0]);
        Assert.Equal([5], states[1]);
    }

    [Fact]
    public async Task North_GivesStateWithItsOutcome_FindsItAtTheNextStart()
    {
        _peer.Answer(batch => _peer.StoreAll(batch) with { State = new byte[] { (byte)_peer.Stored.Count } });
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings: 5));
        Assert.True(_peer.Context.DeliveryState.IsEmpty);
        await gateway.GiveAsync(10, perOffer: 5);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        await _peer.Context.PersistDeliveryAsync(default);
        var cut = gateway.Cut();
        await gateway.StopAsync();

        gateway.Folder = cut;
        await gateway.RunAsync();

        Assert.Equal(10, _peer.Context.DeliveryState.Span[0]);
        Assert.Equal((10, true), (gateway.Account.Delivered, gateway.Account.IsBalanced));
    }
}
