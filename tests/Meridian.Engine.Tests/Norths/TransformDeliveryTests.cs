using System.Globalization;
using Meridian.Configuration;
using Meridian.Engine.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Transforms;
using Meridian.Transforms.Aggregates;
using Meridian.Transforms.Json;
using Meridian.Transforms.Selecting;
using Meridian.Transforms.Thinning;
using Xunit.Abstractions;

namespace Meridian.Engine.Tests.Norths;

/// <summary>Transforms between the journal and a North.</summary>
public sealed class TransformDeliveryTests(ITestOutputHelper output)
{
    private static readonly int Seeds = TestMode.IsLong ? 200 : 12;

    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly OwnCursorPeer _peer = new();
    private readonly List<(string Point, string Value)> _stored = [];

    private static TransformSettings Deadband { get; } =
        new() { Deadband = new DeadbandSettings { Absolute = 3 }, When = new SelectionSettings { Points = ["a*"] } };

    private static TransformSettings Aggregate { get; } = new()
    {
        Aggregate = new AggregateSettings
        {
            Window = TimeSpan.FromSeconds(10),
            Kinds = [AggregateKind.Mean, AggregateKind.Count],
        },
        When = new SelectionSettings { Points = ["b*"] },
    };

    private static TransformSettings Extract { get; } = new()
    {
        Extract = new ExtractSettings
        {
            Fields =
            [
                new ExtractFieldSettings { Path = "$.x", Point = "{point}/x" },
                new ExtractFieldSettings { Path = "$.y", Point = "{point}/y" },
            ],
        },
        When = new SelectionSettings { Points = ["c*"] },
    };

    [Fact]
    public async Task Account_WithTransforms_CountsEveryDatumOnceAndWhatTheyMadeBesides()
    {
        StoreAll();
        await using var gateway = await StartAsync(
            Deadband, Aggregate, Extract, Drop("d"));
        var readings = Readings(new Random(1), 1_000);

        await GiveAsync(gateway, readings);

        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        var account = gateway.North();
        Assert.Equal(Expected(readings, Deadband, Aggregate, Extract, Drop("d")), _stored);
        Assert.Equal(1_000, account.Delivered + account.Filtered);
        Assert.Equal(_stored.Count, account.Delivered + account.Derived);
        Assert.Equal(readings.Count(one => one.Point is "d"), account.FilteredBy.Filtered);
        Assert.Equal(readings.Count(one => one.Point[0] is 'b'), account.FilteredBy.Aggregated);
        Assert.True(account.FilteredBy.Deadband > 0 && account.Derived > 0);
        Assert.True(gateway.Account.IsBalanced);
        Assert.Equal(account.Filtered, gateway.Account.Filtered);
    }

