using Meridian.Engine.Replays;
using Meridian.Engine.Tests.Peers;
using Meridian.Journal;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Replays;

/// <summary>What a North has passed, brought to it once more.</summary>
public sealed class ReplayTests
{
    private readonly ReplayPeer _peer = new();

    [Fact]
    public async Task Replay_FromAPosition_BringsWhatWasPassedUnderItsIdAndTouchesNoAccount()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.North.Config("n", maxReadings: 30));
        await GiveAsync(gateway, 250);
        var account = gateway.Account;

        var begun = await StartAsync(gateway, 40);

        await UntilCompleteAsync(gateway);
        Assert.Equal(("r1", "n", 40, 250), (begun.Id, begun.North, begun.From.Value, begun.To.Value));
        Assert.False(begun.IsCut);
        Assert.Equal(Range(40, 250), _peer.Of("r1"));
        Assert.Equal(Range(0, 250), _peer.Live);
        Assert.Equal(account, gateway.Account);
        Assert.Equal(new ReplayCounts(210, 0, 0, 0, 0, 0), Status(gateway).Counts);
        Assert.Equal((210, 210), (Status(gateway).Done, Status(gateway).Total));
        Assert.Equal(210, gateway.Engine.GetStatus().Norths[0].Replayed.Delivered);
        Assert.Equal(0, gateway.North().Retried);

        await StartAsync(gateway, 240);
        await UntilCompleteAsync(gateway, 2);
        Assert.Equal(Range(240, 250), _peer.Of("r2"));
    }

    [Fact]
    public async Task Replay_WithAnEnd_BringsNothingBehindIt()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.North.Config("n"));
        await GiveAsync(gateway, 100);

        await StartAsync(gateway, 13, 57);

        await UntilCompleteAsync(gateway);
        Assert.Equal(Range(13, 57), _peer.Of("r1"));
    }

    [Fact]
    public async Task Replay_FromATimeToATime_BringsWhatCameToTheJournalBetween()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.North.Config("n"));
        await GiveAsync(gateway, 50);
        gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        var from = gateway.Clock.GetUtcNow();
        await GiveAsync(gateway, 50);
        gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        var to = gateway.Clock.GetUtcNow();
        await GiveAsync(gateway, 50);

        await gateway.Engine.Replays.StartAsync(
            new ReplayOrder { North = "N", From = ReplayPoint.At(from), To = ReplayPoint.At(to) },
            CancellationToken.None);

        await UntilCompleteAsync(gateway);
        Assert.Equal(Range(50, 100), _peer.Of("r1"));
        Assert.False(Status(gateway).IsCut);
    }

    [Fact]
    public async Task Replay_WhileLiveDataComeAndTheNorthGoesAndComes_LeavesTheLiveOrderAlone()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.North.Config("n", maxReadings: 7));
        await GiveAsync(gateway, 400);
        _peer.North.Answer(_ => throw new ConnectorException(Fault.Unreachable, "Away."));
        await StartAsync(gateway, 0);
        await gateway.UntilLaterAsync(() => _peer.North.Connects > 3);
        Assert.Equal(ReplayState.Running, Status(gateway).State);

        var tries = 0;
        _peer.North.Answer(batch => (++tries % 5) switch
        {
            1 => DeliveryOutcome.Retry("Busy."),
            2 => DeliveryOutcome.Retry("Half of it.", deliveredCount: TakeSome(batch, batch.Readings.Length / 2)),
            _ => _peer.Take(batch),
        });
        for (var more = 0; more < 10; more++)
        {
            await gateway.GiveAsync(20);
            await gateway.UntilLaterAsync(() => _peer.All.Count > 400 + (30 * more), TimeSpan.FromSeconds(1));
        }

        await UntilCompleteAsync(gateway);
        await gateway.UntilLaterAsync(() => gateway.Account.Waiting == 0);
        Assert.Equal(Range(0, 600), _peer.Live);
        Assert.Equal(Range(0, 400), _peer.Of("r1"));
        Assert.True(gateway.Account.IsBalanced);
        Assert.Equal(600, gateway.North().Delivered);
    }

    [Fact]
    public async Task Replay_WhileLiveDataWait_LetsThemGoFirst()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.North.Config("n", maxReadings: 10));
        await GiveAsync(gateway, 100);
        using var gate = new SemaphoreSlim(0);
        _peer.North.OnHandle = async (batch, stop) =>
        {
            await gate.WaitAsync(stop);
            return _peer.Take(batch);
        };
        await gateway.GiveAsync(50);
        await StartAsync(gateway, 0, 100);

        gate.Release(1_000);

        await UntilCompleteAsync(gateway);
        var first = _peer.All.Select((one, index) => (one, index)).First(static both => both.one.Replay is not null);
        Assert.Equal(150, first.index);
    }

    [Fact]
    public async Task Replay_CancelledOrOfANorthThatIsGone_EndsWhereItStands()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.North.Config("n", maxReadings: 10));
        await GiveAsync(gateway, 100);
        await HoldReplaysAfterAsync(gateway, 30);
        await StartAsync(gateway, 60);

        await gateway.Engine.Replays.CancelAsync("R1", CancellationToken.None);

        Assert.Equal((ReplayState.Cancelled, 30), (Status(gateway).State, Status(gateway).Done));
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => gateway.Engine.Replays.CancelAsync("r1", CancellationToken.None));
        Assert.Contains("has ended already", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(
            () => gateway.Engine.Replays.CancelAsync("r9", CancellationToken.None));

        await gateway.Engine.ApplyAsync(
            gateway.ConfigWith(new ReplayPeer().North.Config("other")), CancellationToken.None);

        Assert.Equal(ReplayState.Ended, Status(gateway, 2).State);
        Assert.Contains("'n' is not in the configuration", Status(gateway, 2).Reason, StringComparison.Ordinal);
        Assert.Empty(await StopAndFindCursorsAsync(gateway));
        gateway.Config = gateway.ConfigWith(_peer.North.Config("n"));
        await gateway.RunAsync();
        Assert.Equal(
            [ReplayState.Cancelled, ReplayState.Ended],
            gateway.Engine.Replays.List().Select(static replay => replay.State));
    }

    [Fact]
    public async Task Refused_DataOfAReplay_AreCountedAndToldAndNotPutIntoQuarantine()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.North.Config("n", maxReadings: 50));
        await GiveAsync(gateway, 200);
        _peer.North.Answer(batch => batch.Positions.ToArray() is var positions && positions.Contains(77)
            ? DeliveryOutcome.Rejected("It is odd.")
            : positions.Contains(120)
                ? DeliveryOutcome.Rejected([new Rejection(Array.IndexOf(positions, 120L), "It is even.")])
                : positions.Contains(180)
                    ? TakeExcept(batch, Array.IndexOf(positions, 180L))
                    : _peer.Take(batch));

        await StartAsync(gateway, 0);

        await UntilCompleteAsync(gateway);
        Assert.Equal(new ReplayCounts(197, 0, 3, 0, 0, 0), Status(gateway).Counts);
        Assert.Equal(Range(0, 200).Except([77, 120]), _peer.Of("r1").Order());
        Assert.False(File.Exists(gateway.QuarantineOf("n")) && gateway.QuarantineLinesOf("n") > 0);
        Assert.Equal((200, 0), (gateway.North().Delivered, gateway.North().Quarantined));
        Assert.Contains(gateway.Log.Lines, static line =>
            line.Text.Contains("Replay r1: n refused 1 data", StringComparison.Ordinal)
            && line.Text.Contains("position 77 with: It is odd.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Order_ThatCannotBeDone_IsRefusedInWords()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.North.Config("n"));
        await GiveAsync(gateway, 100);
        var time = gateway.Clock.GetUtcNow();

        await AssertRefusedAsync(Order(0) with { North = "m" }, "There is no North 'm' in the configuration");
        await AssertRefusedAsync(Order(-1), "'from' is -1; a position of the journal is 0 or more");
        await AssertRefusedAsync(Order(100), "stands at 100: what lies from 100 on has not been delivered yet");
        await AssertRefusedAsync(Order(50) with { To = ReplayPoint.At(50) }, "not behind its begin at 50; exchange");
        await AssertRefusedAsync(
            new ReplayOrder { North = "n", From = ReplayPoint.At(time), To = ReplayPoint.At(time) }, "exchange them");
        await AssertRefusedAsync(
            new ReplayOrder { North = "n", From = ReplayPoint.At(time + TimeSpan.FromDays(1)) },
            "Data that all Norths have passed stay for 'gateway.journal.keepPassed', which is 00:00:00 now");
        await AssertRefusedAsync(
            new ReplayOrder { North = "n", From = new ReplayPoint() }, "a position or a time; give one of the two");
        Assert.Empty(gateway.Engine.Replays.List());
        Assert.Empty(await StopAndFindCursorsAsync(gateway));

        async Task AssertRefusedAsync(ReplayOrder bad, string words)
        {
            var refused = await Assert.ThrowsAsync<ArgumentException>(
                () => gateway.Engine.Replays.StartAsync(bad, CancellationToken.None));
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Disabled_North_TakesItsReplayUpWhenItIsEnabled()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.North.Config("n"));
        await GiveAsync(gateway, 100);
        var config = gateway.Config;
        await gateway.Engine.ApplyAsync(
            gateway.ConfigWith(config.Norths[0] with { Enabled = false }), CancellationToken.None);

        await StartAsync(gateway, 0);
        Assert.Equal(ReplayState.Running, Status(gateway).State);
        await gateway.Engine.ApplyAsync(config, CancellationToken.None);

        await UntilCompleteAsync(gateway);
        Assert.Equal(Range(0, 100), _peer.Of("r1"));
    }

    internal static ReplayOrder Order(long from) => new() { North = "n", From = ReplayPoint.At(from) };

    internal static IEnumerable<long> Range(int from, int to) =>
        Enumerable.Range(from, to - from).Select(static position => (long)position);

    internal static Task<ReplayStatus> StartAsync(TestGateway gateway, long from, long? to = null) =>
        gateway.Engine.Replays.StartAsync(
            Order(from) with { To = to is { } end ? ReplayPoint.At(end) : null }, CancellationToken.None);

    internal static ReplayStatus Status(TestGateway gateway, int number = 1) =>
        gateway.Engine.Replays.List()[number - 1];

    internal static Task UntilCompleteAsync(TestGateway gateway, int number = 1) =>
        gateway.UntilLaterAsync(() => Status(gateway, number).State == ReplayState.Complete);

    /// <summary>The cursors of replays that the journal has when the gateway has stopped.</summary>
    internal static async Task<IReadOnlyList<string>> StopAndFindCursorsAsync(TestGateway gateway)
    {
        await gateway.StopAsync();
        var options = new JournalOptions { Folder = Path.Combine(gateway.Folder, "journal") };
        await using var journal = await JournalLog.OpenAsync(options);
        return [.. journal.Cursors.Select(static cursor => cursor.Name).Where(ReplayCursor.IsOne)];
    }

    /// <summary>Gives readings and waits until they are delivered.</summary>
    internal static async Task GiveAsync(TestGateway gateway, int count)
    {
        await gateway.GiveAsync(count);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
    }

    private static DeliveryOutcome Except(int index) => DeliveryOutcome.DeliveredExcept([new Rejection(index, "No.")]);

    private DeliveryOutcome TakeExcept(ValuesBatch batch, int index)
    {
        _peer.Take(batch);
        return Except(index);
    }

    private int TakeSome(ValuesBatch batch, int count)
    {
        _peer.Take(batch, count);
        return count;
    }

    /// <summary>A replay of the last 50 that is under way and takes no more after some.</summary>
    private async Task HoldReplaysAfterAsync(TestGateway gateway, int count)
    {
        _peer.North.Answer(batch => _peer.Of(batch.ReplayId).Count < count || batch.ReplayId is null
            ? _peer.Take(batch)
            : DeliveryOutcome.Retry("Enough."));
        await StartAsync(gateway, 50);
        await gateway.UntilLaterAsync(() => Status(gateway).Reason is not null);
    }
}
