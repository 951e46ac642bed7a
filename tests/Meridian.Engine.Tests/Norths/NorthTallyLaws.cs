using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Norths;
using Meridian.Journal;

namespace Meridian.Engine.Tests.Norths;

public sealed class NorthTallyLaws
{
    private static readonly Arbitrary<NorthTally> AnyTally = (
        from counts in Gen.Choose(0, int.MaxValue).ArrayOf(6)
        select new NorthTally(new JournalPosition(counts[0]), counts[1], counts[2], counts[3], counts[4], counts[5]))
        .ToArbitrary();

    [Fact]
    public void Tally_WrittenAndRead_IsTheSame() => Prop.ForAll(AnyTally, tally =>
    {
        var bytes = new byte[NorthTally.SizeBytes + 3];
        tally.Write(bytes);
        return NorthTally.TryRead(bytes, out var read) && read == tally;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Tally_Advanced_StandsThereAndCountsTheRestAsUnrouted()
    {
        var steps = Gen.Choose(0, 1000).Three().ToArbitrary();
        Prop.ForAll(AnyTally, steps, (tally, step) =>
        {
            var (delivered, quarantined, unrouted) = step;
            var to = new JournalPosition(tally.Position.Value + delivered + quarantined + unrouted);
            var moved = tally.Advance(to, delivered, quarantined);
            return moved.Position == to
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
    public void Tally_OfAnotherVersionOrCutOrNegative_IsNotRead()
    {
        var bytes = new byte[NorthTally.SizeBytes];
        new NorthTally(new JournalPosition(1), 2, 3, 4, 5, 6).Write(bytes);

        Assert.False(NorthTally.TryRead(bytes.AsSpan(1), out _));
        Assert.False(NorthTally.TryRead([], out _));
        Assert.False(NorthTally.TryRead([9, .. bytes.AsSpan(1)], out _));
        bytes[8] = 0x80;
        Assert.False(NorthTally.TryRead(bytes, out _));
    }
}
