using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Xunit.Abstractions;

namespace Meridian.Engine.Tests.Quarantine;

/// <summary>
/// Retries and discards at random, of a destination that keeps the cursor with its data, refuses, fails before and
/// after its commit, and is killed between: each datum is stored once or given up, and the account says which.
/// </summary>
public sealed class QuarantineRetryModel(ITestOutputHelper output)
{
    private const int Seeds = 25;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Quarantine_AnyRetriesAndDiscards_DeliversOnceOrAccountsFor()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            try
            {
                await RunAsync(new Random(seed));
            }
            catch
            {
                output.WriteLine($"The seed was {seed}.");
                throw;
            }
        }
    }

    private static async Task RunAsync(Random random)
    {
        var peer = new OwnCursorPeer();
        var chance = new Random(random.Next());
        var poison = 3;
        peer.Answer(batch => Answer(peer, batch, chance, Volatile.Read(ref poison)));
        await using var gateway = await TestGateway.StartAsync(peer.Config("n", random.Next(1, 20)));
        var given = 0;
        for (var round = 0; round < 4; round++)
        {
            var count = random.Next(1, 40);
            given += count;
            await gateway.GiveAsync(count);
            await gateway.UntilLaterAsync(() => gateway.North() is { Waiting: 0, IsBalanced: true }, Step);
            poison = random.Next(3) == 0 ? 3 : int.MaxValue;
            long[]? some = random.Next(2) == 0
                ? null
                : [.. Enumerable.Range(0, given).Where(_ => random.Next(2) == 0).Select(static at => (long)at)];
            var quarantine = gateway.Engine.Quarantine("n");
            if (random.Next(4) == 0)
            {
                _ = await quarantine.DiscardAsync(some, default);
            }
            else
            {
                var retry = quarantine.RetryAsync(some, default);
                await gateway.UntilLaterAsync(() => retry.IsCompleted, Step);
                var outcome = await retry;
                Assert.True(outcome.Reason is null == (outcome.Refused + outcome.Left == 0), outcome.ToString());
            }

            if (random.Next(2) == 0)
            {
                // Nothing is given meanwhile: what a kill leaves is what lies there now.
                await gateway.UntilLaterAsync(() => gateway.North() is { Waiting: 0, IsBalanced: true }, Step);
                var cut = gateway.Cut();
                await gateway.StopAsync();
                gateway.Folder = cut;
                await gateway.RunAsync();
            }

            poison = 3;
            await gateway.UntilLaterAsync(() => gateway.North() is { Waiting: 0, IsBalanced: true }, Step);
            await CheckAsync(gateway, peer, given);
        }
    }

    private static async Task CheckAsync(TestGateway gateway, OwnCursorPeer peer, int given)
    {
        // A connection that broke after the commit is settled by the next connect.
        await gateway.UntilLaterAsync(() => gateway.North().Delivered == peer.Stored.Count, Step);
        var account = gateway.North();
        Assert.Equal(given, account.Delivered + account.Quarantined + account.Dropped);
        Assert.Equal(peer.Stored.Count, peer.Stored.Distinct().Count());
        var page = await gateway.Engine.Quarantine("n").ListAsync(null, 10_000, default);
        Assert.Equal(account.Quarantined, page.Data.Count);
        Assert.Empty(page.Data.Select(static datum => datum.Position).Intersect(peer.Stored));
        Assert.True(gateway.Account.IsBalanced, gateway.Account.ToString());
    }

    private static DeliveryOutcome Answer(OwnCursorPeer peer, ValuesBatch batch, Random chance, int poison)
    {
        var refused = Enumerable.Range(0, batch.Positions.Length)
            .Where(index => batch.Positions.Span[index] % 5 == poison)
            .ToArray();
        if (refused.Length > 0)
        {
            return chance.Next(2) == 0
                ? DeliveryOutcome.Rejected("Poison.")
                : DeliveryOutcome.Rejected([.. refused.Select(static index => new Rejection(index, "Poison."))]);
        }

        return chance.Next(6) switch
        {
            0 => throw new ConnectorException(Fault.Unreachable, "Cut before the commit."),
            1 => throw new ConnectorException(Fault.Unreachable, $"Cut after the commit, {peer.Commit(batch).Kind}."),
            2 => DeliveryOutcome.Retry("Busy."),
            _ => peer.Commit(batch),
        };
    }
}
