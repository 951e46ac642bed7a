using System.Security.Cryptography;
using Meridian.Configuration;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;
using Meridian.Transforms.Thinning;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Tests.Norths;

/// <summary>What happens when a North is further behind than it may be.</summary>
public sealed class LagTests
{
    private static readonly LagConfig Block = new() { MaxBytes = new ByteSize(20_000) };

    private static readonly LagConfig Drop =
        new() { MaxBytes = new ByteSize(30_000), WhenFull = LagPolicy.DropOldest };

    private const int PerOffer = 50;

    private readonly NorthPeer _peer = new();

    [Fact]
    public async Task Lag_ThatBlocks_LetsItsOwnSouthsWaitAndNoOthers()
    {
        var (other, second) = (new SouthPeer(), new NorthPeer());
        _peer.Answer(_ => DeliveryOutcome.Retry("Busy."));
        await using var gateway = new TestGateway();
        gateway.Config = new()
        {
            Souths = [gateway.South.Config("s"), other.Config("other")],
            Norths =
            [
                _peer.Config("n") with { From = ["s"], Lag = Block }, second.Config("second") with { From = ["other"] },
            ],
        };
        await gateway.RunAsync();
        await gateway.UntilAsync(() => gateway.Engine.GetStatus().Souths[1].Connector.State == ConnectorState.Running);

        var offered = OfferManyAsync(gateway, gateway.South, 20);
        await gateway.UntilAsync(
            () => gateway.Engine.GetStatus().Journal is { IsHolding: true, WaitingAppends: 1 });
        Assert.Equal("n", gateway.Engine.GetStatus().Journal.BlockingCursor);
        var stored = gateway.South.Stored.Count;
        Assert.InRange(stored, 1, 19);

        second.OnHandle = (_, _) => ValueTask.FromResult(DeliveryOutcome.Delivered);
        for (var offer = 0; offer < 30; offer++)
        {
            await other.OfferAsync(offer, Large(0));
            await gateway.UntilAsync(() => other.Stored.Count == offer + 1);
        }

        Assert.Equal(stored, gateway.South.Stored.Count);
        Assert.True(gateway.Account.IsBalanced);

        // The two Souths share the positions, so the values of this one are not its positions.
        _peer.OnHandle = (_, _) => ValueTask.FromResult(DeliveryOutcome.Delivered);
        await gateway.UntilLaterAsync(() => offered.IsCompleted && gateway.South.Stored.Count == 20);
        await gateway.UntilLaterAsync(() => gateway.Account is { Waiting: 0, Dropped: 0, IsBalanced: true });
        Assert.Equal((1_000, 1_500), (gateway.North(0).Delivered, gateway.North(1).Delivered));
    }

    [Fact]
    public async Task Lag_InData_BlocksOrDropsAsInBytes()
    {
        _peer.Answer(_ => DeliveryOutcome.Retry("Busy."));
        var block = new LagConfig { MaxData = 200 };
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n") with { Lag = block });

        var offered = OfferManyAsync(gateway, gateway.South, 20);
        await gateway.UntilAsync(() => gateway.Engine.GetStatus().Journal.IsHolding);
        Assert.InRange(gateway.North().Waiting, 201, 350);
        _peer.Answer(_peer.StoreAll);
        await gateway.UntilLaterAsync(() => offered.IsCompleted && gateway.Account is { Delivered: 1_000 });
        await gateway.StopAsync();

        _peer.Answer(_ => DeliveryOutcome.Retry("Busy."));
        var drop = block with { WhenFull = LagPolicy.DropOldest };
        gateway.ShrinkJournal(maxBytes: 100_000_000, segmentBytes: 64 << 10);
        gateway.Config = gateway.ConfigWith(_peer.Config("n") with { Lag = drop });
        await gateway.RunAsync();
        await OfferManyAsync(gateway, gateway.South, 100);
        await gateway.UntilLaterAsync(() => gateway.North().Dropped > 0);
        _peer.Answer(_peer.StoreAll);
        await gateway.UntilLaterAsync(() => gateway.Account is { Waiting: 0, IsBalanced: true });
        Assert.Equal(6_000, gateway.North().Delivered + gateway.North().Dropped);
    }

