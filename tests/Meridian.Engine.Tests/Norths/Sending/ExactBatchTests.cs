using Meridian.Configuration;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Transforms;
using Meridian.Transforms.Aggregates;
using Meridian.Transforms.Selecting;

namespace Meridian.Engine.Tests.Norths.Sending;

/// <summary>A destination that knows what comes again by its key gets the same batch until its outcome is known.
/// </summary>
public sealed class ExactBatchTests
{
    private readonly KeyedPeer _peer = new();

    [Theory]
    [InlineData(3)]
    [InlineData(1_000)]
    public async Task Batch_CutOffBetweenStoreAndOutcome_IsTheSameAfterARestartWithOtherLimits(int laterLimit)
    {
        _peer.OnHandle = HangAsync;
        await using var gateway = await TestGateway.StartAsync(_peer.ConfigOnce("n", maxReadings: 7));
        await gateway.GiveAsync(50);
        await gateway.UntilAsync(() => _peer.Tries == 1);

        _peer.Answer(_peer.TakeOnce);
        await RestartAtCutAsync(gateway, _peer.ConfigOnce("n", laterLimit));

        await gateway.UntilLaterAsync(() => gateway.Account is { Delivered: 50, Waiting: 0, IsBalanced: true });
        Assert.Equal(_peer.Keys[0], _peer.Keys[1]);
        Assert.DoesNotContain(_peer.Keys[0], _peer.Keys.Skip(2), StringComparer.Ordinal);
        Assert.Equal(Numbers(50), _peer.Stored);
        Assert.Equal(7, _peer.Contents[_peer.Keys[0]].Split('\n').Length);
    }

    [Fact]
    public async Task Batch_WhoseAnswerWasLost_IsTheSameAfterTheNextConnect()
    {
        _peer.OnNew = batch => _peer.Tries % 3 == 0 ? DeliveryOutcome.Retry("Busy.") : DeliveryOutcome.Delivered;
        _peer.Answer(batch =>
        {
            var outcome = _peer.TakeOnce(batch);
            return _peer.Tries % 2 == 0 ? throw new ConnectorException(Fault.Unreachable, "Lost.") : outcome;
        });
        await using var gateway = await TestGateway.StartAsync(_peer.ConfigOnce("n", maxReadings: 7));

        await gateway.GiveAsync(60, perOffer: 4);

        await gateway.UntilLaterAsync(() => gateway.Account is { Delivered: 60, Waiting: 0, IsBalanced: true });
        Assert.Equal(Numbers(60), _peer.Stored);
    }