    [Fact]
    public async Task Kills_AtAnyMoment_ChangeNothingOfWhatIsStored()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            output.WriteLine($"seed {seed}");
            await RunAsync(seed);
        }
    }

    [Fact]
    public async Task Refused_ReadingsThatTransformsMade_AreInQuarantineAndTheAccountBalances()
    {
        StoreAll();
        var store = _peer.OnHandle;
        _peer.OnHandle = (batch, stop) =>
        {
            var refused = Enumerable.Range(0, batch.Readings.Length)
                .Where(index => batch.Readings.Span[index].Point.EndsWith("/y", StringComparison.Ordinal))
                .Select(index => new Rejection(index, "No y."))
                .ToArray();
            return refused.Length > 0 ? ValueTask.FromResult(DeliveryOutcome.Rejected(refused)) : store(batch, stop);
        };
        await using var gateway = await StartAsync(Extract);
        var readings = Readings(new Random(2), 200);

        await GiveAsync(gateway, readings);

        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        Assert.Equal(200, gateway.North().Delivered);
        Assert.Equal(0, gateway.North().Quarantined);
        Assert.Equal(readings.Count(one => one.Point is "c"), gateway.QuarantineLinesOf("n"));
        Assert.True(gateway.Account.IsBalanced);
        await gateway.StopAsync();
        await gateway.RunAsync();
        Assert.True(gateway.Account.IsBalanced);
    }

    [Fact]
    public async Task Refused_PositionWithSeveralReadings_GoesIntoQuarantineAsAWholeWhenNoneIsNamed()
    {
        StoreAll();
        var store = _peer.OnHandle;
        _peer.OnHandle = (batch, stop) =>
            batch.Readings.ToArray().Any(one => one.Value.ToString() is "666")
                ? ValueTask.FromResult(DeliveryOutcome.Rejected("It is the number of the beast."))
                : store(batch, stop);
        await using var gateway = await StartAsync(Extract);
        Reading[] readings =
        [
            .. Enumerable.Range(0, 50).Select(number => new Reading(
                "c", Begin, ReadingValue.FromJson($$"""{"x":{{number}},"y":{{(number is 20 ? 666 : number)}}}"""))),
        ];

        await GiveAsync(gateway, readings);

        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        Assert.Equal((49, 1), (gateway.North().Delivered, gateway.North().Quarantined));
        Assert.Equal(98, _stored.Count);
        Assert.Equal(2, gateway.QuarantineLinesOf("n"));
        Assert.True(gateway.Account.IsBalanced);
    }

    [Fact]
    public async Task Transforms_ThatAreChanged_CountForWhatWaits()
    {
        StoreAll();
        var store = _peer.OnHandle;
        _peer.OnHandle = (_, _) => throw new ConnectorException(Fault.Unreachable, "Not there.");
        await using var gateway = await StartAsync(Drop("a"));
        var readings = Readings(new Random(3), 300);
        await GiveAsync(gateway, readings);

        await gateway.Engine.ApplyAsync(
            gateway.ConfigWith(_peer.Config("n") with { Transforms = [Drop("d")] }), CancellationToken.None);
        _peer.OnHandle = store;

        await gateway.UntilLaterAsync(() => gateway.Account.Waiting == 0);
        Assert.Equal(Expected(readings, Drop("d")), _stored);
    }

    [Fact]
    public async Task Journal_FullWhileTheNorthIsAway_EmptiesWhenItIsBack()
    {
        StoreAll();
        var store = _peer.OnHandle;
        _peer.OnHandle = (_, _) => throw new ConnectorException(Fault.Unreachable, "Not there.");
        await using var gateway = new TestGateway();

        // What comes fast is joined to records of up to 1 MiB, and half of the journal has to hold one.
        gateway.ShrinkJournal(maxBytes: 4 << 20, segmentBytes: 1 << 20);
        gateway.Config = gateway.Config with
        {
            Souths = [gateway.South.Config("s")],
            Norths = [_peer.Config("n") with { Transforms = [Deadband] }],
        };
        await gateway.RunAsync();
        var large = new Reading("d", Begin, ReadingValue.From(new Random(1).GetItems("abcdefgh"u8, 20_000)));
        var giving = Task.Run(async () =>
        {
            for (var offer = 0; offer < 320; offer++)
            {
                await gateway.South.OfferAsync(offer, [large]);
            }
        });
        await gateway.UntilLaterAsync(() => gateway.Engine.GetStatus().Journal.IsFull || giving.IsCompleted);
        Assert.False(giving.IsCompleted);

        _peer.OnHandle = store;
        await gateway.UntilLaterAsync(() => giving.IsCompleted && gateway.Account is { Received: 320, Waiting: 0 });

        await giving;
        Assert.Equal(320, gateway.North().Delivered);
        Assert.True(gateway.Account.IsBalanced);
    }

    [Fact]
    public async Task Kill_AfterWhatIsRememberedWasSaved_FindsTheCursorThere()
    {
        StoreAll();
        await using var gateway = await StartAsync(
            new TransformSettings { Deadband = new DeadbandSettings { Absolute = 0 } });
        var same = Enumerable.Repeat(new Reading("d", Begin, ReadingValue.From(1L)), 30).ToArray();
        await GiveAsync(gateway, same);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        await gateway.StopAsync();
        await gateway.RunAsync();

        // Saved while nothing came, and long ago: the next commit is followed by a save at once.
        var start = gateway.Clock.GetUtcNow();
        await gateway.UntilLaterAsync(() => gateway.Engine.GetStatus().Journal.Appends == 1
            && gateway.Clock.GetUtcNow() - start > TimeSpan.FromSeconds(40));
        const int appends = 1;
        await GiveAsync(gateway, same);
        await gateway.UntilAsync(
            () => gateway.Engine.GetStatus() is { Account.Waiting: 0 } status && status.Journal.Appends == appends + 2);

        var cut = gateway.Cut();
        await gateway.StopAsync();
        gateway.Folder = cut;
        await gateway.RunAsync();
        await GiveAsync(gateway, same);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);

        Assert.Single(_stored);
        Assert.Equal(89, gateway.North().Filtered);
    }

    [Fact]
    public async Task Groups_OfItems_AreKnownToTransforms()
    {
        StoreAll();
        await using var gateway = new TestGateway();
        gateway.South.OnLastPoint = (items, _) => ValueTask.FromResult(new ReadingsContent(
            items.Select(item => new Reading(item.Name, Begin, ReadingValue.From(1L))).ToArray()));
        var second = TimeSpan.FromSeconds(1);
        gateway.Config = new MeridianConfig
        {
            Souths =
            [
                gateway.South.Config(
                    "s",
                    SouthPeer.Subscribed("all"),
                    SouthPeer.Polled("x", second, "fast"),
                    SouthPeer.Polled("y", second, "slow"),
                    SouthPeer.Polled("z", second)),
            ],
            Norths =
            [
                _peer.Config("n") with { Transforms = [new() { Filter = new FilterSettings { Groups = ["fast"] } }] },
            ],
        };
        await gateway.RunAsync();
        Reading[] readings = [new("p", Begin, default), new("q", Begin, default), new("r", Begin, default)];
        var content = new ReadingsContent(readings) { Groups = [new GroupRun(1, null), new GroupRun(1, "fast")] };
        await gateway.South.Context.Intakes.OfferAsync(new Intake(content), CancellationToken.None);

        await gateway.UntilLaterAsync(() => gateway.North() is { Delivered: > 5, Waiting: 0 });

        lock (_stored)
        {
            Assert.Equal(
                ["q", "x"],
                _stored.Select(static one => one.Point).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
                StringComparer.Ordinal);
        }
    }

    private static TransformSettings Drop(string point) =>
        new() { Filter = new FilterSettings { Points = [point], Action = FilterAction.Drop } };

    /// <summary>Any readings, some of a kind for each transform.</summary>
    private static Reading[] Readings(Random random, int count, int from = 0) =>
    [
        .. Enumerable.Range(from, count).Select(number =>
        {
            var at = Begin + TimeSpan.FromSeconds(number);
            return random.Next(5) switch
            {
                0 => new Reading("a1", at, ReadingValue.From((double)random.Next(10))),
                1 => new Reading("b1", at, ReadingValue.From((double)random.Next(100))),
                2 => new Reading("b2", at, ReadingValue.From((double)random.Next(100))),
                3 => new Reading("c", at, ReadingValue.FromJson($$"""{"x":{{number}},"y":{{number + 1}}}""")),
                _ => new Reading("d", at, ReadingValue.From((long)number)),
            };
        }),
    ];

    /// <summary>What comes of readings when they run through in one go.</summary>
    private static List<(string Point, string Value)> Expected(
        IReadOnlyList<Reading> readings, params TransformSettings[] transforms)
    {
        Assert.True(TransformChain.TryCreate(transforms, out var chain, out _));
        foreach (var (position, reading) in readings.Index())
        {
            chain.Run(new TransformEntry(reading, position, "s"));
        }

        return [.. chain.Result.Readings.ToArray().Select(Shown)];
    }

    private static (string Point, string Value) Shown(Reading reading) =>
        (reading.Point, string.Create(CultureInfo.InvariantCulture, $"{reading.Timestamp:O} {reading.Value}"));

    private void StoreAll() => _peer.OnHandle = (batch, _) =>
    {
        lock (_stored)
        {
            _stored.AddRange(batch.Readings.ToArray().Select(Shown));
        }

        _peer.Put(batch.Cursor);
        return ValueTask.FromResult(DeliveryOutcome.Delivered);
    };

    private async Task<TestGateway> StartAsync(params TransformSettings[] transforms) =>
        await TestGateway.StartAsync(_peer.Config("n", maxReadings: 64) with { Transforms = transforms });

    private static async Task GiveAsync(TestGateway gateway, Reading[] readings)
    {
        var before = gateway.Account.Received;
        foreach (var chunk in readings.Chunk(37))
        {
            await gateway.South.OfferAsync(0, chunk);
        }

        await gateway.UntilAsync(() => gateway.Account.Received == before + readings.Length);
    }

    /// <summary>
    /// Gives readings while the destination now and then does not answer, the connection breaks, and the gateway is
    /// stopped or killed; the destination keeps its cursor with its data.
    /// </summary>
    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var peer = new OwnCursorPeer();
        var stored = new List<(string, string)>();
        var chance = new Random(seed + 1_000);
        var isKilled = false;
        peer.OnHandle = (batch, _) =>
        {
            switch (Volatile.Read(ref isKilled) ? 1 : chance.Next(6))
            {
                case 0:
                    return ValueTask.FromResult(DeliveryOutcome.Retry("Busy."));
                case 1:
                    throw new ConnectorException(Fault.Unreachable, "Not there.");
                default:
                    stored.AddRange(batch.Readings.ToArray().Select(Shown));
                    peer.Put(batch.Cursor);
                    return chance.Next(6) == 0
                        ? throw new ConnectorException(Fault.Unreachable, "The answer was lost.")
                        : ValueTask.FromResult(DeliveryOutcome.Delivered);
            }
        };
        TransformSettings[] all = [Deadband, Aggregate, Extract, Drop("d")];
        random.Shuffle(all);
        var transforms = all[..random.Next(1, all.Length + 1)];
        await using var gateway = await TestGateway.StartAsync(
            peer.Config("n", random.Next(1, 40)) with { Transforms = transforms });
        var readings = new List<Reading>();
        for (var round = 0; round < 6; round++)
        {
            var more = Readings(random, random.Next(1, 150), readings.Count);
            readings.AddRange(more);
            await GiveAsync(gateway, more);
            for (var i = random.Next(20); i > 0; i--)
            {
                gateway.Clock.Advance(TimeSpan.FromSeconds(random.Next(8)));
                await Task.Yield();
            }

            if (random.Next(2) == 0)
            {
                // What goes on after the cut is no more there after a kill: nothing of it may arrive.
                Volatile.Write(ref isKilled, true);
                gateway.Folder = gateway.Cut();
            }

            await gateway.StopAsync();
            Volatile.Write(ref isKilled, false);
            await gateway.RunAsync();
        }

        await gateway.UntilLaterAsync(() => gateway.Account.Waiting == 0);
        Assert.True(
            Expected(readings, transforms).SequenceEqual(stored), string.Join('\n', gateway.Log.Lines));
        Assert.Equal(Expected(readings, transforms), stored);
        Assert.True(gateway.Account.IsBalanced);
        Assert.Equal(stored.Count, gateway.North().Delivered + gateway.North().Derived);
    }
}
