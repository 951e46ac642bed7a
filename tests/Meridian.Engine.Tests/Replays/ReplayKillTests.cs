using Meridian.Configuration;
using Meridian.Engine.Replays;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Transforms;
using Meridian.Transforms.Aggregates;
using Meridian.Transforms.Selecting;

namespace Meridian.Engine.Tests.Replays;

/// <summary>Replays over restarts and kills, through transforms, and in a journal that is full.</summary>
public sealed class ReplayKillTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TransformSettings[] Transforms =
    [
        new()
        {
            Aggregate = new AggregateSettings { Window = TimeSpan.FromSeconds(10), Kinds = [AggregateKind.Count] },
            When = new SelectionSettings { Points = ["a"] },
        },
        new() { Filter = new FilterSettings { Points = ["d"] } },
    ];

    [Fact]
    public async Task Replay_KilledInTheMiddle_GoesOnWithNoHoleAndItsCounts()
    {
        var peer = new ReplayPeer();
        await using var gateway = await TestGateway.StartAsync(peer.North.Config("n", maxReadings: 10));
        await ReplayTests.GiveAsync(gateway, 500);
        HoldAfter(peer, 200);
        await ReplayTests.StartAsync(gateway, 100);
        await gateway.UntilLaterAsync(() => peer.Of("r1").Count == 200);

        var cut = gateway.Cut();
        await gateway.StopAsync();
        Assert.Equal(200, peer.Of("r1").Count);
        gateway.Folder = cut;
        peer.North.Answer(_ => throw new ConnectorException(Fault.Unreachable, "Away."));
        await gateway.RunAsync();
        var found = ReplayTests.Status(gateway);
        Assert.Equal((ReplayState.Running, found.Done), (found.State, found.Counts.Delivered));
        Assert.InRange(found.Done, 0, 200);
        peer.North.Answer(peer.Take);
        await ReplayTests.UntilCompleteAsync(gateway);

        // What was not stored yet of its place comes again, under the same id.
        var came = peer.Of("r1");
        Assert.Equal(ReplayTests.Range(100, 500), came.Distinct());
        Assert.Equal(400 + 200 - found.Done, came.Count);
        Assert.Equal(400, gateway.Engine.GetStatus().Norths[0].Replayed.Delivered);
        Assert.Equal(500, gateway.North().Delivered);
        Assert.True(gateway.Account.IsBalanced);

        await gateway.StopAsync();
        await gateway.RunAsync();
        Assert.Equal(ReplayState.Complete, ReplayTests.Status(gateway).State);
        Assert.Equal(400, gateway.Engine.GetStatus().Norths[0].Replayed.Delivered);
        await ReplayTests.StartAsync(gateway, 490);
        await ReplayTests.UntilCompleteAsync(gateway, 2);
        Assert.Equal("r2", ReplayTests.Status(gateway, 2).Id);
        Assert.Equal(ReplayTests.Range(490, 500), peer.Of("r2"));
        Assert.Equal(410, gateway.Engine.GetStatus().Norths[0].Replayed.Delivered);
        Assert.Empty(await ReplayTests.StopAndFindCursorsAsync(gateway));
    }

    [Fact]
    public async Task Replay_StoppedInTheMiddle_RepeatsNothing()
    {
        var peer = new ReplayPeer();
        await using var gateway = await TestGateway.StartAsync(peer.North.Config("n", maxReadings: 10));
        await ReplayTests.GiveAsync(gateway, 300);
        HoldAfter(peer, 150);
        await ReplayTests.StartAsync(gateway, 0);
        await gateway.UntilLaterAsync(() => peer.Of("r1").Count == 150);

        await gateway.StopAsync();
        peer.North.Answer(peer.Take);
        await gateway.RunAsync();

        await ReplayTests.UntilCompleteAsync(gateway);
        Assert.Equal(ReplayTests.Range(0, 300), peer.Of("r1"));
    }

    [Fact]
    public async Task Replay_WithTransforms_RemembersFromItsOwnBeginOverKills()
    {
        var peer = new ReplayPeer();
        await using var gateway = await TestGateway.StartAsync(
            peer.North.Config("n", maxReadings: 10) with { Transforms = Transforms });
        var readings = Readings(400);
        await OfferAsync(gateway, readings);
        var account = gateway.Account;
        HoldAfter(peer, 90);
        await ReplayTests.StartAsync(gateway, 101, 395);
        await gateway.UntilLaterAsync(() => peer.Of("r1").Count >= 90);
        gateway.Clock.Advance(TimeSpan.FromSeconds(30));

        var cut = gateway.Cut();
        await gateway.StopAsync();
        gateway.Folder = cut;
        var before = peer.All.Count;
        peer.North.Answer(peer.Take);
        await gateway.RunAsync();
        await ReplayTests.UntilCompleteAsync(gateway);

        var expected = Expected(readings[101..395]);
        Assert.Equal(expected, Distinct(peer));
        Assert.True(peer.All.Count - before < expected.Count);
        var counts = ReplayTests.Status(gateway).Counts;
        Assert.Equal(expected.Count, counts.Delivered + counts.Derived);
        Assert.Equal(readings[101..395].Count(static one => one.Point is not "c"), counts.Filtered);
        Assert.Equal(account, gateway.Account);
        Assert.Empty(await ReplayTests.StopAndFindCursorsAsync(gateway));

        static IReadOnlyList<string> Distinct(ReplayPeer peer) =>
            [.. peer.All.Where(static one => one.Replay is not null).Distinct().Select(static one => one.Text)];
    }

    [Fact]
    public async Task Replay_ToARouteThatWasNarrowed_GoesByTheRoutesOfNow()
    {
        var (peer, other) = (new ReplayPeer(), new SouthPeer());
        await using var gateway = new TestGateway();
        var north = peer.North.Config("n");
        gateway.Config = new MeridianConfig
        {
            Souths = [gateway.South.Config("s"), other.Config("other")],
            Norths = [north],
        };
        await gateway.RunAsync();
        await gateway.UntilLaterAsync(() => other.Subscriptions.Count > 0);
        await ReplayTests.GiveAsync(gateway, 20);
        await other.OfferAsync(1, Readings(30));
        await gateway.UntilAsync(() => gateway.Account is { Received: 50, Waiting: 0 });

        await gateway.Engine.ApplyAsync(
            gateway.Config with { Norths = [north with { From = ["other"] }] }, CancellationToken.None);
        await ReplayTests.StartAsync(gateway, 10);

        await ReplayTests.UntilCompleteAsync(gateway);
        Assert.Equal(ReplayTests.Range(20, 50), peer.Of("r1"));
        Assert.Equal(new ReplayCounts(30, 0, 0, 0, 0, 10), ReplayTests.Status(gateway).Counts);
    }

    [Fact]
    public async Task Replay_ToANorthWithItsOwnCursor_StoresRowsAndMovesNothing()
    {
        var own = new OwnCursorPeer();
        var peer = new ReplayPeer(own);
        own.Answer(batch =>
        {
            own.Put(batch.Cursor);
            return peer.Take(batch);
        });
        await using var gateway = await TestGateway.StartAsync(own.Config("n", maxReadings: 10));
        await ReplayTests.GiveAsync(gateway, 100);
        var live = 0L;
        own.Answer(batch =>
        {
            own.Put(batch.Cursor);
            live += batch.ReplayId is null ? batch.Readings.Length : 0;
            return peer.Take(batch);
        });

        await ReplayTests.StartAsync(gateway, 0);
        await gateway.GiveAsync(25);
        await ReplayTests.UntilCompleteAsync(gateway);
        var cut = gateway.Cut();
        await gateway.StopAsync();
        gateway.Folder = cut;
        await gateway.RunAsync();

        await ReplayTests.GiveAsync(gateway, 25);
        Assert.Equal(ReplayTests.Range(0, 100), peer.Of("r1"));
        Assert.Equal(ReplayTests.Range(0, 150), peer.Live);
        Assert.Equal(50, live);
        Assert.True(gateway.Account.IsBalanced);
    }

    [Fact]
    public async Task Replay_InAFullJournal_LetsGoOfWhatIsNotReadAndHoldsNobody()
    {
        var peer = new ReplayPeer();
        await using var gateway = new TestGateway();
        gateway.ShrinkJournal(maxBytes: 4 << 20, segmentBytes: 256 << 10);
        var journal = gateway.Config.Gateway.Journal with { KeepPassed = TimeSpan.FromDays(1) };
        gateway.Config = gateway.Config with
        {
            Gateway = gateway.Config.Gateway with { Journal = journal },
            Souths = [gateway.South.Config("s")],
            Norths = [peer.North.Config("n", maxReadings: 10)],
        };
        await gateway.RunAsync();
        await OfferLargeAsync(gateway, 0, 100);
        peer.North.Answer(batch =>
            batch.ReplayId is null ? peer.Take(batch) : DeliveryOutcome.Retry("Not those."));
        var begun = await ReplayTests.StartAsync(gateway, 0);
        Assert.Equal((0, 100, false), (begun.From.Value, begun.To.Value, begun.IsCut));

        await OfferLargeAsync(gateway, 100, 300);

        peer.North.Answer(peer.Take);
        await ReplayTests.UntilCompleteAsync(gateway);
        var counts = ReplayTests.Status(gateway).Counts;
        Assert.InRange(counts.Dropped, 50, 300);
        Assert.True(peer.Of("r1").Count < 60);
        Assert.True(gateway.Account.IsBalanced);
        Assert.Equal((400, 0), (gateway.North().Delivered, gateway.North().Dropped));
        Assert.Contains(gateway.Log.Lines, static line => line.Text.Contains(
            "Replay r1 to n: the journal was full and let go of", StringComparison.Ordinal));

        var cut = await ReplayTests.StartAsync(gateway, 5);
        Assert.True(cut.IsCut && cut.From.Value > 100);
        await ReplayTests.UntilCompleteAsync(gateway, 2);
    }

    private static void HoldAfter(ReplayPeer peer, int count) => peer.North.Answer(batch =>
        batch.ReplayId is null || peer.Of(batch.ReplayId).Count < count
            ? peer.Take(batch)
            : DeliveryOutcome.Retry("Enough."));

    private static Reading[] Readings(int count) =>
    [
        .. Enumerable.Range(0, count).Select(static number => new Reading(
            ((string[])["a", "c", "d"])[number % 3], Begin.AddSeconds(number), ReadingValue.From((long)number))),
    ];

    private static IReadOnlyList<string> Expected(Reading[] readings)
    {
        Assert.True(TransformChain.TryCreate(Transforms, out var chain, out _));
        for (var i = 0; i < readings.Length; i++)
        {
            chain.Run(new TransformEntry(readings[i], i, "s", null));
        }

        return [.. chain.Result.Readings.ToArray().Select(static one => $"{one.Point}={one.Value}")];
    }

    private static async Task OfferAsync(TestGateway gateway, Reading[] readings)
    {
        for (var from = 0; from < readings.Length; from += 20)
        {
            await gateway.South.OfferAsync(from, readings[from..(from + 20)]);
        }

        await gateway.UntilAsync(
            () => gateway.Account is { Waiting: 0 } account && account.Received == readings.Length);
    }

    private static async Task OfferLargeAsync(TestGateway gateway, int from, int count)
    {
        var large = ReadingValue.From(new Random(1).GetItems("abcdefgh"u8, 20_000));
        for (var offer = from; offer < from + count; offer++)
        {
            await gateway.South.OfferAsync(offer, [new Reading("p", Begin, large)]);
            await gateway.UntilAsync(() => gateway.Account.Received > offer);
        }

        await gateway.UntilLaterAsync(() => gateway.Account.Waiting == 0);
    }
}
