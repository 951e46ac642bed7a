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
    public async Task Payload_ThatIsNotRead_IsShownAlsoWhereTheSubscriptionIsWellAfterwards()
    {
        await using var gateway = new TestGateway();
        gateway.Config = new() { Souths = [gateway.South.Config("s")] };
        await gateway.RunAsync();
        gateway.South.OnSubscribe = _ =>
        {
            gateway.South.LastContext.CountUndecoded("odd", "It is no number.");
            gateway.South.LastContext.ReportItem("odd", null);
            return Task.CompletedTask;
        };

        var testing = TestAsync(gateway, SouthPeer.Subscribed("odd"));
        await gateway.UntilLaterAsync(() => testing.IsCompleted);

        Assert.Equal("It is no number.", (await testing).Problem);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Next_Tested_IsAskedFromTheBeginningAndShowsItsFirstPage(bool isFile)
    {
        await using var gateway = new TestGateway();
        var asked = new List<bool>();
        gateway.South.OnNext = (_, position, _) =>
        {
            asked.Add(position is null);
            Reading[] readings = [new("p", DateTimeOffset.UnixEpoch, default)];
            var file = new FileContent("rows.csv", null, _ => ValueTask.FromResult<Stream>(new MemoryStream([1, 2])));
            return new[]
            {
                new NextPage(new ReadingsContent(default), "empty"u8.ToArray()),
                new NextPage(isFile ? file : new ReadingsContent(readings), "1"u8.ToArray()),
                new NextPage(new ReadingsContent(readings), "2"u8.ToArray()),
            }.ToAsyncEnumerable();
        };
        gateway.Config = new() { Souths = [gateway.South.Config("s")] };
        await gateway.RunAsync();

        var trial = await TestAsync(gateway, SouthPeer.GoingOn("rows"));

        Assert.Equal(isFile ? 0 : 1, trial.Readings.Count);
        Assert.Equal(isFile ? [("rows.csv", 2L)] : [], trial.Files.Select(static one => (one.Path, one.LengthBytes)));
        Assert.Equal([true], asked);
        Assert.Equal(0, gateway.Account.Received);
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
