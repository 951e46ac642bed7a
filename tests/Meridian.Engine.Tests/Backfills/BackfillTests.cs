using Meridian.Configuration;
using Meridian.Engine.Backfills;
using Meridian.Engine.Tests.History.Peers;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;

namespace Meridian.Engine.Tests.Backfills;

/// <summary>The past of items, brought to one North beside the live data.</summary>
public sealed class BackfillTests
{
    private const int Hours = 12;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly NorthPeer _one = new();
    private readonly NorthPeer _other = new();
    private readonly List<Reading> _got = [];
    private int _toOther;

    [Fact]
    public async Task Backfill_BringsItsWindowToItsNorthAloneAndEnds()
    {
        await using var gateway = await StartAsync();

        await gateway.Engine.Backfills.StartAsync(Order(gateway), CancellationToken.None);

        await gateway.UntilLaterAsync(() => Status(gateway).State == BackfillState.Complete, Minute);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        AssertWindow(1);
        Assert.Equal(0, _toOther);
        Assert.Equal(1, Status(gateway).Fraction);
        Assert.True(gateway.Account.IsBalanced);
        Assert.All(
            gateway.South.Asked, asked => Assert.True(asked.Window.End - asked.Window.Start <= TimeSpan.FromHours(1)));

        await gateway.StopAsync();
        await gateway.RunAsync();
        Assert.Equal(BackfillState.Complete, Status(gateway).State);
        AssertWindow(1);
    }

    [Fact]
    public async Task Backfill_PausedStoppedAndKilled_GoesOnWhereItStands()
    {
        await using var gateway = await StartAsync();
        await gateway.Engine.Backfills.StartAsync(Order(gateway), CancellationToken.None);
        await gateway.UntilLaterAsync(() => Count() > 200, TimeSpan.FromMilliseconds(50));

        await gateway.Engine.Backfills.PauseAsync("b", CancellationToken.None);
        var paused = Status(gateway);
        var asked = gateway.South.Asked.Count;
        gateway.Clock.Advance(TimeSpan.FromMinutes(10));
        await gateway.StopAsync();
        await gateway.RunAsync();
        Assert.Equal(BackfillState.Paused, Status(gateway).State);
        Assert.Equal(paused.Fraction, Status(gateway).Fraction, tolerance: 0.1);
        Assert.InRange(paused.Fraction, 0.1, 0.9);
        Assert.Equal(asked, gateway.South.Asked.Count);

        await gateway.Engine.Backfills.ResumeAsync("b", CancellationToken.None);
        await gateway.UntilLaterAsync(() => Count() > 800, TimeSpan.FromMilliseconds(50));
        await gateway.StopAsync();
        await gateway.RunAsync();

        await gateway.UntilLaterAsync(() => Status(gateway).State == BackfillState.Complete, Minute);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        AssertWindow(1);
    }

    [Fact]
    public async Task Backfill_Restarted_BringsEverythingOnceMore()
    {
        await using var gateway = await StartAsync();
        await gateway.Engine.Backfills.StartAsync(Order(gateway), CancellationToken.None);
        await gateway.UntilLaterAsync(() => Status(gateway).State == BackfillState.Complete, Minute);

        await gateway.Engine.Backfills.RestartAsync("b", CancellationToken.None);

        Assert.Equal(BackfillState.Running, Status(gateway).State);
        await gateway.UntilLaterAsync(() => Status(gateway).State == BackfillState.Complete, Minute);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        AssertWindow(2);
        await gateway.Engine.Backfills.RemoveAsync("b", CancellationToken.None);
        Assert.Empty(gateway.Engine.Backfills.List());
    }

    [Fact]
    public async Task Backfill_OfANorthThatDoesNotTake_AsksForOneWindowAndWaits()
    {
        await using var gateway = await StartAsync();
        _one.OnHandle = (_, _) => throw new ConnectorException(Fault.Unreachable, "Away.");

        await gateway.Engine.Backfills.StartAsync(Order(gateway), CancellationToken.None);
        await gateway.UntilLaterAsync(() => gateway.Account.Waiting > 0, Minute);
        for (var minutes = 0; minutes < 60; minutes++)
        {
            await gateway.UntilLaterAsync(() => true);
            gateway.Clock.Advance(Minute);
        }

        Assert.Single(gateway.South.Asked);
        Assert.Equal(BackfillState.Running, Status(gateway).State);
    }

