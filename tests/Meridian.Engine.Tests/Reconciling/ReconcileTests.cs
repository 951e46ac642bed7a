using Meridian.Configuration;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Reconciling;

public sealed class ReconcileTests
{
    private readonly NorthPeer _north = new();
    private readonly SouthPeer _other = new();

    [Fact]
    public async Task Items_AddedChangedAndRemoved_AreSubscribedByTheDifferenceWithoutAReconnect()
    {
        await using var gateway = await StartAsync();
        var south = gateway.South.Config("s", Items("a", "b", "c"));
        await ApplyAsync(gateway, south);
        await gateway.UntilAsync(() => gateway.South.Subscriptions.Count == 5);
        await gateway.GiveAsync(10);

        var other = gateway.South.Config("s", [.. Items("a", "d"), SouthPeer.Subscribed("b", "new")]);
        await ApplyAsync(gateway, other);
        await gateway.UntilAsync(() => gateway.South.Subscriptions.Count == 9);
        await gateway.GiveAsync(10);

        await gateway.UntilAsync(() => gateway.Account is { Delivered: 20, Waiting: 0, IsBalanced: true });
        Assert.Equal(
            ["+all", "-all", "+a", "+b", "+c", "-b", "-c", "+d", "+b"],
            gateway.South.Subscriptions,
            StringComparer.Ordinal);
        Assert.Equal((1, 1), (gateway.South.Instances, gateway.South.Connects));
        Assert.Equal((1, 1), (_other.Instances, _north.Instances));
    }

    [Fact]
    public async Task South_SettingsChange_ThatSouthAloneIsMadeAnew()
    {
        await using var gateway = await StartAsync();
        await gateway.GiveAsync(10);

        await ApplyAsync(gateway, gateway.South.Config("s") with { Settings = "other" });
        await gateway.UntilLaterAsync(
            () => gateway.Engine.GetStatus().Souths[0].Connector.State == ConnectorState.Running);
        await gateway.GiveAsync(10);

        await gateway.UntilAsync(() => gateway.Account is { Delivered: 20, Waiting: 0, IsBalanced: true });
        Assert.Equal((2, 1, 1), (gateway.South.Instances, _other.Instances, _north.Instances));
        Assert.Equal(1, gateway.South.Disconnects);
    }

    [Fact]
    public async Task Norths_AddedDisabledAndRemoved_KeepAndLeaveTheirPlaces()
    {
        var second = new NorthPeer();
        await using var gateway = await StartAsync();
        await gateway.GiveAsync(10);
        var running = gateway.Engine.Config;
        var both = running with { Norths = [.. running.Norths, second.Config("second")] };

        await gateway.Engine.ApplyAsync(both, default);
        await gateway.UntilAsync(() => second.Stored.Count == 10);

        var resting = both with { Norths = [both.Norths[0], both.Norths[1] with { Enabled = false }] };
        await gateway.Engine.ApplyAsync(resting, default);
        await gateway.GiveAsync(10);
        await gateway.UntilAsync(() => _north.Stored.Count == 20);
        Assert.Equal(10, gateway.North(1).Waiting);
        Assert.Equal(ConnectorState.Stopped, gateway.NorthState(1).State);

        await gateway.Engine.ApplyAsync(both, default);
        await gateway.UntilAsync(() => second.Stored.Count == 20);
        Assert.Equal(Enumerable.Range(0, 20).Select(static i => (long)i), second.Stored);

        await gateway.Engine.ApplyAsync(running, default);
        Assert.Equal("n", Assert.Single(gateway.Engine.GetStatus().Norths).Account.Name);
        await gateway.UntilAsync(() => gateway.Account is { Delivered: 20, Waiting: 0, IsBalanced: true });
        Assert.Equal(1, _north.Instances);
    }

    [Fact]
    public async Task North_ThatHangsWhenItIsChanged_IsLeftBehindAndMovesNothingLater()
    {
        var answer = new TaskCompletionSource<DeliveryOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gateway = await StartAsync();
        _north.OnHandle = (_, _) => new ValueTask<DeliveryOutcome>(answer.Task);
        await gateway.GiveAsync(10);
        await gateway.UntilAsync(() => _north.Tries == 1);
        var next = gateway.Engine.Config with { Norths = [_north.Config("n", maxReadings: 3)] };

        var applying = gateway.Engine.ApplyAsync(next, default);
        _north.OnHandle = (batch, _) => ValueTask.FromResult(_north.StoreAll(batch));
        await gateway.UntilLaterAsync(() => applying.IsCompleted);
        await applying;
        await gateway.UntilAsync(() => _north.Stored.Count == 10);
        answer.SetResult(DeliveryOutcome.Delivered);
        await gateway.GiveAsync(10);

        await gateway.UntilAsync(() => gateway.Account is { Delivered: 20, Waiting: 0, IsBalanced: true });
        Assert.Equal(20, _north.Stored.Count);
    }

    [Fact]
    public async Task Configuration_ChangedAtRandomWhileDataFlow_LosesAndRepeatsNothing()
    {
        var random = new Random(5);
        await using var gateway = await StartAsync();
        for (var round = 0; round < 40; round++)
        {
            await gateway.GiveAsync(random.Next(1, 30), random.Next(1, 5));
            var running = gateway.Engine.Config;
            var names = "abcdef".Where(_ => random.Next(2) == 0).Select(static name => $"{name}");
            var south = gateway.South.Config("s", Items([.. names, "z"]));
            await gateway.Engine.ApplyAsync(
                running with
                {
                    Souths = random.Next(3) == 0 ? [south] : [south, _other.Config("other")],
                    Norths = random.Next(3) == 0 ? [_north.Config("n", random.Next(1, 100))] : running.Norths,
                },
                default);
            Assert.True(gateway.Account.IsBalanced, gateway.Engine.GetStatus().ToString());
        }

        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        Assert.Equal(gateway.Account.Received, gateway.Account.Delivered);
        Assert.Equal(gateway.Account.Received, _north.Stored.Count);
        Assert.Equal(_north.Stored.Order(), _north.Stored);
        Assert.Equal(1, gateway.South.Connects);
    }

    private static ItemConfig[] Items(params string[] names) => [.. names.Select(name => SouthPeer.Subscribed(name))];

    private static Task<bool> ApplyAsync(TestGateway gateway, SouthConfig south)
    {
        var running = gateway.Engine.Config;
        return gateway.Engine.ApplyAsync(running with { Souths = [south, running.Souths[1]] }, default);
    }

    private async Task<TestGateway> StartAsync()
    {
        var gateway = new TestGateway();
        gateway.Config = new()
        {
            Souths = [gateway.South.Config("s"), _other.Config("other")],
            Norths = [_north.Config("n")],
        };
        await gateway.RunAsync();
        return gateway;
    }
}
