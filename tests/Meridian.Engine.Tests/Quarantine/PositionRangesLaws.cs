using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Quarantine;

namespace Meridian.Engine.Tests.Quarantine;

public sealed class PositionRangesLaws
{
    private static readonly Gen<int[]> Positions = Gen.Choose(0, 60).ArrayOf();

    [Fact]
    public void Ranges_AnyPositionsAdded_AreTheSetOfThem()
    {
        var bounds = Gen.Choose(-2, 63).Two();
        Prop.ForAll(Positions.ToArbitrary(), bounds.ToArbitrary(), (positions, bound) =>
        {
            var ranges = Of(positions);
            var model = positions.ToHashSet();
            var (from, to) = bound;
            var snapshot = ranges.Snapshot();
            return Enumerable.Range(-2, 66).All(position => ranges.Contains(position) == model.Contains(position))
                && ranges.CountBetween(from, to) == model.Count(position => position >= from && position < to)
                && snapshot.Zip(snapshot.Skip(1)).All(pair => pair.First.To < pair.Second.From)
                && snapshot.Sum(range => range.To - range.From) == model.Count;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Ranges_SomePositionsTakenOut_AreTheRest()
    {
        var bounds = Gen.Choose(-2, 63).Two();
        Prop.ForAll(Positions.Two().ToArbitrary(), bounds.ToArbitrary(), (positions, bound) =>
        {
            var (added, removed) = positions;
            var ranges = Of(added);
            Array.ForEach(removed, position => ranges.Remove(position));
            var model = added.Except(removed).ToHashSet();
            var (from, to) = bound;
            return Enumerable.Range(-2, 66).All(position => ranges.Contains(position) == model.Contains(position))
                && ranges.Within(from, to).SequenceEqual(
                    model.Where(position => position >= from && position < to).Order().Select(static at => (long)at));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Ranges_UnionOfSeveral_CountsEachPositionOnce()
    {
        Prop.ForAll(Positions.ArrayOf().ToArbitrary(), Gen.Choose(0, 62).ToArbitrary(), (sets, bound) =>
            PositionRanges.CountUnionBefore(sets.Select(Of), bound)
                == sets.SelectMany(set => set).Where(position => position < bound).Distinct().Count())
            .QuickCheckThrowOnFailure();
    }

    private static PositionRanges Of(int[] positions)
    {
        var ranges = new PositionRanges();
        Array.ForEach(positions, position => ranges.Add(position));
        return ranges;
    }
}