    [Fact]
    public async Task Backfill_WhoseSouthGoesAndComes_SaysSoAndGoesOn()
    {
        await using var gateway = await StartAsync();
        await gateway.Engine.Backfills.StartAsync(Order(gateway), CancellationToken.None);
        await gateway.UntilLaterAsync(() => Count() > 200, TimeSpan.FromMilliseconds(50));
        var config = gateway.Config;

        await gateway.Engine.ApplyAsync(config with { Souths = [] }, CancellationToken.None);

        Assert.Equal(BackfillState.Failed, Status(gateway).State);
        Assert.Contains("no South 's'", Status(gateway).Reason, StringComparison.Ordinal);
        await gateway.Engine.ApplyAsync(config, CancellationToken.None);
        await gateway.UntilLaterAsync(() => Status(gateway).State == BackfillState.Complete, Minute);
        await gateway.UntilAsync(() => gateway.Account.Waiting == 0);
        AssertWindow(1);
    }

    [Fact]
    public async Task Order_ThatCannotBeDone_IsRefusedInWords()
    {
        await using var gateway = await StartAsync();
        var order = Order(gateway);

        await AssertRefusedAsync(order with { Name = "a/b" }, "is no name for a backfill");
        await AssertRefusedAsync(
            order with { South = "x" }, "There is no South 'x' in the configuration; did you mean 's'?");
        await AssertRefusedAsync(order with { North = "x" }, "There is no North 'x'");
        await AssertRefusedAsync(order with { Items = ["nothing"] }, "has no item 'nothing' whose past");
        await AssertRefusedAsync(
            order with { Window = new HistoryWindow(order.Window.End, order.Window.Start) }, "exchange them");
        await gateway.Engine.Backfills.StartAsync(order, CancellationToken.None);
        await AssertRefusedAsync(order, "There is a backfill 'b' already");
        await Assert.ThrowsAsync<ArgumentException>(
            () => gateway.Engine.Backfills.PauseAsync("c", CancellationToken.None));

        async Task AssertRefusedAsync(BackfillOrder bad, string words)
        {
            var refused = await Assert.ThrowsAsync<ArgumentException>(
                () => gateway.Engine.Backfills.StartAsync(bad, CancellationToken.None));
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }
    }

    private static BackfillOrder Order(TestGateway gateway) => new()
    {
        Name = "b",
        South = "S",
        North = "one",
        Window = new HistoryWindow(gateway.Clock.TrueNow.AddHours(-36), gateway.Clock.TrueNow.AddHours(Hours - 36)),
    };

    private static BackfillStatus Status(TestGateway gateway) => gateway.Engine.Backfills.List().Single();

    private async Task<TestGateway> StartAsync()
    {
        _one.OnHandle = (batch, _) =>
        {
            lock (_got)
            {
                _got.AddRange(batch.Readings.ToArray());
            }

            return ValueTask.FromResult(DeliveryOutcome.Delivered);
        };
        _other.OnHandle = (batch, stop) =>
        {
            Interlocked.Add(ref _toOther, batch.Readings.Length);
            return ValueTask.FromResult(DeliveryOutcome.Delivered);
        };
        var gateway = new TestGateway();
        gateway.South.SourceTime = () => gateway.Clock.TrueNow;
        gateway.South.PageSize = 20;
        var first = gateway.Clock.TrueNow.AddHours(-40);
        foreach (var item in (string[])["a", "b"])
        {
            gateway.South.Archive.Add(item, Enumerable.Range(0, 60 * 30).Select(number => first + (number * Minute))
                .Select(at => new ArchiveSample(new Reading(item, at, ReadingValue.From(at.UtcTicks)), at)));
        }

        // The schedules never come in these tests: what is asked for, the backfill asks.
        gateway.Config = new MeridianConfig
        {
            Souths =
            [
                gateway.South.Config(
                    "s",
                    SouthPeer.WithPast("a", TimeSpan.FromDays(30)),
                    SouthPeer.WithPast("b", TimeSpan.FromDays(30)))
                    with { History = new HistoryConfig { Start = gateway.Clock.TrueNow.AddYears(50) } },
            ],
            Norths = [_one.Config("one"), _other.Config("other")],
        };
        await gateway.RunAsync();
        return gateway;
    }

    private int Count()
    {
        lock (_got)
        {
            return _got.Count;
        }
    }

    private void AssertWindow(int times)
    {
        lock (_got)
        {
            Assert.Equal(2 * 60 * Hours * times, _got.Count);
            Assert.All(
                _got.CountBy(reading => (reading.Point, reading.Timestamp)), pair => Assert.Equal(times, pair.Value));
            Assert.Equal(
                60 * Hours, _got.Where(one => one.Point is "a").Select(one => one.Timestamp).Distinct().Count());
        }
    }
}
