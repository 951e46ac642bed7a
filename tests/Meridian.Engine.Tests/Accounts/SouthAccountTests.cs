using System.Collections.Concurrent;
using Meridian.Engine.Accounts;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Xunit.Abstractions;

namespace Meridian.Engine.Tests.Accounts;

/// <summary>What a South has brought since ever, by group.</summary>
public sealed class SouthAccountTests(ITestOutputHelper output)
{
    private static readonly string?[] Groups = [null, "press", "oven", "mixer"];

    private readonly NorthPeer _north = new();
    private readonly ConcurrentQueue<string> _delivered = new();
    private long _acknowledged;

    [Fact]
    public async Task Kills_AtAnyMoment_AccountIsWhatTheJournalHolds()
    {
        const int seed = 7;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        _north.OnHandle = (batch, _) =>
        {
            foreach (var reading in batch.Readings.Span)
            {
                _delivered.Enqueue(reading.Point);
            }

            return ValueTask.FromResult(DeliveryOutcome.Delivered);
        };
        await using var gateway = new TestGateway();
        gateway.Config = new() { Souths = [gateway.South.Config("s")] };
        await gateway.RunAsync();
        for (var kill = 0; kill < 6; kill++)
        {
            var offering = OfferAsync(gateway, random.Next(), random.Next(40, 120));
            await gateway.UntilAsync(() => offering.IsCompleted || random.Next(20) == 0);
            var acknowledged = Interlocked.Read(ref _acknowledged);
            gateway.Folder = gateway.Cut();
            await offering;
            await gateway.StopAsync();
            await gateway.RunAsync();

            // Whoever reads the journal from its beginning finds what the account says.
            Assert.True(Account(gateway).Received >= acknowledged);
            await AssertHoldsAsync(gateway);
            _acknowledged = Account(gateway).Received;
        }
    }

    [Fact]
    public async Task Counters_BesideTheReceived_SurviveAStop()
    {
        await using var gateway = new TestGateway();
        gateway.Config = new() { Souths = [gateway.South.Config("s")] };
        await gateway.RunAsync();
        await gateway.GiveAsync(250);
        gateway.South.Context.CountRepeated(5);
        gateway.South.Context.CountUndecoded("i", "Not a number.");
        gateway.South.Context.CountLetGo(7, "Full.");

        await gateway.StopAsync();
        await gateway.RunAsync();
        gateway.South.Context.CountLetGo(1, "Full.");

        var south = gateway.Engine.GetStatus().Souths[0];
        Assert.Equal((0, 0, 0, 1), (south.Counters.Received, south.Counters.Repeated, south.Counters.Undecoded,
            south.Counters.LetGo));
        Assert.Equal((250, 250, 5, 1, 8), (south.Account.Received, south.Account.Ungrouped, south.Account.Repeated,
            south.Account.Undecoded, south.Account.LetGo));
        Assert.Empty(south.Account.ByGroup);
    }

    [Fact]
    public async Task PolledGroups_AreCountedAsTheyAreAsked()
    {
        await using var gateway = new TestGateway();
        gateway.South.OnLastPoint = static (items, _) => ValueTask.FromResult(new ReadingsContent(
            items.Select(static item => new Reading(item.Name, default, ReadingValue.From(1L))).ToArray()));
        gateway.Config = new()
        {
            Souths = [gateway.South.Config(
                "s",
                SouthPeer.Polled("a", TimeSpan.FromSeconds(1), "press"),
                SouthPeer.Polled("b", TimeSpan.FromSeconds(1), "press"),
                SouthPeer.Polled("c", TimeSpan.FromSeconds(1)))],
        };
        await gateway.RunAsync();

        await gateway.UntilLaterAsync(() => Account(gateway).Received >= 30);

        await gateway.StopAsync();
        await gateway.RunAsync();
        var account = Account(gateway);
        Assert.Equal("press", Assert.Single(account.ByGroup).Key);
        Assert.InRange(account.ByGroup["press"] - (2 * account.Ungrouped), -4, 4);
        Assert.Equal(account.Received, account.Ungrouped + account.ByGroup["press"]);
    }

    private static SouthAccount Account(TestGateway gateway) => gateway.Engine.GetStatus().Souths[0].Account;

    private async Task OfferAsync(TestGateway gateway, int seed, int offers)
    {
        var random = new Random(seed);
        for (var offer = 0; offer < offers; offer++)
        {
            var runs = Enumerable.Range(0, random.Next(1, 5))
                .Select(_ => new GroupRun(random.Next(1, 30), Groups[random.Next(Groups.Length)]))
                .ToArray();
            var readings = runs
                .SelectMany(static run => Enumerable.Repeat(run.Group ?? "-", run.Count))
                .Select(static name => new Reading(name, default, ReadingValue.From(1L)))
                .ToArray();
            var content = new ReadingsContent(readings) { Groups = runs };
            var receipt = new CountingReceipt(() => Interlocked.Add(ref _acknowledged, readings.Length));
            await gateway.South.Context.Intakes.OfferAsync(new Intake(content) { Receipt = receipt }, default);
        }
    }

    private async Task AssertHoldsAsync(TestGateway gateway)
    {
        var account = Account(gateway);
        Assert.Equal(gateway.Account.Received, account.Received);
        _delivered.Clear();
        var config = gateway.Config;
        await gateway.Engine.ApplyAsync(gateway.ConfigWith(_north.Config("n")), default);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        var held = _delivered.CountBy(static name => name, StringComparer.Ordinal)
            .ToDictionary(static one => one.Key, static one => (long)one.Value, StringComparer.Ordinal);
        await gateway.Engine.ApplyAsync(config, default);

        Assert.Equal(held.Remove("-", out var ungrouped) ? ungrouped : 0, account.Ungrouped);
        Assert.Equal(
            held.OrderBy(static one => one.Key, StringComparer.Ordinal),
            account.ByGroup.OrderBy(static one => one.Key, StringComparer.Ordinal));
    }

    private sealed class CountingReceipt(Action stored) : IReceipt
    {
        public void Stored() => stored();
    }
}
