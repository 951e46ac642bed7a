using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Tests.Souths;

/// <summary>Connected, but no data.</summary>
public sealed class SilenceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(0.5);

    private readonly NorthPeer _north = new();
    private long _given;

    public SilenceTests() => _north.Answer(static _ => DeliveryOutcome.Delivered);

    [Fact]
    public async Task Group_Silent_IsDegradedThenSubscribedAgainThenConnectedAnewUntilDataCome()
    {
        await using var gateway = await StartAsync(
            Expected("a", "press", 10 * Second), Expected("b", "press", 60 * Second), Expected("c", "oven", null));
        var begin = gateway.Clock.TrueNow;

        await gateway.UntilLaterAsync(() => State(gateway) == ConnectorState.Degraded, Half);
        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 19, 21);
        Assert.Equal("No data of group 'press' for 20 s; expected every 10 s.", Status(gateway).Reason);
        await gateway.UntilAsync(() => gateway.South.Subscriptions.Count == 7);
        Assert.Equal(["+a", "+b", "+c", "-a", "-b", "+a", "+b"], gateway.South.Subscriptions, StringComparer.Ordinal);
        Assert.Equal(1, gateway.South.Connects);

        await gateway.UntilLaterAsync(() => gateway.South.Connects == 2, Half);
        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 29, 32);
        await gateway.UntilLaterAsync(() => State(gateway) == ConnectorState.Degraded, Half);

        await gateway.UntilLaterAsync(() => gateway.South.Connects == 3, Half);
        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 129, 133);
        Assert.Equal((1, 1, 2), Counted(gateway));

        await gateway.UntilLaterAsync(() => State(gateway) == ConnectorState.Degraded, Half);
        await SayAsync(gateway, "press");
        await gateway.UntilAsync(() => State(gateway) == ConnectorState.Running);
        Assert.Null(Status(gateway).Reason);

        // One of its own; the others say that it is connected anew.
        Assert.Equal(1, gateway.Log.Lines.Count(static line => line.Level == LogLevel.Warning
            && line.Text.EndsWith("expected every 10 s.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Group_ThatSpeaks_DoesNotCoverForAnotherNorForItemsOutsideOfGroups()
    {
        await using var gateway = await StartAsync(
            Expected("a", "press", 10 * Second), Expected("b", "oven", 10 * Second), Expected("c", null, 10 * Second));
        var begin = gateway.Clock.TrueNow;

        while (gateway.Clock.TrueNow - begin < 19 * Second)
        {
            await SayAsync(gateway, "press");
            await SayAsync(gateway, null);
            await StepAsync(gateway, Second);
        }

        Assert.Equal(ConnectorState.Running, State(gateway));
        await SayAsync(gateway, "press");
        await gateway.UntilLaterAsync(() => State(gateway) == ConnectorState.Degraded, Half);
        Assert.StartsWith("No data of group 'oven' for 20 s", Status(gateway).Reason, StringComparison.Ordinal);
        Assert.Contains("-b", gateway.South.Subscriptions, StringComparer.Ordinal);
        Assert.DoesNotContain("-a", gateway.South.Subscriptions, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Subscription_OfWhichNothingIsExpected_MayBeQuietForEver()
    {
        await using var gateway = await StartAsync(Expected("a", null, null));
        var begin = gateway.Clock.TrueNow;

        await gateway.UntilLaterAsync(
            () => gateway.Clock.TrueNow - begin > TimeSpan.FromDays(1), TimeSpan.FromHours(1));

        Assert.Equal((ConnectorState.Running, 1), (State(gateway), gateway.South.Connects));
        Assert.Equal((0, 0, 0), Counted(gateway));
    }

    [Fact]
    public async Task Poll_AnsweredEmpty_IsDegradedAndConnectedAnewAndWellAgainWithData()
    {
        var isEmpty = true;
        await using var gateway = new TestGateway();
        gateway.South.OnLastPoint = (items, _) => ValueTask.FromResult(
            Volatile.Read(ref isEmpty) ? new ReadingsContent(default) : Read(items));
        gateway.Config = Config(gateway, SouthPeer.Polled("a", 5 * Second));
        await gateway.RunAsync();
        var begin = gateway.Clock.TrueNow;

        await gateway.UntilLaterAsync(() => State(gateway) == ConnectorState.Degraded, Half);
        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 9, 11);
        Assert.Equal("No data of item 'a' for 10 s; expected every 5 s.", Status(gateway).Reason);
        await gateway.UntilLaterAsync(() => gateway.South.Connects == 2, Half);
        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 14, 17);

        Volatile.Write(ref isEmpty, false);
        await gateway.UntilLaterAsync(() => State(gateway) == ConnectorState.Running, Half);
        var connects = gateway.South.Connects;
        await gateway.UntilLaterAsync(() => gateway.Account.Received > 10, Half);
        Assert.Equal((ConnectorState.Running, connects), (State(gateway), gateway.South.Connects));
    }

    [Fact]
    public async Task Poll_NotAnswered_KeepsItsConnectionForAMinuteAndLosesItThen()
    {
        await using var gateway = new TestGateway();
        gateway.South.OnLastPoint = static async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return new ReadingsContent(default);
        };
        gateway.Config = Config(gateway, SouthPeer.Polled("a", Second));
        await gateway.RunAsync();
        var begin = gateway.Clock.TrueNow;

        await gateway.UntilLaterAsync(() => State(gateway) == ConnectorState.Degraded, Half);
        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 1.5, 3);
        await gateway.UntilLaterAsync(() => gateway.South.Connects == 2, Half);
        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 59, 63);
    }

    [Fact]
    public async Task Poll_Refused_IsAnAnswer()
    {
        await using var gateway = new TestGateway();
        gateway.South.OnLastPoint = static (_, _) => throw new ConnectorException(Fault.Rejected, "There is no 'a'.");
        gateway.Config = Config(gateway, SouthPeer.Polled("a", Second));
        await gateway.RunAsync();
        var begin = gateway.Clock.TrueNow;

        await gateway.UntilLaterAsync(() => gateway.Clock.TrueNow - begin > 20 * Second, Half);

        Assert.Equal((ConnectorState.Running, 1), (State(gateway), gateway.South.Connects));
    }

    [Fact]
    public async Task PollAtHours_AnsweredEmpty_IsDegradedAtTheSecondThatCameToNothing()
    {
        await using var gateway = new TestGateway();
        var hourly = CronSchedule.Parse("hourly", "0 0 * * * ?", TimeZoneInfo.Utc);
        gateway.Config = Config(gateway, SouthPeer.Polled("a", Second) with { Schedule = hourly });
        await gateway.RunAsync();
        var begin = gateway.Clock.TrueNow;

        await gateway.UntilLaterAsync(() => State(gateway) == ConnectorState.Degraded, 10 * Second);

        Assert.InRange((gateway.Clock.TrueNow - begin).TotalHours, 1.9, 2.1);
        Assert.EndsWith("expected at each 'hourly'.", Status(gateway).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_ThatAreNotThere_AreNoSilenceUnlessExpected()
    {
        await using var gateway = new TestGateway();
        var files = SouthPeer.FilesOf("f", new FileRules());
        gateway.Config = Config(gateway, files);
        await gateway.RunAsync();
        var begin = gateway.Clock.TrueNow;
        await gateway.UntilLaterAsync(() => gateway.Clock.TrueNow - begin > 20 * Second, Half);
        Assert.Equal((ConnectorState.Running, 1), (State(gateway), gateway.South.Connects));

        await gateway.Engine.ApplyAsync(Config(gateway, files with { ExpectEvery = 30 * Second }), default);

        await gateway.UntilLaterAsync(() => State(gateway) == ConnectorState.Degraded, Half);
        Assert.Equal("No data of item 'f' for 60 s; expected every 30 s.", Status(gateway).Reason);
    }

    [Fact]
    public async Task Clock_SetAnHourAhead_SilencesNobody()
    {
        await using var gateway = await StartAsync(Expected("a", null, 10 * Second));
        await SayAsync(gateway, null);

        gateway.Clock.SetWall(TimeSpan.FromHours(1));
        await gateway.UntilLaterAsync(() => gateway.Clock.TimerCount > 0, Second);
        await StepAsync(gateway, 5 * Second);

        Assert.Equal((0, 0, 0), Counted(gateway));
    }

    [Fact]
    public async Task Disk_ThatTakesNothing_IsNoSilenceOfTheSource()
    {
        await using var gateway = new TestGateway();
        gateway.Config = Config(gateway, Expected("a", null, 10 * Second));
        gateway.ShrinkJournal(maxBytes: 4 << 20, segmentBytes: 1 << 20);
        _north.Answer(static _ => DeliveryOutcome.Retry("Shut."));
        await gateway.RunAsync();
        using var giveUp = new CancellationTokenSource();
        var offering = OfferUntilFullAsync(gateway, giveUp.Token);
        await gateway.UntilAsync(() => gateway.Engine.GetStatus().Journal.IsFull);
        var begin = gateway.Clock.TrueNow;

        await gateway.UntilLaterAsync(() => gateway.Clock.TrueNow - begin > 100 * Second, Half);

        Assert.Equal((0, 0, 0), Counted(gateway));
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => offering);
    }

    [Fact]
    public async Task Peer_ThatIsAway_IsNotSilentAndCountsAnewWhenItIsBack()
    {
        await using var gateway = await StartAsync(Expected("a", null, 10 * Second));
        gateway.South.Context.ReportRetrying(new ConnectorException(Fault.Unreachable, "Away."));
        var begin = gateway.Clock.TrueNow;
        await gateway.UntilLaterAsync(() => gateway.Clock.TrueNow - begin > 100 * Second, Half);
        Assert.Equal((ConnectorState.Retrying, 0), (State(gateway), Counted(gateway).Item1));

        gateway.South.Context.ReportConnected();
        begin = gateway.Clock.TrueNow;

        await gateway.UntilLaterAsync(() => State(gateway) == ConnectorState.Degraded, Half);
        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 19, 22);
    }

    [Fact]
    public async Task Resubscription_ThatHangs_EndsTheConnection()
    {
        await using var gateway = await StartAsync(Expected("a", null, 10 * Second));
        var begin = gateway.Clock.TrueNow;
        gateway.South.OnSubscribe = async cancellationToken =>
        {
            gateway.South.OnSubscribe = static _ => Task.CompletedTask;
            await Task.Delay(Timeout.Infinite, cancellationToken);
        };

        await gateway.UntilLaterAsync(() => gateway.South.Connects == 2, Half);

        Assert.InRange((gateway.Clock.TrueNow - begin).TotalSeconds, 49, 52);
    }

    private static ItemConfig Expected(string name, string? group, TimeSpan? every)
    {
        var item = SouthPeer.Subscribed(name);
        return item with { Item = item.Item with { Group = group }, ExpectEvery = every };
    }

    private static ConnectorStatus Status(TestGateway gateway) => gateway.Engine.GetStatus().Souths[0].Connector;

    private static ConnectorState State(TestGateway gateway) => Status(gateway).State;

    private static (long Silences, long Resubscribed, long Reconnected) Counted(TestGateway gateway)
    {
        var counters = gateway.Engine.GetStatus().Souths[0].Counters;
        return (counters.Silences, counters.Resubscribed, counters.Reconnected);
    }

    /// <summary>Time passes in steps that leave the gateway time to look.</summary>
    private static async Task StepAsync(TestGateway gateway, TimeSpan time)
    {
        var end = gateway.Clock.TrueNow + time;
        await gateway.UntilLaterAsync(() => gateway.Clock.TrueNow >= end, Half);
    }

    private static async Task OfferUntilFullAsync(TestGateway gateway, CancellationToken cancellationToken)
    {
        for (var offer = 1; ; offer++)
        {
            var text = $"{new string('x', 200_000)}{offer}";
            Reading[] readings = [new("p", DateTimeOffset.UnixEpoch, ReadingValue.From(text))];
            await gateway.South.OfferAsync(offer, readings, cancellationToken);
        }
    }

    private async Task<TestGateway> StartAsync(params ItemConfig[] items)
    {
        var gateway = new TestGateway();
        gateway.Config = Config(gateway, items);
        await gateway.RunAsync();
        return gateway;
    }

    private MeridianConfig Config(TestGateway gateway, params ItemConfig[] items) =>
        new() { Souths = [gateway.South.Config("s", items)], Norths = [_north.Config("n")] };

    private async Task SayAsync(TestGateway gateway, string? group)
    {
        var received = gateway.Account.Received;
        var readings = new Reading[] { new("p", DateTimeOffset.UnixEpoch, ReadingValue.From(_given++)) };
        var content = new ReadingsContent(readings) { Groups = group is null ? [] : [new GroupRun(1, group)] };
        await gateway.South.Context.Intakes.OfferAsync(new Intake(content), default);
        await gateway.UntilAsync(() => gateway.Account.Received > received);
    }

    private ReadingsContent Read(IReadOnlyList<Item> items) => new(items
        .Select(item => new Reading(item.Name, DateTimeOffset.UnixEpoch, ReadingValue.From(_given++)))
        .ToArray());
}
