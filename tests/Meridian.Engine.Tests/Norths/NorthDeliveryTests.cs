using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Tests.Norths;

public sealed class NorthDeliveryTests
{
    private readonly NorthPeer _peer = new();

    [Fact]
    public async Task North_ThatTakesAll_HasEverythingOnceInOrder()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings: 7));

        await gateway.GiveAsync(1000, perOffer: 33);

        await gateway.UntilAsync(() => gateway.Account is { Delivered: 1000, Waiting: 0, IsBalanced: true });
        Assert.Equal(Numbers(1000), _peer.Stored);
    }

    [Fact]
    public async Task North_AsksToRetryAfterAPrefix_GoesOnBehindItWhenItAskedTo()
    {
        var tries = new List<(long First, int Count)>();
        _peer.Answer(batch =>
        {
            lock (tries)
            {
                tries.Add((batch.Positions.Span[0], batch.Positions.Length));
                if (tries.Count > 1)
                {
                    return _peer.StoreAll(batch);
                }
            }

            _peer.Store(batch, Enumerable.Range(0, 3));
            return DeliveryOutcome.Retry("Busy.", TimeSpan.FromSeconds(5), deliveredCount: 3);
        });
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.GiveAsync(10);

        await gateway.UntilAsync(() => gateway.NorthState().NextTry is not null);
        Assert.Equal(ConnectorState.Retrying, gateway.NorthState().State);
        Assert.Equal("Busy.", gateway.NorthState().Reason);
        Assert.Equal(gateway.Clock.GetUtcNow().AddSeconds(5), gateway.NorthState().NextTry);
        Assert.Equal(3, gateway.North().Delivered);
        gateway.Clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(1, _peer.Tries);

        await gateway.UntilLaterAsync(() => gateway.Account.Waiting == 0);
        Assert.Equal([(0, 10), (3, 7)], tries);
        Assert.Equal(Numbers(10), _peer.Stored);
        Assert.Equal(ConnectorState.Running, gateway.NorthState().State);
        Assert.True(gateway.Account.IsBalanced);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public async Task North_AsksToRetryAtOnceOrNever_IsAskedAgainWithinReason(int seconds)
    {
        _peer.Answer(batch => _peer.Tries == 1
            ? DeliveryOutcome.Retry("Busy.", TimeSpan.FromSeconds(seconds))
            : _peer.StoreAll(batch));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.GiveAsync(1);

        await gateway.UntilAsync(() => gateway.NorthState().NextTry is not null);
        Assert.InRange(
            gateway.NorthState().NextTry!.Value - gateway.Clock.GetUtcNow(),
            TimeSpan.FromMilliseconds(50),
            TimeSpan.FromHours(1));

        await gateway.UntilLaterAsync(() => gateway.Account.Delivered == 1, step: TimeSpan.FromHours(1));
        Assert.Equal(1, _peer.Instances);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    public async Task North_RejectsABatchWithoutNames_QuarantinesTheCulpritsAlone(int maxReadings)
    {
        int[] culprits = [0, 7, 8, 40, 63];
        _peer.Answer(batch => batch.Positions.ToArray().Any(position => culprits.Contains((int)position))
            ? DeliveryOutcome.Rejected("It is poison.")
            : _peer.StoreAll(batch));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings));

        await gateway.GiveAsync(64);

        await gateway.UntilAsync(() => gateway.Account is { Waiting: 0, IsBalanced: true });
        Assert.Equal(Numbers(64).Where(position => !culprits.Contains((int)position)), _peer.Stored);
        Assert.Equal((59, 5), (gateway.Account.Delivered, gateway.Account.Quarantined));
        Assert.Equal(5, gateway.QuarantineLinesOf("n"));
        Assert.Equal(ConnectorState.Running, gateway.NorthState().State);
        Assert.Equal(1, gateway.Log.Count(LogLevel.Error, "refused"));
    }

    [Fact]
    public async Task North_RejectsByName_HasTheRestOnlyWhenTheNamedAreInQuarantine()
    {
        await using var gateway = new TestGateway();
        var linesAtDelivery = -1;
        _peer.Answer(batch =>
        {
            var named = Enumerable.Range(0, batch.Positions.Length)
                .Where(i => batch.Positions.Span[i] is 2 or 4)
                .ToArray();
            if (named.Length > 0)
            {
                return DeliveryOutcome.Rejected([.. named.Select(index => new Rejection(index, "No."))]);
            }

            linesAtDelivery = gateway.QuarantineLinesOf("n");
            return _peer.StoreAll(batch);
        });
        gateway.Config = new() { Souths = [gateway.South.Config("s")], Norths = [_peer.Config("n")] };
        await gateway.RunAsync();

        await gateway.GiveAsync(6);

        await gateway.UntilAsync(
            () => gateway.Account is { Delivered: 4, Quarantined: 2, Waiting: 0, IsBalanced: true });
        Assert.Equal([0L, 1, 3, 5], _peer.Stored);
        Assert.Equal(2, linesAtDelivery);
    }

    [Fact]
    public async Task North_DeliversAllButSome_QuarantinesThose()
    {
        _peer.Answer(batch =>
        {
            var last = batch.Positions.Length - 1;
            _peer.Store(batch, Enumerable.Range(1, last));
            return DeliveryOutcome.DeliveredExcept([new Rejection(0, "No.")]);
        });
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings: 5));

        await gateway.GiveAsync(10, perOffer: 5);

        await gateway.UntilAsync(() => gateway.Account is { Waiting: 0, IsBalanced: true });
        Assert.Equal(_peer.Tries, gateway.Account.Quarantined);
        Assert.Equal(10 - _peer.Tries, _peer.Stored.Count);
    }

    [Fact]
    public async Task North_AnswersWhatCannotBe_LosesNothing()
    {
        DeliveryOutcome[] impossible =
        [
            DeliveryOutcome.Retry("x", deliveredCount: 11),
            DeliveryOutcome.Retry("x", deliveredCount: -1),
            DeliveryOutcome.DeliveredExcept([new Rejection(10, "x")]),
            DeliveryOutcome.Rejected([new Rejection(-1, "x")]),
            new DeliveryOutcome { State = new byte[2049] },
        ];
        _peer.Answer(batch => _peer.Tries <= impossible.Length
            ? impossible[_peer.Tries - 1]
            : _peer.StoreAll(batch));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings: 10));

        await gateway.GiveAsync(20, perOffer: 20);

        await gateway.UntilLaterAsync(() => gateway.Account is { Delivered: 20, IsBalanced: true });
        Assert.Equal(Numbers(20), _peer.Stored);
        Assert.Equal(impossible.Length, gateway.Log.Count(LogLevel.Warning, "mistake of the connector"));
    }

    [Fact]
    public async Task North_ThatTakesFromOneSouth_CountsTheOthersAsUnrouted()
    {
        var other = new SouthPeer();
        await using var gateway = new TestGateway();
        gateway.Config = new()
        {
            Souths = [gateway.South.Config("s"), other.Config("other")],
            Norths = [_peer.Config("n") with { From = ["S"] }],
        };
        await gateway.RunAsync();
        await gateway.UntilAsync(() => gateway.Engine.GetStatus().Souths[1].Connector.State == ConnectorState.Running);

        await gateway.GiveAsync(5);
        await other.OfferAsync(1, Enumerable.Repeat(-1L, 3));

        await gateway.UntilAsync(() => gateway.North() is { Delivered: 5, Unrouted: 3, Waiting: 0, IsBalanced: true });
        Assert.Equal(Numbers(5), _peer.Stored);
    }

    [Fact]
    public async Task North_WhoseQuarantineCannotBeOpened_PassesNothingAndTheOthersGoOn()
    {
        var other = new NorthPeer();
        await using var gateway = new TestGateway();
        Directory.CreateDirectory(gateway.QuarantineOf("n"));
        _peer.Answer(batch => DeliveryOutcome.Rejected("No."));
        gateway.Config = new()
        {
            Souths = [gateway.South.Config("s")],
            Norths = [_peer.Config("n"), other.Config("other")],
        };
        await gateway.RunAsync();

        await gateway.GiveAsync(5);

        await gateway.UntilAsync(() => other.Stored.Count == 5);
        await gateway.UntilAsync(() => gateway.NorthState().State == ConnectorState.Retrying);
        Assert.Contains("quarantine", gateway.NorthState().Reason, StringComparison.Ordinal);
        Assert.Equal((5, 0), (gateway.North().Waiting, _peer.Tries));

        Directory.Delete(gateway.QuarantineOf("n"));
        await gateway.UntilLaterAsync(() => gateway.Account is { Quarantined: 5, Waiting: 0, IsBalanced: true });
    }

    [Fact]
    public async Task North_ThatLingers_TakesWhatGatheredAndDoesNotLingerAtTheStop()
    {
        var config = _peer.Config("n");
        config = config with { Batch = config.Batch with { Linger = TimeSpan.FromHours(1) } };
        await using var gateway = await TestGateway.StartAsync(config);
        await gateway.GiveAsync(10, perOffer: 1);
        Assert.Equal(0, _peer.Tries);

        await gateway.UntilLaterAsync(() => gateway.Account.Delivered == 10, step: TimeSpan.FromMinutes(10));
        Assert.Equal(1, _peer.Tries);

        await gateway.GiveAsync(5, perOffer: 1);
        var before = gateway.Clock.GetUtcNow();
        await gateway.StopAsync();
        Assert.Equal(Numbers(15), _peer.Stored);
        Assert.True(gateway.Clock.GetUtcNow() - before < TimeSpan.FromSeconds(10));
    }

    private static IEnumerable<long> Numbers(int count) => Enumerable.Range(0, count).Select(number => (long)number);
}
