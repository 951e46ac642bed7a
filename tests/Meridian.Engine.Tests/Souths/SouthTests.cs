using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Tests.Souths;

public sealed class SouthTests
{
    private static readonly Reading[] Poison =
        [new(new string('x', 70_000), DateTimeOffset.UnixEpoch, ReadingValue.From(1L))];

    private readonly NorthPeer _north = new();

    [Fact]
    public async Task South_OffersManyIntakes_GetsReceiptsInOrderAndFewRecords()
    {
        await using var gateway = await TestGateway.StartAsync(_north.Config("n"));

        await gateway.GiveAsync(2000, perOffer: 1);

        await gateway.UntilAsync(() => gateway.South.Stored.Count == 2000 && gateway.Account.Delivered == 2000);
        Assert.Equal(Enumerable.Range(1, 2000), gateway.South.Stored);
        Assert.InRange(gateway.Engine.GetStatus().Journal.Appends, 1, 1999);
        Assert.Equal(2000, gateway.Engine.GetStatus().Souths[0].Counters.Received);
        Assert.Equal(2000, _north.Stored.Count);
    }

    [Fact]
    public async Task South_ConnectedAndNotYetSubscribed_IsNotRunning()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var granted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var gateway = new TestGateway();
        gateway.Config = new() { Souths = [gateway.South.Config("s")] };
        gateway.South.OnSubscribe = _ =>
        {
            gateway.South.Context.ReportConnected();
            asked.SetResult();
            return granted.Task;
        };

        var running = gateway.RunAsync();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(IsRunning(gateway), "What is published now would be missed.");