    [Fact]
    public async Task Lag_ThatBlocks_DoesNotHoldWhatItsOwnTransformsStore()
    {
        _peer.OnHandle = (_, _) => ValueTask.FromResult(DeliveryOutcome.Delivered);
        var config = _peer.Config("n", maxReadings: 50) with
        {
            Lag = Block,
            Transforms = [new() { Deadband = new DeadbandSettings { Absolute = 0 } }],
        };
        await using var gateway = await TestGateway.StartAsync(config);

        var offered = OfferManyAsync(gateway, gateway.South, 60);

        await gateway.UntilLaterAsync(
            () => offered.IsCompleted && gateway.South.Stored.Count == 60, TimeSpan.FromSeconds(1));
        await gateway.UntilLaterAsync(() => gateway.Account is { Waiting: 0, IsBalanced: true });
    }

    [Fact]
    public async Task Lag_ThatBlocks_FollowsTheSouthsOfTheConfiguration()
    {
        var other = new SouthPeer();
        _peer.Answer(_ => DeliveryOutcome.Retry("Busy."));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n") with { Lag = Block });
        var offered = OfferManyAsync(gateway, gateway.South, 20);
        await gateway.UntilAsync(
            () => gateway.Engine.GetStatus().Journal is { IsHolding: true, WaitingAppends: 1 });

        var next = gateway.Config with { Souths = [gateway.Config.Souths[0], other.Config("other")] };
        Assert.True(await gateway.Engine.ApplyAsync(next, CancellationToken.None));
        await gateway.UntilAsync(() => gateway.Engine.GetStatus().Souths[1].Connector.State == ConnectorState.Running);

        var others = OfferManyAsync(gateway, other, 20);
        await gateway.UntilAsync(() => gateway.Engine.GetStatus().Journal.WaitingAppends == 2);
        Assert.Empty(other.Stored);

        _peer.OnHandle = (_, _) => ValueTask.FromResult(DeliveryOutcome.Delivered);
        await gateway.UntilLaterAsync(() => offered.IsCompleted && others.IsCompleted && other.Stored.Count == 20);
        await gateway.UntilLaterAsync(() => gateway.Account is { Delivered: 2_000, Waiting: 0, IsBalanced: true });
    }

    [Fact]
    public async Task Lag_ThatDrops_CountsWhatItLetGoAndKeepsTheCountOverAKill()
    {
        _peer.Answer(_ => DeliveryOutcome.Retry("Busy."));
        await using var gateway = await StartDroppingAsync();

        await OfferManyAsync(gateway, gateway.South, 40);
        await gateway.UntilLaterAsync(() => gateway.Log.Count(LogLevel.Error, "See its 'lag'.") > 0);
        var account = gateway.North();
        Assert.InRange(account.Dropped, 1, 1_999);
        Assert.Equal(2_000, account.Routed);
        Assert.True(gateway.Account.IsBalanced, gateway.Account.ToString());

        // The tally may not be on the disk yet, though what the journal let go of is.
        var cut = gateway.Cut();
        await gateway.StopAsync();
        gateway.Folder = cut;
        _peer.Answer(_peer.StoreAll);
        await gateway.RunAsync();
        await gateway.UntilLaterAsync(() => gateway.Account is { Waiting: 0, IsBalanced: true });
        account = gateway.North();
        Assert.InRange(account.Dropped, 1, 1_999);
        Assert.Equal(2_000, account.Delivered + account.Dropped);
        Assert.Equal(account.Delivered, _peer.Stored.Count);
        Assert.Equal(account.Dropped, _peer.Stored[0]);
    }

    [Fact]
    public async Task Lag_ThatDropsWhatIsOnItsWay_CountsWhatTheDestinationTookAsDelivered()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        _peer.OnHandle = async (batch, cancellationToken) =>
        {
            asked.TrySetResult();
            await answer.Task.WaitAsync(cancellationToken);
            return batch.Positions.Span[0] == 0 ? Prefix(batch) : _peer.StoreAll(batch);
        };
        await using var gateway = await StartDroppingAsync();
        await OfferManyAsync(gateway, gateway.South, 1);
        await asked.Task;

