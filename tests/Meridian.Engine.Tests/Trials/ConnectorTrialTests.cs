using Meridian.Configuration;
using Meridian.Engine.Tests.Peers;
using Meridian.Engine.Trials;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Trials;

public sealed class ConnectorTrialTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly NorthPeer _north = new();

    [Fact]
    public async Task Item_TestedWhileItsSouthRuns_ShowsWhatItYieldsAndDisturbsNothing()
    {
        await using var gateway = new TestGateway();
        gateway.South.OnLastPoint = static (items, _) => ValueTask.FromResult(new ReadingsContent(
            items.Select(static item => new Reading(item.Name, DateTimeOffset.UnixEpoch, default)).ToArray()));
        gateway.Config = new() { Souths = [gateway.South.Config("s")], Norths = [_north.Config("n")] };
        await gateway.RunAsync();

        var trial = await TestAsync(gateway, SouthPeer.Polled("new", Second));

        Assert.Equal("new", Assert.Single(trial.Readings).Point);
        Assert.Null(trial.Problem);
        Assert.True(gateway.South.LastContext.IsTest);
        Assert.Equal((2, 2, 1), (gateway.South.Instances, gateway.South.Connects, gateway.South.Disconnects));
        Assert.Equal(0, gateway.Account.Received);
    }

    [Fact]
    public async Task Subscription_TestedWithoutData_EndsInTimeAndShowsNone()
    {
        await using var gateway = new TestGateway();
        gateway.Config = new() { Souths = [gateway.South.Config("s")] };
        await gateway.RunAsync();

        var testing = TestAsync(gateway, SouthPeer.Subscribed("quiet"));
        await gateway.UntilLaterAsync(() => testing.IsCompleted);

        Assert.Empty((await testing).Readings);
        Assert.Equal(1, gateway.South.Disconnects);
    }

    [Fact]
    public async Task Files_Tested_AreListedAndNeitherOpenedNorMoved()
    {
        await using var gateway = new TestGateway();
        gateway.South.OnOpen = static _ => Assert.Fail("It was opened.");
        gateway.South.Files["a.csv"] = new PeerFile([1, 2, 3], gateway.Clock.GetUtcNow());
        gateway.South.Files["b.txt"] = new PeerFile([1], gateway.Clock.GetUtcNow());
        gateway.Config = new() { Souths = [gateway.South.Config("s")] };
        await gateway.RunAsync();
        var rules = new FileRules { Pattern = "*.csv", Afterwards = FileAfterwards.Delete };

        var trial = await TestAsync(gateway, SouthPeer.FilesOf("files", rules));

        Assert.Equal(("a.csv", 3L), (Assert.Single(trial.Files).Path, trial.Files[0].LengthBytes));
        Assert.Equal(2, gateway.South.Files.Count);
    }

    [Fact]
    public async Task Item_PeerDoesNotAnswer_IsAFaultInWordsAndIsClosed()
    {
        await using var gateway = new TestGateway();
        gateway.Config = new() { Souths = [gateway.South.Config("s")] };
        await gateway.RunAsync();
        gateway.South.OnConnect = static _ => throw new ConnectorException(Fault.Unreachable, "It is off.");

        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => TestAsync(gateway, SouthPeer.Polled("a", Second)));

        Assert.Equal("It is off.", fault.Message);
        Assert.Equal(1, gateway.South.Disconnects);
    }

    private static Task<ItemTrial> TestAsync(TestGateway gateway, ItemConfig item)
    {
        var trials = new ConnectorTrials(gateway.Services);
        var window = new HistoryWindow(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1));
        return trials.TestItemAsync(gateway.Config.Souths[0], item, window, 5 * Second, CancellationToken.None);
    }
}