        granted.SetResult();
        await running;
        Assert.True(IsRunning(gateway));
    }

    [Fact]
    public async Task South_JournalFull_GetsReceiptsOnlyWhenANorthHasPassed()
    {
        await using var gateway = new TestGateway();
        gateway.Config = new() { Souths = [gateway.South.Config("s")], Norths = [_north.Config("n")] };
        gateway.ShrinkJournal(maxBytes: 4 << 20, segmentBytes: 1 << 20);
        var isOpen = false;
        _north.Answer(batch => Volatile.Read(ref isOpen) ? DeliveryOutcome.Delivered : DeliveryOutcome.Retry("Shut."));
        await gateway.RunAsync();
        using var giveUp = new CancellationTokenSource();
        var offered = OfferAllAsync(gateway.South, 80, giveUp.Token);

        await gateway.UntilAsync(() => gateway.Engine.GetStatus().Journal.IsFull);
        Assert.InRange(gateway.South.Stored.Count, 1, 79);
        Assert.False(offered.IsCompleted);

        Volatile.Write(ref isOpen, true);
        await gateway.UntilLaterAsync(() => gateway.South.Stored.Count == 80);
        await offered;
        Assert.Equal(Enumerable.Range(1, 80), gateway.South.Stored);
        await gateway.UntilLaterAsync(() => gateway.Account is { Delivered: 80, Waiting: 0, IsBalanced: true });
    }

    [Fact]
    public async Task South_StoppedWhileTheJournalIsFull_EndsAndAcknowledgesNothingMore()
    {
        await using var gateway = new TestGateway();
        gateway.Config = new() { Souths = [gateway.South.Config("s")], Norths = [_north.Config("n")] };
        gateway.ShrinkJournal(maxBytes: 4 << 20, segmentBytes: 1 << 20);
        _north.Answer(_ => DeliveryOutcome.Retry("Shut."));
        await gateway.RunAsync();

        // A pump that was renewed must be abandoned like the first.
        await gateway.South.OfferAsync(0, Poison);
        await gateway.UntilLaterAsync(() => gateway.South.Instances == 2 && IsRunning(gateway));
        using var giveUp = new CancellationTokenSource();
        var offered = OfferAllAsync(gateway.South, 80, giveUp.Token);
        await gateway.UntilAsync(() => gateway.Engine.GetStatus().Journal.IsFull);

        await gateway.StopAsync();

        await Assert.ThrowsAsync<ConnectorException>(() => offered);
        Assert.InRange(gateway.South.Stored.Count, 1, 79);
    }

    [Fact]
    public async Task South_PumpFails_IsMadeAnewAndTheOthersAreUnharmed()
    {
        var other = new SouthPeer();
        await using var gateway = new TestGateway();
        gateway.Config = new()
        {
            Souths = [gateway.South.Config("s"), other.Config("other")],
            Norths = [_north.Config("n")],
        };
        await gateway.RunAsync();
        await gateway.GiveAsync(5);

        await gateway.South.OfferAsync(-1, Poison);
        await gateway.UntilAsync(() => gateway.Engine.GetStatus().Souths[0].Connector.RestartCount == 1);
        var refused = await Assert.ThrowsAsync<ConnectorException>(
            () => gateway.South.OfferAsync(9, [1L]).AsTask());
        await gateway.UntilLaterAsync(() => gateway.South.Instances == 2 && IsRunning(gateway));
        await gateway.GiveAsync(5);

        await gateway.UntilAsync(() => gateway.Account is { Delivered: 10, Waiting: 0, IsBalanced: true });
        Assert.True(refused.IsTransient);
        Assert.Contains("65535", refused.Message, StringComparison.Ordinal);
        Assert.Equal(10, gateway.Engine.GetStatus().Souths[0].Counters.Received);
        Assert.Equal((1, 1), (other.Instances, other.Connects));
        Assert.DoesNotContain(9, gateway.South.Stored);
    }

    [Fact]
    public async Task South_ReceiptThrows_TheOthersStillCome()
    {
        await using var gateway = await TestGateway.StartAsync(_north.Config("n"));

        await gateway.South.OfferAsync(-1, [0L]);
        await gateway.South.OfferAsync(2, [1L]);

        await gateway.UntilAsync(() => gateway.South.Stored.Contains(2));
        Assert.Equal(1, gateway.South.Instances);
        Assert.Equal(1, gateway.Log.Count(LogLevel.Warning, "receipt"));
    }

    [Fact]
    public async Task South_LosesItsConnectionBeforeItIsServed_IsReconnected()
    {
        await using var gateway = new TestGateway();
        gateway.South.OnConnect = _ =>
        {
            if (gateway.South.Connects == 1)
            {
                gateway.South.Context.ReportLost(new ConnectorException(Fault.Unreachable, "Cut at once."));
            }

            return Task.CompletedTask;
        };
        gateway.Config = new() { Souths = [gateway.South.Config("s")], Norths = [_north.Config("n")] };
        await gateway.RunAsync();

        await gateway.UntilLaterAsync(() => gateway.South.Connects == 2 && IsRunning(gateway));
    }

    [Fact]
    public async Task South_StopsInOrder_WhatWasOfferedIsStoredAndDelivered()
    {
        var northsDisconnectsAtSouths = -1;
        await using var gateway = await TestGateway.StartAsync(_north.Config("n"));
        gateway.South.OnDisconnect = async cancellationToken =>
        {
            // As a real South does: what has come is offered yet, and its receipts are waited for.
            await gateway.South.OfferAsync(1, [0L, 1, 2], cancellationToken);
            await gateway.UntilAsync(() => gateway.South.Stored.Count == 1);
            northsDisconnectsAtSouths = _north.Disconnects;
        };

        await gateway.StopAsync();

        Assert.Equal([1], gateway.South.Stored);
        Assert.Equal([0L, 1, 2], _north.Stored);
        Assert.Equal((0, 1), (northsDisconnectsAtSouths, _north.Disconnects));
    }

    [Fact]
    public async Task South_ThatHangsAtTheStop_DoesNotKeepTheNorthsFromDraining()
    {
        var never = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(_north.Config("n"));
        await gateway.GiveAsync(5);
        gateway.South.OnDisconnect = _ => never.Task;

        await gateway.StopAsync();

        Assert.Equal(5, _north.Stored.Count);
        Assert.Equal(1, gateway.Log.Count(LogLevel.Warning, "s did not end"));
    }

    [Fact]
    public async Task South_ReportsTheSameItemProblemAgain_IsLoggedOnce()
    {
        await using var gateway = await TestGateway.StartAsync(_north.Config("n"));

        gateway.South.Context.ReportItem("i", "Refused.");
        gateway.South.Context.ReportItem("i", "Refused.");
        for (var count = 1; count < 100; count++)
        {
            gateway.South.Context.CountLetGo(1, $"The buffer held {count}.");
            gateway.South.Context.CountUndecoded("i", "Not a number.");
        }

        var south = gateway.Engine.GetStatus().Souths[0];
        Assert.Equal("Refused.", south.ItemProblems["i"]);
        Assert.Equal((99, 99), (south.Counters.LetGo, south.Counters.Undecoded));
        Assert.Equal(3, gateway.Log.Lines.Count(line => line.Level == LogLevel.Warning));
    }

    private static bool IsRunning(TestGateway gateway) =>
        gateway.Engine.GetStatus().Souths[0].Connector.State == ConnectorState.Running;

    private static async Task OfferAllAsync(SouthPeer south, int count, CancellationToken cancellationToken)
    {
        for (var offer = 1; offer <= count; offer++)
        {
            // Each another text: a record of several offers would hold the same one only once.
            var text = $"{new string('x', 200_000)}{offer}";
            Reading[] readings = [new("p", DateTimeOffset.UnixEpoch, ReadingValue.From(text))];
            await south.OfferAsync(offer, readings, cancellationToken);
        }
    }
}
