using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.History.Coverage;
using Meridian.Engine.History.Planning;

namespace Meridian.Engine.Tests.History.Planning;

public sealed class HistoryPiecesLaws
{
    private static readonly Arbitrary<List<TickRange>> Due = Gen.Choose(0, 200).ArrayOf().Select(ticks =>
        ticks.Distinct().Order().Chunk(2).Where(pair => pair.Length == 2)
            .Select(pair => new TickRange(pair[0], pair[1])).ToList()).ToArbitrary();

    [Fact]
    public void Pieces_AnyRanges_AreThemInShortPartsCutAtMultiples() =>
        Prop.ForAll(Due, Gen.Choose(1, 40).ToArbitrary(), (due, longest) =>
        {
            var pieces = Take(due, longest, isNewestFirst: false);

            Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, longest));
            Assert.Equal(due.SelectMany(TicksOf), pieces.SelectMany(TicksOf));
            Assert.All(pieces, piece => Assert.True(
                piece.End % longest == 0 || due.Any(range => range.End == piece.End)));
            Assert.Equal(pieces, Take(due, longest, isNewestFirst: true).AsEnumerable().Reverse());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Pieces_AfterSomeAreCovered_AreTheRest() =>
        Prop.ForAll(Due, Gen.Choose(1, 40).ToArbitrary(), Gen.Choose(0, 10).ToArbitrary(), (due, longest, count) =>
        {
            var pieces = Take(due, longest, isNewestFirst: false);
            var ledger = pieces.Take(count).Aggregate(
                CoverageLedger.Empty, (covered, piece) => covered.Cover(piece, out _));
            var rest = due.SelectMany(range => ledger.Missing(range)).ToList();

            // A rest that has become short enough is asked at once.
            Assert.Equal(
                pieces.Skip(count).SelectMany(TicksOf),
                Take(rest, longest, isNewestFirst: false).SelectMany(TicksOf));
            Assert.True(Take(rest, longest, isNewestFirst: false).Count <= Math.Max(0, pieces.Count - count));
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<int> TicksOf(TickRange range) => Enumerable.Range((int)range.Start, (int)range.Length);

    private static List<TickRange> Take(List<TickRange> due, long longest, bool isNewestFirst)
    {
        var pieces = new HistoryPieces(due, longest, isNewestFirst);
        var taken = new List<TickRange>();
        while (pieces.Next is { } piece)
        {
            taken.Add(piece);
            pieces.Take();
        }

        return taken;
    }
}
