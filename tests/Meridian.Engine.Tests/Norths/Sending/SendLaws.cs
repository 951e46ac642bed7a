using FsCheck;
using FsCheck.Fluent;
using Meridian.Configuration;
using Meridian.Engine.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Engine.Tests.Norths.Sending;

/// <summary>Whatever destinations answer, whenever a kill comes: nothing is lost, what is promised holds.</summary>
public sealed class SendLaws
{
    private static readonly int Runs = TestMode.Pick(200, 6);

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    [Fact]
    public void Keys_AnyKillsRetriesAndLimits_EachReadingIsStoredOnce() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(), KeysHoldAsync)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));

    [Fact]
    public void Lanes_AnyOutcomes_KeepTheOrderOfEachSouthAndTheAccount() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(), LanesHoldAsync)
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Runs));

    private static async Task<bool> KeysHoldAsync(int seed)
    {
        var random = new Random(seed);
        var chance = new Random(random.Next());
        var isKilled = false;
        var peer = new KeyedPeer
        {
            OnNew = batch => Volatile.Read(ref isKilled) ? throw Cut("It is dead.") : chance.Next(4) switch
            {
                0 => DeliveryOutcome.Retry("Busy."),
                1 => DeliveryOutcome.Retry("Enough.", deliveredCount: chance.Next(0, batch.Readings.Length + 1)),
                _ => DeliveryOutcome.Delivered,
            },
        };
        peer.Answer(batch => chance.Next(4) switch
        {
            0 => throw Cut("Cut before."),
            1 => throw Cut($"Cut after {peer.TakeOnce(batch).Kind}."),
            _ => peer.TakeOnce(batch),
        });
        await using var gateway = await TestGateway.StartAsync(peer.ConfigOnce("n", random.Next(1, 20)));
        var given = 0;
        for (var round = 0; round < 5; round++)
        {
            var count = random.Next(1, 30);
            given += count;
            await gateway.GiveAsync(count);
            var tries = peer.Tries + random.Next(1, 5);
            await gateway.UntilLaterAsync(() => peer.Tries >= tries || gateway.North().Waiting == 0, Step);

            // What still runs after the kill has stored nothing.
            Volatile.Write(ref isKilled, true);
            var cut = gateway.Cut();
            await gateway.StopAsync();
            Volatile.Write(ref isKilled, false);
            gateway.Folder = cut;
            gateway.Config = gateway.ConfigWith(peer.ConfigOnce("n", random.Next(1, 20)));
            await gateway.RunAsync();
        }

        await gateway.UntilLaterAsync(() => gateway.North() is { Waiting: 0, IsBalanced: true }, Step);
        Assert.Equal(Enumerable.Range(0, given).Select(static at => (long)at), peer.Stored);
        Assert.Equal(given, gateway.North().Delivered);
        return true;
    }

    private static async Task<bool> LanesHoldAsync(int seed)
    {
        var random = new Random(seed);
        var chance = new Random(random.Next());
        await using var lanes = await LanesGateway.StartAsync(
            new BatchConfig { MaxReadings = random.Next(1, 12), MaxParallelSends = random.Next(2, 5) }, "a", "b", "c");
        var isBalanced = true;
        lanes.North.OnNumbers = (south, numbers, stop) =>
        {
            isBalanced &= lanes.Gateway.Account.IsBalanced;
            return AnswerAsync(lanes, chance, south, numbers, stop);
        };
        for (var round = 0; round < 4; round++)
        {
            foreach (var south in lanes.Souths.ToArray())
            {
                await lanes.GiveAsync(south, random.Next(1, 30));
            }

            if (random.Next(3) == 0)
            {
                await lanes.RestartAtCutAsync();
            }
        }

        await lanes.Gateway.UntilLaterAsync(() => lanes.Gateway.North() is { Waiting: 0, IsBalanced: true }, Step);
        Assert.True(isBalanced);
        var refusedCount = 0L;
        foreach (var south in lanes.Souths)
        {
            var good = Enumerable.Range(0, (int)lanes.GivenBy(south)).Where(static at => at % 7 != 3).ToArray();
            refusedCount += lanes.GivenBy(south) - good.Length;

            // The first of each keeps the order; what comes again comes in order as well.
            var had = lanes.North.Of(south);
            Assert.Equal(good.Select(static at => (long)at), had.Distinct());
            Assert.All(
                had.Zip(had.Skip(1)), pair => Assert.True(pair.Second <= NextGood(pair.First), $"{south}: {pair}"));
        }

        Assert.Equal(refusedCount, lanes.Gateway.North().Quarantined);
        return true;
    }

    private static async Task<DeliveryOutcome> AnswerAsync(
        LanesGateway lanes, Random chance, string south, long[] numbers, CancellationToken stop)
    {
        int kind, wait, part;
        lock (chance)
        {
            (kind, wait, part) = (chance.Next(12), chance.Next(3), chance.Next(0, numbers.Length + 1));
        }

        await Task.Delay(TimeSpan.FromSeconds(wait), lanes.Gateway.Clock, stop);
        Rejection[] refused =
        [
            .. Enumerable.Range(0, numbers.Length)
                .Where(index => numbers[index] % 7 == 3)
                .Select(static index => new Rejection(index, "Three.")),
        ];
        switch (kind)
        {
            case 0:
                throw Cut("Cut before.");
            case 1:
                return DeliveryOutcome.Retry("Busy.");
            case 2 when refused is []:
                return DeliveryOutcome.Retry("Enough.", deliveredCount: part);
            case 3 when refused is []:
                lanes.North.Store(south, numbers, DeliveryOutcome.Delivered);
                throw Cut("Cut after.");
            default:
                return (refused, kind % 3) switch
                {
                    ([], _) => DeliveryOutcome.Delivered,
                    (_, 0) => DeliveryOutcome.DeliveredExcept(refused),
                    (_, 1) => DeliveryOutcome.Rejected(refused),
                    _ => DeliveryOutcome.Rejected("Some three."),
                };
        }
    }

    private static ConnectorException Cut(string reason) => new(Fault.Unreachable, reason);

    /// <summary>The number that follows one, without what is refused.</summary>
    private static long NextGood(long number) => (number + 1) % 7 == 3 ? number + 2 : number + 1;
}
