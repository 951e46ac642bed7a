using Meridian.Engine.Norths;
using Meridian.Engine.Supervision;
using Meridian.Engine.Tests.Peers;
using Meridian.Journal;
using Meridian.Journal.Inspection;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Engine.Tests.Norths;

public sealed class OwnCursorTests
{
    private readonly OwnCursorPeer _peer = new();

    [Fact]
    public async Task OwnCursor_FurtherThanTheJournals_IsResumedFrom()
    {
        // The destination commits and the answer is lost on the way: every batch at first.
        _peer.Answer(batch => _peer.Tries % 2 == 1
            ? throw Lost(_peer.Commit(batch))
            : _peer.Commit(batch));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings: 5));

        await gateway.GiveAsync(50, perOffer: 5);

        await gateway.UntilLaterAsync(() => gateway.Account is { Delivered: 50, Waiting: 0, IsBalanced: true });
        Assert.Equal(50, _peer.Stored.Count);
        Assert.Equal(50, _peer.Stored.Distinct().Count());
    }

    [Fact]
    public async Task OwnCursor_WithRefusedDataInTheBatch_CountsThemOnceWhereverItResumes()
    {
        _peer.Answer(batch =>
        {
            var refused = Enumerable.Range(0, batch.Positions.Length)
                .Where(i => batch.Positions.Span[i] % 7 == 3)
                .ToArray();
            return refused.Length > 0
                ? DeliveryOutcome.Rejected([.. refused.Select(index => new Rejection(index, "Seven."))])
                : throw Lost(_peer.Commit(batch));
        });
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings: 10));

        await gateway.GiveAsync(70, perOffer: 9);

        await gateway.UntilLaterAsync(
            () => gateway.Account is { Delivered: 60, Quarantined: 10, Waiting: 0, IsBalanced: true });
        Assert.Equal(60, _peer.Stored.Distinct().Count());
        Assert.Equal(60, _peer.Stored.Count);
    }

    [Fact]
    public async Task OwnCursor_AfterAKillThatPutTheJournalsBack_RepeatsNothing()
    {
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n", maxReadings: 10));
        await gateway.GiveAsync(30);
        await gateway.UntilAsync(() => gateway.Account.Delivered == 30);

        // The clock stood, so no commit is on disk yet.
        var cut = gateway.Cut();
        await gateway.StopAsync();
        gateway.Folder = cut;
        await gateway.RunAsync();
        await gateway.UntilAsync(() => gateway.Account is { Delivered: 30, Waiting: 0, IsBalanced: true });

        Assert.Equal(30, _peer.Stored.Count);
    }

    [Fact]
    public async Task OwnCursor_OfAnotherJournal_SkipsNothingAndIsTold()
    {
        var token = new byte[NorthTally.SizeBytes];
        (NorthTally.StartingAt(JournalPosition.Zero) with { Delivered = 1000 }).Write(token);
        _peer.Put(new DeliveryPosition(Guid.Empty, "n", token));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));

        await gateway.GiveAsync(5);

        await gateway.UntilAsync(() => gateway.Account.Delivered == 5);
        Assert.Equal(1, gateway.Log.Count(LogLevel.Warning, "nothing is skipped"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OwnCursor_BeyondTheJournalsEndOrUnreadable_FailsInWords(bool isReadable)
    {
        await using var gateway = new TestGateway();
        gateway.Config = new() { Souths = [gateway.South.Config("s")] };
        await gateway.RunAsync();
        var journal = gateway.Engine.JournalId;
        await gateway.GiveAsync(5);
        await gateway.StopAsync();
        var token = new byte[NorthTally.SizeBytes];
        (NorthTally.StartingAt(JournalPosition.Zero) with { Delivered = 6 }).Write(token);
        _peer.Put(new DeliveryPosition(journal, "n", isReadable ? token : new byte[] { 77 }));
        gateway.Config = gateway.ConfigWith(_peer.Config("n"));

        await gateway.RunAsync();

        await gateway.UntilAsync(() => gateway.NorthState().State == ConnectorState.Failed);
        Assert.Contains("ends at 5", gateway.NorthState().Reason, StringComparison.Ordinal);
        Assert.Equal((0, 5), (_peer.Tries, gateway.Account.Waiting));
    }

    [Fact]
    public async Task OwnCursor_JournalPutBackFromACopyAndRenewed_NewDataAreDeliveredAndTheAccountHolds()
    {
        _peer.Answer(batch => _peer.Tries == 1
            ? DeliveryOutcome.Rejected([new Rejection(0, "No.")])
            : _peer.Commit(batch));
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));
        await gateway.GiveAsync(5, perOffer: 5);
        await gateway.UntilAsync(() => gateway.Account is { Delivered: 4, Quarantined: 1, Waiting: 0 });
        var former = gateway.Engine.JournalId;
        await gateway.StopAsync();
        var copy = gateway.Cut();
        await gateway.RunAsync();
        await gateway.GiveAsync(20);
        await gateway.UntilAsync(() => gateway.Account is { Delivered: 24, Waiting: 0 });
        await gateway.StopAsync();

        var renewed = await JournalRenewal.RenewAsync(Path.Combine(copy, "journal"));
        await using var restored = new TestGateway { Folder = copy };
        restored.Config = new() { Souths = [restored.South.Config("s")], Norths = [_peer.Config("n")] };
        await restored.RunAsync();
        await restored.South.OfferAsync(1, [5, 6, 7], CancellationToken.None);

        await restored.UntilAsync(
            () => restored.Account is { Delivered: 7, Quarantined: 1, Waiting: 0, IsBalanced: true });
        Assert.Equal((former, renewed.Id), (renewed.FormerId, restored.Engine.JournalId));
        Assert.Equal(1, restored.Log.Count(LogLevel.Warning, "nothing is skipped"));
    }

    [Fact]
    public async Task OwnCursor_WithAllDeliveredButSome_IsAFaultAndTheSomeAreKept()
    {
        _peer.Answer(batch =>
        {
            var isFirst = _peer.Tries == 1;
            _peer.Store(batch, Enumerable.Range(isFirst ? 1 : 0, batch.Positions.Length - (isFirst ? 1 : 0)));
            _peer.Put(batch.Cursor);
            return isFirst ? DeliveryOutcome.DeliveredExcept([new Rejection(0, "No.")]) : DeliveryOutcome.Delivered;
        });
        await using var gateway = await TestGateway.StartAsync(_peer.Config("n"));

        await gateway.GiveAsync(5, perOffer: 5);

        await gateway.UntilAsync(() => gateway.NorthState().Reason is not null);
        Assert.Contains("mistake of the connector", gateway.NorthState().Reason, StringComparison.Ordinal);
        await gateway.UntilLaterAsync(
            () => gateway.Account is { Delivered: 4, Quarantined: 1, Waiting: 0, IsBalanced: true });
    }

    private static ConnectorException Lost(DeliveryOutcome outcome) =>
        new(Fault.Unreachable, $"Lost on the way back: {outcome.Kind}.");
}
