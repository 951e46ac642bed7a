using Meridian.Engine.Quarantine;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Quarantine;

/// <summary>What lies in quarantine is looked at, tried once more, or given up.</summary>
public sealed class NorthQuarantineTests
{
    private readonly NorthPeer _peer = new();
    private bool _isMended;

    public NorthQuarantineTests() => _peer.Answer(AnswerOf(_peer));

    [Fact]
    public async Task List_InPages_GivesEachDatumOnceInOrder()
    {
        await using var gateway = await StartWithPoisonAsync();
        var quarantine = gateway.Engine.Quarantine("N");

        var first = await quarantine.ListAsync(null, 3, default);
        var second = await quarantine.ListAsync(first.Next, 3, default);

        Assert.Equal([3L, 8, 13], first.Data.Select(static datum => datum.Position));
        Assert.Equal([18L], second.Data.Select(static datum => datum.Position));
        Assert.Null(second.Next);
        Assert.Equal(4, quarantine.Count);
        Assert.Equal("Poison.", first.Data[0].Reason);
        Assert.Equal(8, first.Data[1].Reading!.Value.Value.AsInt64());
        await Assert.ThrowsAsync<ArgumentException>(() => quarantine.ListAsync("x", 3, default));
        var unknown = Assert.Throws<ArgumentException>(() => gateway.Engine.Quarantine("m"));
        Assert.Contains("known: n", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_OfWhatIsTakenNow_LeavesTheQuarantineForGood()
    {
        await using var gateway = await StartWithPoisonAsync();
        _isMended = true;

        var outcome = await RetryAsync(gateway, null);

        Assert.Equal(new QuarantineRetry(4, 0, 0, null), outcome);
        Assert.Equal([3L, 8, 13, 18], _peer.Stored.TakeLast(4));
        Check(gateway, delivered: 20, quarantined: 0, dropped: 0);
        Assert.Empty((await gateway.Engine.Quarantine("n").ListAsync(null, 10, default)).Data);
        Assert.Equal(new QuarantineRetry(0, 0, 0, null), await RetryAsync(gateway, null));

        await gateway.StopAsync();
        await gateway.RunAsync();
        Check(gateway, delivered: 20, quarantined: 0, dropped: 0);
        await gateway.GiveAsync(5);
        await gateway.UntilAsync(() => gateway.North() is { Delivered: 25, Waiting: 0, IsBalanced: true });
        Assert.Equal(25, _peer.Stored.Count);
    }

    [Fact]
    public async Task Retry_OfSome_LeavesTheOthers()
    {
        await using var gateway = await StartWithPoisonAsync();
        _isMended = true;

        Assert.Equal(new QuarantineRetry(2, 0, 0, null), await RetryAsync(gateway, [8, 18, 4]));

        Check(gateway, delivered: 18, quarantined: 2, dropped: 0);
        var left = await gateway.Engine.Quarantine("n").ListAsync(null, 10, default);
        Assert.Equal([3L, 13], left.Data.Select(static datum => datum.Position));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Retry_OfWhatIsRefusedAgain_StaysAndTheOthersGo(bool isNamed)
    {
        await using var gateway = await StartWithPoisonAsync();
        _peer.Answer(batch => batch.Positions.ToArray().AsSpan().IndexOf(13) is >= 0 and var index
            ? isNamed ? DeliveryOutcome.Rejected([new Rejection(index, "Still.")]) : DeliveryOutcome.Rejected("Still.")
            : _peer.StoreAll(batch));

        Assert.Equal(new QuarantineRetry(3, 1, 0, "Still."), await RetryAsync(gateway, null));

        Check(gateway, delivered: 19, quarantined: 1, dropped: 0);
    }

    [Fact]
    public async Task Retry_ThatTheDestinationPutsOff_GoesOnBehindWhatItTook()
    {
        await using var gateway = await StartWithPoisonAsync();
        _isMended = true;
        var isFirst = true;
        _peer.Answer(batch =>
        {
            if (!isFirst)
            {
                return _peer.StoreAll(batch);
            }

            isFirst = false;
            _peer.Store(batch, [0, 1]);
            return DeliveryOutcome.Retry("Busy.", TimeSpan.FromSeconds(5), deliveredCount: 2);
        });

        Assert.Equal(new QuarantineRetry(4, 0, 0, null), await RetryAsync(gateway, null));
        Assert.Equal([3L, 8, 13, 18], _peer.Stored.TakeLast(4));
        Check(gateway, delivered: 20, quarantined: 0, dropped: 0);
    }

    [Fact]
    public async Task Retry_GivenUpWhileTheDestinationIsBusy_TellsWhatIsLeft()
    {
        await using var gateway = await StartWithPoisonAsync();
        _peer.Answer(_ => DeliveryOutcome.Retry("Busy."));
        using var given = new CancellationTokenSource();
        var tries = _peer.Tries;
        var retry = gateway.Engine.Quarantine("n").RetryAsync(null, given.Token);
        await gateway.UntilAsync(() => _peer.Tries > tries);

        await given.CancelAsync();

        Assert.Equal(new QuarantineRetry(0, 0, 4, "It was cancelled."), await retry);
        Check(gateway, delivered: 16, quarantined: 4, dropped: 0);
    }

    [Fact]
    public async Task Retry_ThatCutsTheConnection_EndsWithTheReasonAndTheNorthGoesOn()
    {
        await using var gateway = await StartWithPoisonAsync();
        _peer.Answer(_ => throw new ConnectorException(Fault.Unreachable, "Cut."));

        Assert.Equal(new QuarantineRetry(0, 0, 4, "Cut."), await RetryAsync(gateway, null));

        _peer.Answer(_peer.StoreAll);
        await gateway.GiveAsync(5);
        await gateway.UntilLaterAsync(() => gateway.North() is { Delivered: 21, Quarantined: 4, IsBalanced: true });
    }

    [Fact]
    public async Task Retry_OfANorthThatIsStopped_IsCancelled()
    {
        await using var gateway = await StartWithPoisonAsync();
        _peer.OnConnect = _ => throw new ConnectorException(Fault.Misconfigured, "Off.");
        await gateway.StopAsync();
        await gateway.RunAsync();
        var retry = gateway.Engine.Quarantine("n").RetryAsync(null, CancellationToken.None);

        await gateway.StopAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => retry);
    }

    [Fact]
    public async Task Discard_CountsAsDroppedForGood()
    {
        await using var gateway = await StartWithPoisonAsync();

        Assert.Equal(2, await gateway.Engine.Quarantine("n").DiscardAsync([3, 13, 4], default));
        Check(gateway, delivered: 16, quarantined: 2, dropped: 2);
        Assert.Equal(2, gateway.North().Discarded);
        Assert.Equal(2, await gateway.Engine.Quarantine("n").DiscardAsync(null, default));
        Assert.Equal(0, await gateway.Engine.Quarantine("n").DiscardAsync(null, default));

        gateway.Folder = await CutAndStopAsync(gateway);
        await gateway.RunAsync();
        await gateway.UntilLaterAsync(() => gateway.North().Waiting == 0);
        Check(gateway, delivered: 16, quarantined: 0, dropped: 4);
        Assert.Empty((await gateway.Engine.Quarantine("n").ListAsync(null, 10, default)).Data);
    }

    [Fact]
    public async Task Retry_OfAFile_GivesItWholeAndDeletesTheCopy()
    {
        var north = new FilePeer(takesValues: false) { OnFile = static (_, _) => DeliveryOutcome.Rejected("Shut.") };
        await using var gateway = new TestGateway();
        gateway.Config = new()
        {
            Souths = [gateway.South.Config("s", SouthPeer.FilesOf("f", new FileRules()))],
            Norths = [north.Config("n")],
        };
        await gateway.RunAsync();
        gateway.South.Files["report"] = new PeerFile("whole"u8.ToArray(), gateway.Clock.GetUtcNow());
        await gateway.UntilLaterAsync(() => gateway.North() is { Quarantined: 1, Waiting: 0 });
        var page = await gateway.Engine.Quarantine("n").ListAsync(null, 10, default);
        Assert.Equal("report", Assert.Single(page.Data).FileName);

        north.OnFile = static (_, _) => DeliveryOutcome.Delivered;
        Assert.Equal(new QuarantineRetry(1, 0, 0, null), await RetryAsync(gateway, null));

        Assert.Equal(["report=whole"], north.Files);
        Check(gateway, delivered: 1, quarantined: 0, dropped: 0);
        Assert.Empty(Directory.GetFiles(Path.ChangeExtension(gateway.QuarantineOf("n"), "files")));
    }

    [Theory]
    [InlineData(KillAt.BeforeTheDestination)]
    [InlineData(KillAt.AfterTheDestination)]
    [InlineData(KillAt.BeforeTheLine)]
    [InlineData(KillAt.AfterTheLine)]
    public async Task Retry_KilledAtAnyMoment_IsExactWhereTheDestinationKeepsTheCursor(KillAt moment)
    {
        var peer = new OwnCursorPeer();
        var plain = AnswerOf(peer);
        peer.Answer(batch => plain(batch) is { Kind: DeliveryOutcomeKind.Rejected } no ? no : Put(peer, batch));
        await using var gateway = await TestGateway.StartAsync(peer.Config("n"));
        await GivePoisonAsync(gateway);
        _isMended = true;
        var isOver = false;
        var cut = string.Empty;
        peer.Answer(batch =>
        {
            if (isOver)
            {
                return Put(peer, batch, isStored: false);
            }

            isOver = true;
            cut = moment == KillAt.BeforeTheDestination ? gateway.Cut() : cut;
            if (moment != KillAt.BeforeTheDestination)
            {
                peer.Commit(batch);
            }

            cut = moment == KillAt.AfterTheDestination ? gateway.Cut() : cut;
            return DeliveryOutcome.Delivered;
        });
        await RetryAsync(gateway, null);
        cut = cut.Length > 0 ? cut : gateway.Cut();
        await gateway.StopAsync();
        if (moment == KillAt.BeforeTheLine)
        {
            CutLastLine(Path.Combine(cut, "quarantine", "n.jsonl"));
        }

        gateway.Folder = cut;
        peer.Answer(peer.Commit);
        await gateway.RunAsync();
        var isDelivered = moment != KillAt.BeforeTheDestination;
        await gateway.UntilLaterAsync(
            () => gateway.North() is { Waiting: 0, IsBalanced: true } account
                && account.Quarantined == (isDelivered ? 0 : 4));
        await RetryAsync(gateway, null);

        Check(gateway, delivered: 20, quarantined: 0, dropped: 0);
        Assert.Equal(Enumerable.Range(0, 20).Select(static number => (long)number), peer.Stored.Order());
    }

    [Fact]
    public async Task Retry_KilledBeforeItsLine_IsKnownByTheCursorWhereTheDestinationKeepsNone()
    {
        await using var gateway = await StartWithPoisonAsync();
        _isMended = true;
        await RetryAsync(gateway, null);
        gateway.Folder = await CutAndStopAsync(gateway);
        CutLastLine(gateway.QuarantineOf("n"));

        await gateway.RunAsync();

        await gateway.UntilLaterAsync(() => gateway.North() is { Delivered: 20, Quarantined: 0, IsBalanced: true });
        Assert.Equal(20, _peer.Stored.Distinct().Count());
    }

    public enum KillAt
    {
        BeforeTheDestination,
        AfterTheDestination,
        BeforeTheLine,
        AfterTheLine,
    }

    private static DeliveryOutcome Put(OwnCursorPeer peer, ValuesBatch batch, bool isStored = true)
    {
        if (isStored)
        {
            peer.Put(batch.Cursor);
        }

        return DeliveryOutcome.Delivered;
    }

    private Func<ValuesBatch, DeliveryOutcome> AnswerOf(NorthPeer peer) => batch =>
        !_isMended && batch.Positions.ToArray().Any(static position => position % 5 == 3)
            ? DeliveryOutcome.Rejected("Poison.")
            : peer.StoreAll(batch);

    private async Task<TestGateway> StartWithPoisonAsync()
    {
        var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await GivePoisonAsync(gateway);
        return gateway;
    }

    private static async Task GivePoisonAsync(TestGateway gateway)
    {
        await gateway.GiveAsync(20);
        await gateway.UntilAsync(
            () => gateway.North() is { Delivered: 16, Quarantined: 4, Waiting: 0, IsBalanced: true });
    }

    private static void CutLastLine(string path)
    {
        var lines = File.ReadAllLines(path);
        Assert.Contains("\"delivered\"", lines[^1], StringComparison.Ordinal);
        File.WriteAllLines(path, lines[..^1]);
    }

    private static async Task<string> CutAndStopAsync(TestGateway gateway)
    {
        var cut = gateway.Cut();
        await gateway.StopAsync();
        return cut;
    }

    /// <summary>Asks, and lets the clock run until the answer is there.</summary>
    private static async Task<QuarantineRetry> RetryAsync(TestGateway gateway, long[]? positions)
    {
        var retry = gateway.Engine.Quarantine("n").RetryAsync(positions, CancellationToken.None);
        await gateway.UntilLaterAsync(() => retry.IsCompleted);
        return await retry;
    }

    private static void Check(TestGateway gateway, long delivered, long quarantined, long dropped)
    {
        var account = gateway.North();
        Assert.Equal((delivered, quarantined, dropped), (account.Delivered, account.Quarantined, account.Dropped));
        Assert.True(account.IsBalanced);
        Assert.True(gateway.Account.IsBalanced);
        var all = gateway.Account;
        Assert.Equal((delivered, quarantined, dropped), (all.Delivered, all.Quarantined, all.Dropped));
    }
}