        await OfferManyAsync(gateway, gateway.South, 39);
        await gateway.UntilAsync(() => gateway.North().Dropped > 0);
        Assert.True(gateway.North().IsBalanced);
        answer.SetResult();

        await gateway.UntilLaterAsync(() => gateway.Account is { Waiting: 0, IsBalanced: true });
        Assert.Equal(2_000, gateway.North().Delivered + gateway.North().Dropped);
        Assert.Equal(gateway.North().Delivered, _peer.Stored.Count);
        Assert.Equal([0L, 1, 2], _peer.Stored.Take(3));
        Assert.True(_peer.Stored[3] >= PerOffer);
    }

    [Fact]
    public async Task Lag_ThatDrops_TakesQuarantinedDataForWhatTheyAre()
    {
        var isBusy = false;
        _peer.Answer(batch => isBusy ? DeliveryOutcome.Retry("Busy.")
            : batch.Positions.Span[0] % 2 == 0 ? DeliveryOutcome.Rejected("Even.") : _peer.StoreAll(batch));
        await using var gateway = await StartDroppingAsync(maxReadings: 1);
        await OfferManyAsync(gateway, gateway.South, 1);
        await gateway.UntilAsync(() => gateway.North() is { Quarantined: 25, Waiting: 0 });

        isBusy = true;
        await OfferManyAsync(gateway, gateway.South, 40);
        await gateway.UntilLaterAsync(() => gateway.North() is { Dropped: > 0, Quarantined: 25, IsBalanced: true });
        var cut = gateway.Cut();
        await gateway.StopAsync();

        // The cursor's place is as old as the kill found it; the quarantine is not.
        gateway.Folder = cut;
        await gateway.RunAsync();
        await gateway.UntilLaterAsync(() => gateway.North() is { Dropped: > 0, Quarantined: 25, IsBalanced: true });
    }

    [Fact]
    public async Task Lag_ThatShallDropFromNowOn_TakesEffectAtTheNextStart()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));

        Assert.False(await gateway.Engine.ApplyAsync(
            gateway.ConfigWith(_peer.Config("n") with { Lag = Drop }), CancellationToken.None));
        Assert.True(await gateway.Engine.ApplyAsync(
            gateway.ConfigWith(_peer.Config("n") with { Lag = Drop, From = ["s"] }), CancellationToken.None));
    }

    private DeliveryOutcome Prefix(ValuesBatch batch)
    {
        _peer.Store(batch, Enumerable.Range(0, 3));
        return DeliveryOutcome.Retry("Full.", deliveredCount: 3);
    }

    private async Task<TestGateway> StartDroppingAsync(int maxReadings = 10_000)
    {
        var gateway = new TestGateway();
        gateway.Config = new()
        {
            Gateway = new GatewayConfig { DrainTime = TimeSpan.FromSeconds(1) },
            Souths = [gateway.South.Config("s")],
            Norths = [_peer.Config("n", maxReadings) with { Lag = Drop }],
        };
        gateway.ShrinkJournal(maxBytes: 64 << 20, segmentBytes: 6_000);
        await gateway.RunAsync();
        return gateway;
    }

    /// <summary>Offers large readings, each offer when the one before is on disk.</summary>
    private static async Task OfferManyAsync(TestGateway gateway, SouthPeer south, int count)
    {
        var before = south.Stored.Count;
        for (var offer = 0; offer < count; offer++)
        {
            await south.OfferAsync(offer, Large(PerOffer * (before + offer)));
            await gateway.UntilAsync(() => south.Stored.Count > before + offer);
        }
    }

    /// <summary>Readings of about 100 bytes each on disk, with their numbers as values.</summary>
    private static Reading[] Large(int first) =>
    [
        .. Enumerable.Range(first, PerOffer).Select(number => new Reading(
            Convert.ToHexString(SHA256.HashData(BitConverter.GetBytes(number))),
            DateTimeOffset.UnixEpoch,
            ReadingValue.From((long)number))),
    ];
}
