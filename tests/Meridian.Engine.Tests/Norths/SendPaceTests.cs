using Meridian.Configuration;
using Meridian.Configuration.Schedules;
using Meridian.Engine.Norths;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Engine.Tests.Norths;

/// <summary>When a North is sent something, and how much at once.</summary>
public sealed class SendPaceTests
{
    private readonly NorthPeer _peer = new();

    [Fact]
    public async Task Schedule_Ticks_AndEverythingThatWaitsGoesAndNothingElse()
    {
        await using var gateway = await StartAsync(new BatchConfig { MaxReadings = 4, Schedule = EveryMinute });
        await gateway.GiveAsync(10, perOffer: 5);
        gateway.Clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(0, _peer.Tries);

        await gateway.UntilLaterAsync(() => gateway.Account is { Delivered: 10, Waiting: 0, IsBalanced: true });
        var tries = _peer.Tries;
        await gateway.GiveAsync(5);
        gateway.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((tries, 5), (_peer.Tries, gateway.North().Waiting));

        await gateway.UntilLaterAsync(() => gateway.Account is { Delivered: 15, Waiting: 0, IsBalanced: true });
    }

    [Fact]
    public async Task Schedule_TickedWhileTheNorthWasAway_IsNotWaitedForAgain()
    {
        var isAway = true;
        _peer.OnConnect = _ => isAway ? throw new ConnectorException(Fault.Unreachable, "Away.") : Task.CompletedTask;
        await using var gateway = await StartAsync(
            new BatchConfig { Schedule = new PeriodSchedule(TimeSpan.FromDays(1)) });
        await gateway.GiveAsync(5);
        gateway.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, _peer.Tries);

        isAway = false;
        var before = gateway.Clock.GetUtcNow();
        await gateway.UntilLaterAsync(() => gateway.Account.Delivered == 5);
        Assert.True(gateway.Clock.GetUtcNow() - before < TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Schedule_OfAStoppingGateway_IsNotAnticipated()
    {
        await using var gateway = await StartAsync(
            new BatchConfig { Schedule = new PeriodSchedule(TimeSpan.FromDays(1)) });
        await gateway.GiveAsync(5);

        var before = gateway.Clock.GetUtcNow();
        await gateway.StopAsync();

        Assert.Equal(0, _peer.Tries);
        Assert.True(gateway.Clock.GetUtcNow() - before < TimeSpan.FromSeconds(5), "A stop does not wait for it.");
        await gateway.RunAsync();
        Assert.Equal(5, gateway.North().Waiting);
    }

    [Fact]
    public async Task MinDelay_LiesBetweenTwoSends()
    {
        var sent = new List<DateTimeOffset>();
        await using var gateway = new TestGateway();
        _peer.Answer(batch =>
        {
            sent.Add(gateway.Clock.GetUtcNow());
            return _peer.StoreAll(batch);
        });
        gateway.Config = new()
        {
            Souths = [gateway.South.Config("s")],
            Norths =
            [
                _peer.Config("n") with
                {
                    Batch = new BatchConfig { MaxReadings = 3, MinDelay = TimeSpan.FromSeconds(5) },
                },
            ],
        };
        await gateway.RunAsync();

        await gateway.GiveAsync(12, perOffer: 12);
        await gateway.UntilLaterAsync(() => gateway.Account.Delivered == 12);

        Assert.Equal(4, sent.Count);
        Assert.All(
            sent.Zip(sent.Skip(1)),
            static pair => Assert.InRange(
                pair.Second - pair.First, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6)));
    }

    [Fact]
    public async Task MaxBytes_OfABatch_AreKeptAndWhatIsLargerAloneGoesAlone()
    {
        var sizes = new List<int>();
        _peer.OnHandle = (batch, _) =>
        {
            sizes.Add(batch.Readings.Length);
            return ValueTask.FromResult(Sdk.North.DeliveryOutcome.Delivered);
        };
        await using var gateway = await StartAsync(new BatchConfig { MaxBytes = new ByteSize(100) });
        Reading[] readings =
        [
            .. Enumerable.Repeat(Of(8), 5), Of(1_000), .. Enumerable.Repeat(Of(8), 4), Of(60),
        ];

        await gateway.South.OfferAsync(1, readings);

        await gateway.UntilAsync(() => gateway.Account is { Delivered: 11, IsBalanced: true });
        Assert.Equal([4, 1, 1, 4, 1], sizes);
    }

    [Fact]
    public void Size_OfAReading_CountsNameAndValue()
    {
        Assert.Equal(16 + 1 + 8, ReadingSize.Of(new Reading("p", default, ReadingValue.From(1.5))));
        Assert.Equal(16 + 3 + 1, ReadingSize.Of(new Reading("pü", default, ReadingValue.From(true))));
        Assert.Equal(16 + 1 + 4, ReadingSize.Of(new Reading("p", default, ReadingValue.From("xyü"))));
        Assert.Equal(16 + 1 + 3, ReadingSize.Of(new Reading("p", default, ReadingValue.From(new byte[3]))));
        Assert.Equal(16 + 1, ReadingSize.Of(new Reading("p", default, default)));
    }

    private static PeriodSchedule EveryMinute => new(TimeSpan.FromMinutes(1));

    private static Reading Of(int bytes) =>
        new("p", DateTimeOffset.UnixEpoch, ReadingValue.From(new string('x', bytes - 1)));

    private Task<TestGateway> StartAsync(BatchConfig batch) =>
        TestGateway.StartAsync(_peer.Config("n") with { Batch = batch });
}