    [Fact]
    public async Task Batch_DeliveredInPart_HasAnotherKeyForTheRest()
    {
        _peer.OnNew = batch => batch.Readings.Length > 4
            ? DeliveryOutcome.Retry("Enough for now.", TimeSpan.FromSeconds(1), deliveredCount: 4)
            : DeliveryOutcome.Delivered;
        await using var gateway = await TestGateway.StartAsync(_peer.ConfigOnce("n"));

        await gateway.GiveAsync(10);

        await gateway.UntilLaterAsync(() => gateway.Account is { Delivered: 10, Waiting: 0, IsBalanced: true });
        Assert.Equal(_peer.Keys.Count, _peer.Keys.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Numbers(10), _peer.Stored);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Batch_Refused_IsSplitUnderOtherKeysAndNothingComesTwice(bool isNamed)
    {
        _peer.OnNew = batch =>
        {
            var poison = batch.Positions.Span.IndexOf(5);
            return (poison, isNamed) switch
            {
                (-1, _) => DeliveryOutcome.Delivered,
                (_, true) => DeliveryOutcome.Rejected([new Rejection(poison, "Poison.")]),
                _ => DeliveryOutcome.Rejected("Poison."),
            };
        };
        await using var gateway = await TestGateway.StartAsync(_peer.ConfigOnce("n"));

        await gateway.GiveAsync(12);

        await gateway.UntilLaterAsync(
            () => gateway.Account is { Delivered: 11, Quarantined: 1, Waiting: 0, IsBalanced: true });
        Assert.Equal(Numbers(12).Where(static at => at != 5), _peer.Stored);
        Assert.Equal(_peer.Keys.Count, _peer.Keys.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Batch_DeliveredButForSome_AndCutOffBeforeTheCursorMoved_IsTheSameAgain()
    {
        _peer.OnNew = static _ => DeliveryOutcome.DeliveredExcept([new Rejection(2, "No.")]);
        await using var gateway = await TestGateway.StartAsync(_peer.ConfigOnce("n"));
        await gateway.GiveAsync(6);
        await gateway.UntilAsync(() => gateway.Account is { Delivered: 5, Quarantined: 1 });

        // The clock stood, so the cursor is where it was on disk; the quarantine is further.
        await RestartAtCutAsync(gateway, _peer.ConfigOnce("n"));

        await gateway.UntilLaterAsync(
            () => gateway.Account is { Delivered: 5, Quarantined: 1, Waiting: 0, IsBalanced: true });
        Assert.Equal(2, _peer.Keys.Count);
        Assert.Equal(_peer.Keys[0], _peer.Keys[1]);
        Assert.Equal([0L, 1, 3, 4, 5], _peer.Stored);
        Assert.Equal(1, gateway.QuarantineLinesOf("n"));
    }

    [Fact]
    public async Task Batch_ThatChangedTransformsMakeOtherwise_HasAnotherKey()
    {
        _peer.OnHandle = HangAsync;
        await using var gateway = await TestGateway.StartAsync(
            _peer.ConfigOnce("n") with { Transforms = [Keep("p", "q")] });
        await gateway.GiveAsync(8);
        await gateway.UntilAsync(() => _peer.Tries == 1);

        _peer.Answer(batch =>
        {
            _peer.Note(batch);
            return DeliveryOutcome.Delivered;
        });
        await RestartAtCutAsync(gateway, _peer.ConfigOnce("n") with
        {
            Transforms = [new() { Rename = new() { To = "x/{point}" } }],
        });

        await gateway.UntilLaterAsync(() => gateway.Account is { Delivered: 8, Waiting: 0, IsBalanced: true });
        Assert.Equal(2, _peer.Keys.Count);
        Assert.NotEqual(_peer.Keys[0], _peer.Keys[1], StringComparer.Ordinal);
    }

    [Fact]
    public async Task Batch_OfAggregates_IsTheSameAfterARestart()
    {
        NorthConfig Config(int maxReadings) => _peer.ConfigOnce("n", maxReadings) with { Transforms = [Mean] };
        _peer.Answer(batch =>
        {
            _peer.Note(batch);
            return DeliveryOutcome.Delivered;
        });
        await using var gateway = await TestGateway.StartAsync(Config(100));
        await gateway.South.OfferAsync(1, Walk(0, 95));
        await gateway.UntilAsync(() => gateway.Account is { Received: 95, Waiting: 0 });
        var tries = _peer.Tries;
        _peer.OnHandle = HangAsync;
        await gateway.South.OfferAsync(2, Walk(95, 100));
        await gateway.UntilAsync(() => _peer.Tries == tries + 1);

        _peer.Answer(batch =>
        {
            _peer.Note(batch);
            return DeliveryOutcome.Delivered;
        });
        await RestartAtCutAsync(gateway, Config(2));

        await gateway.UntilLaterAsync(() => gateway.Account is { Received: 195, Waiting: 0 });
        Assert.Equal(_peer.Keys[tries], _peer.Keys[tries + 1]);
        Assert.Contains("mean", _peer.Contents[_peer.Keys[tries]], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_FromQuarantine_HasTheAttemptInItsKey()
    {
        var isPoison = true;
        _peer.OnNew = batch => isPoison && batch.Positions.Span.Contains(3)
            ? DeliveryOutcome.Rejected("Poison.")
            : DeliveryOutcome.Delivered;
        await using var gateway = await TestGateway.StartAsync(_peer.ConfigOnce("n"));
        await gateway.GiveAsync(6);
        await gateway.UntilAsync(() => gateway.Account is { Quarantined: 1, Waiting: 0 });

        _ = await gateway.Engine.Quarantine("n").RetryAsync(null, default);
        isPoison = false;
        _ = await gateway.Engine.Quarantine("n").RetryAsync(null, default);

        await gateway.UntilAsync(() => gateway.Account is { Delivered: 6, Quarantined: 0, IsBalanced: true });
        Assert.EndsWith("-q1", _peer.Keys[^2], StringComparison.Ordinal);
        Assert.EndsWith("-q2", _peer.Keys[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Store_BeforeTheFirstTry_IsForWhomItIsNeededOnly(bool isNeeded)
    {
        var isOpen = false;
        _peer.OnHandle = (batch, _) => ValueTask.FromResult(
            Volatile.Read(ref isOpen)
                ? _peer.TakeOnce(batch)
                : throw new ConnectorException(Fault.Unreachable, "Away."));
        await using var gateway = await TestGateway.StartAsync(isNeeded
            ? _peer.ConfigOnce("n", maxReadings: 10)
            : _peer.Config("n", maxReadings: 10));
        await gateway.GiveAsync(200);
        await gateway.UntilAsync(() => gateway.NorthState().NextTry is not null);
        var tries = _peer.Tries;
        var before = gateway.Engine.GetStatus().Journal.Fsyncs;

        Volatile.Write(ref isOpen, true);
        gateway.Clock.Advance(TimeSpan.FromSeconds(0.6));
        await gateway.UntilAsync(() => gateway.Account is { Delivered: 200, Waiting: 0, IsBalanced: true });

        // The clock stands from here on, and with it the journal's own time for cursors.
        var fsyncs = gateway.Engine.GetStatus().Journal.Fsyncs - before;
        Assert.Equal(20, _peer.Tries - tries);
        Assert.InRange(fsyncs, isNeeded ? 19 : 0, isNeeded ? 25 : 2);
    }

    private static TransformSettings Mean { get; } = new()
    {
        Aggregate = new AggregateSettings { Window = TimeSpan.FromSeconds(10), Kinds = [AggregateKind.Mean] },
    };

    private static TransformSettings Keep(params string[] points) =>
        new() { Filter = new FilterSettings { Points = points } };

    private static Reading[] Walk(int from, int count) =>
    [
        .. Enumerable.Range(from, count).Select(static number => new Reading(
            "p", DateTimeOffset.UnixEpoch.AddSeconds(number), ReadingValue.From((double)number))),
    ];

    private static IEnumerable<long> Numbers(int count) => Enumerable.Range(0, count).Select(static at => (long)at);

    private async ValueTask<DeliveryOutcome> HangAsync(ValuesBatch batch, CancellationToken stop)
    {
        _peer.Note(batch);
        await Task.Delay(Timeout.Infinite, stop);
        return DeliveryOutcome.Delivered;
    }

    private static async Task RestartAtCutAsync(TestGateway gateway, NorthConfig north)
    {
        var cut = gateway.Cut();
        await gateway.StopAsync();
        gateway.Folder = cut;
        gateway.Config = gateway.ConfigWith(north);
        await gateway.RunAsync();
    }
}
