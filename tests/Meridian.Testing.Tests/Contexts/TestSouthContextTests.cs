using Meridian.Sdk.Intakes;
using Meridian.Sdk.Readings;
using Meridian.Testing.Contexts;

namespace Meridian.Testing.Tests.Contexts;

public sealed class TestSouthContextTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Receipts_WhileHeld_ComeInOrderOnceReleased()
    {
        await using var context = new TestSouthContext();
        var receipts = new Receipts();
        context.HoldReceipts();
        await context.OfferAsync(Intake(1, receipts.Make(1)), CancellationToken.None);
        await context.OfferAsync(Intake(2, receipts.Make(2)), CancellationToken.None);
        Assert.Empty(context.Readings);

        context.ReleaseReceipts();

        Assert.True(await context.UntilAsync(() => context.WaitingReceipts == 0, Limit));
        Assert.Equal([1, 2], receipts.Stored);
        Assert.Empty(context.Mistakes);
    }

    [Fact]
    public async Task Checkpoint_OnceStored_IsFoundAfterARestartAndByNoTest()
    {
        await using var context = new TestSouthContext();
        var intake = Intake(1) with { Checkpoints = [new Checkpoint("k", new byte[] { 5 })] };
        await context.OfferAsync(intake, CancellationToken.None);
        Assert.True(await context.UntilAsync(() => context.Readings.Count == 1, Limit));

        await using var next = context.Restart();
        await using var trial = context.Restart(new TestContextOptions { IsTest = true });

        Assert.Equal([5], next.FindCheckpoint("k")!.Value.ToArray());
        Assert.Null(next.FindCheckpoint("other"));
        Assert.Null(trial.FindCheckpoint("k"));
    }

    [Fact]
    public async Task Offer_WhileBlocked_WaitsAndACancelledOneIsNotTaken()
    {
        await using var context = new TestSouthContext();
        context.Block();
        using var stop = new CancellationTokenSource();
        var cancelled = context.OfferAsync(Intake(1), stop.Token).AsTask();
        var waiting = context.OfferAsync(Intake(2), CancellationToken.None).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(waiting.IsCompleted);
        context.Unblock();
        await waiting;

        Assert.True(await context.UntilAsync(() => context.Readings.Count == 1, Limit));
        Assert.Equal(2, context.Readings[0].Value.AsInt64());
    }

    [Fact]
    public async Task Mistakes_OfEveryKind_AreNamed()
    {
        await using var context = new TestSouthContext();
        var readings = new[] { new Reading("", DateTimeOffset.UnixEpoch.ToOffset(TimeSpan.FromHours(1)), default) };
        context.HoldReceipts();
        await context.OfferAsync(
            new Intake(new ReadingsContent(readings)) { Receipt = new ThrowingReceipt() }, CancellationToken.None);
        await context.OfferAsync(new Intake(new ReadingsContent(default)), CancellationToken.None);
        readings[0] = default;
        context.ReleaseReceipts();
        Assert.True(await context.UntilAsync(() => context.WaitingReceipts == 0, Limit));
        await context.EndAsync();
        context.ReportConnected();

        string[] words = ["name had not", "not in UTC", "neither readings", "changed before", "receipt threw", "After"];
        Assert.All(words, word => Assert.Contains(context.Mistakes, mistake => mistake.Contains(word)));
        Assert.Equal(words.Length, context.Mistakes.Count);
    }

    [Fact]
    public async Task Timers_OfTheContextsClock_AreCountedUntilTheyEnd()
    {
        var clock = new ManualTimeProvider();
        await using var context = new TestSouthContext(new TestContextOptions { Time = clock });
        using var stop = new CancellationTokenSource();
        var delay = Task.Delay(TimeSpan.FromSeconds(1), context.Time);
        var cancelled = Task.Delay(TimeSpan.FromHours(1), context.Time, stop.Token);
        using var periodic = new PeriodicTimer(TimeSpan.FromSeconds(1), context.Time);
        Assert.Equal(3, context.TimerCount);

        clock.Advance(TimeSpan.FromSeconds(2));
        await delay;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        Assert.Equal(1, context.TimerCount);
        periodic.Dispose();
        Assert.Equal(0, context.TimerCount);
    }

    private static Intake Intake(long value, IReceipt? receipt = null) =>
        new(new ReadingsContent(new[] { new Reading("p", DateTimeOffset.UnixEpoch, ReadingValue.From(value)) }))
        {
            Receipt = receipt,
        };

    private sealed class Receipts
    {
        public List<int> Stored { get; } = [];

        public IReceipt Make(int number) => new Receipt(this, number);

        private sealed class Receipt(Receipts all, int number) : IReceipt
        {
            public void Stored() => all.Stored.Add(number);
        }
    }

    private sealed class ThrowingReceipt : IReceipt
    {
        public void Stored() => throw new InvalidOperationException("No.");
    }
}
