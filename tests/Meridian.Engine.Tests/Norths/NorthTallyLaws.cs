using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Norths;
using Meridian.Engine.Norths.Sending;
using Meridian.Engine.Quarantine;
using Meridian.Journal;

namespace Meridian.Engine.Tests.Norths;

public sealed class NorthTallyLaws
{
    private static readonly Arbitrary<NorthTally> AnyTally = (
        from counts in Gen.Choose(0, int.MaxValue).ArrayOf(18)
        select new NorthTally(
            new JournalPosition(counts[0]),
            counts[1],
            counts[2],
            counts[3],
            FilteredCounts.From([.. counts.Skip(7).Take(7).Select(static count => (long)count)]),
            counts[4],
            counts[5])
        {
            Ticket = counts[6],
            Sending = new BatchRange(counts[14], counts[15], counts[16], counts[17]),
        })
        .ToArbitrary();

    [Fact]
    public void Tally_WrittenAndRead_IsTheSame() => Prop.ForAll(AnyTally, tally =>
    {
        var bytes = new byte[NorthTally.SizeBytes + 3];
        tally.Write(bytes);
        return NorthTally.TryRead(bytes, out var read, out var length)
            && read == tally
            && length == NorthTally.SizeBytes;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tally_Advanced_StandsThereAndCountsTheRestAsUnrouted()
    {
        var steps = Gen.Choose(0, 1000).Three().ToArbitrary();
        Prop.ForAll(AnyTally, steps, (tally, step) =>
        {
            var (delivered, quarantined, unrouted) = step;
            var filtered = new FilteredCounts(1, 2, 3, 4, 5, 6, 7);
            var to = new JournalPosition(tally.Position.Value + delivered + quarantined + unrouted + filtered.Total);
            var moved = tally.Advance(to, new PassedCounts(delivered, quarantined, filtered, Derived: 9));
            return moved.Position == to
                && moved.Filtered == tally.Filtered.Plus(filtered)
                && moved.Derived == tally.Derived + 9
                && moved.Unrouted == tally.Unrouted + unrouted
                && moved.Delivered == tally.Delivered + delivered
                && moved.Quarantined == tally.Quarantined + quarantined
                && moved.Start == tally.Start;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Tally_CorrectedForQuarantine_KeepsItsPlace() =>
        Prop.ForAll(AnyTally, Gen.Choose(0, int.MaxValue).ToArbitrary(), (tally, lies) =>
            tally.WithQuarantined(lies).Position == tally.Position
            && tally.WithQuarantined(lies).Quarantined >= tally.Quarantined).QuickCheckThrowOnFailure();

    [Fact]
    public void Tally_MovedOverWhatWasNotRead_CountsDroppedQuarantinedAndTheRest()
    {
        var steps = Gen.Choose(0, 1000).Three().ToArbitrary();
        Prop.ForAll(AnyTally, steps, (tally, step) =>
        {
            var (dropped, damaged, every) = step;
            var from = tally.Position.Value;
            var quarantined = new PositionRanges();
            for (var at = from; at < from + dropped + damaged; at += every + 1)
            {
                quarantined.Add(at);
            }

            var lost = new DroppedRange(dropped, tally.Position, tally.Position + (dropped - 1));
            var moved = tally.PassUnread(tally.Position + (dropped + damaged), lost, quarantined);
            var kept = quarantined.CountBetween(from, from + dropped);
            return moved.Position.Value == from + dropped + damaged
                && moved.Dropped == tally.Dropped + dropped - kept
                && moved.Quarantined == tally.Quarantined + quarantined.CountBetween(0, long.MaxValue)
                && moved.Delivered == tally.Delivered;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Tally_OfAnotherVersionOrCutOrNegative_IsNotRead()
    {
        var bytes = new byte[NorthTally.SizeBytes];
        (NorthTally.StartingAt(new JournalPosition(33)) with { Delivered = 2 }).Write(bytes);

        Assert.False(NorthTally.TryRead(bytes.AsSpan(1), out _, out _));
        Assert.False(NorthTally.TryRead(bytes.AsSpan(..^1), out _, out _));
        Assert.False(NorthTally.TryRead([], out _, out _));
        Assert.False(NorthTally.TryRead([9, .. bytes.AsSpan(1)], out _, out _));
        bytes[8] = 0x80;
        Assert.False(NorthTally.TryRead(bytes, out _, out _));
    }

    [Fact]
    public void Tally_OfTheSecondVersion_IsReadOn()
    {
        var tally = new NorthTally(new JournalPosition(1), 2, 3, 4, new FilteredCounts(5, 6, 7, 8, 9, 10, 11), 12, 13);
        var bytes = new byte[NorthTally.SizeBytes];
        tally.Write(bytes);
        bytes[0] = 2;

        Assert.True(NorthTally.TryRead(bytes.AsSpan(..^40), out var read, out var length));

        Assert.Equal((tally, bytes.Length - 40), (read, length));
    }

    [Fact]
    public void Tally_OfTheThirdVersion_IsReadOn()
    {
        var tally = new NorthTally(new JournalPosition(1), 2, 3, 4, new FilteredCounts(5, 6, 7, 8, 9, 10, 11), 12, 13)
        {
            Ticket = 14,
        };
        var bytes = new byte[NorthTally.SizeBytes];
        (tally with { Sending = new BatchRange(15, 16, 17, 18) }).Write(bytes);
        bytes[0] = 3;

        Assert.True(NorthTally.TryRead(bytes, out var read, out var length));

        Assert.Equal((tally, bytes.Length - 32), (read, length));
    }

    [Fact]
    public void Tally_Advanced_KeepsTheBatchOnItsWayAsLongAsItPassesNothingOfIt()
    {
        var batch = new BatchRange(10, 12, 3, 0);
        var tally = NorthTally.StartingAt(JournalPosition.Zero) with { Sending = batch };

        Assert.Equal(batch, tally.Advance(new JournalPosition(10), default).Sending);
        Assert.Equal(default, tally.Advance(new JournalPosition(11), default).Sending);
        Assert.Equal(default, tally.PassUnread(new JournalPosition(11), default, new PositionRanges()).Sending);
    }

    [Fact]
    public void Tally_OfTheFirstVersion_IsReadOn()
    {
        var bytes = new byte[49 + 5];
        bytes[0] = 1;
        for (var member = 0; member < 6; member++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1 + (8 * member)), 10 + member);
        }

        Assert.True(NorthTally.TryRead(bytes, out var tally, out var length));

        Assert.Equal(49, length);
        Assert.Equal(
            NorthTally.StartingAt(new JournalPosition(10)) with
            {
                Delivered = 11,
                Quarantined = 12,
                Dropped = 13,
                Filtered = default(FilteredCounts) with { Filtered = 14 },
                Unrouted = 15,
            },
            tally);
    }
}
