using FsCheck;
using FsCheck.Fluent;

namespace Meridian.Transforms.Tests;

public sealed class TransformChainLaws
{
    [Fact]
    public void AnyStream_EveryPositionEitherLeftOnceOrWasFiltered() => Streams.Hold(ChainsAndStreams(), drawn =>
    {
        var outcome = Trial.Run(drawn.Chain, drawn.Entries);

        var left = outcome.Left.Where(left => !left.IsDerived).Select(left => left.Position);
        var filtered = outcome.Filtered.Select(filtered => filtered.Position);
        Assert.Equal(drawn.Entries.Select(entry => entry.Position), left.Concat(filtered).Order());
    });

    [Fact]
    public void AnyStream_PositionsNeverDescend() => Streams.Hold(ChainsAndStreams(), drawn =>
    {
        var outcome = Trial.Run(drawn.Chain, drawn.Entries);

        Assert.Equal(outcome.Left.Select(left => left.Position).Order(), outcome.Left.Select(left => left.Position));
        Assert.Equal(outcome.Filtered.Order(), outcome.Filtered);
        Assert.All(outcome.Left, left => Assert.Contains(drawn.Entries, entry => entry.Position == left.Position));
    });

    [Fact]
    public void AnyStream_CountsAddUp() => Streams.Hold(ChainsAndStreams(), drawn =>
    {
        var chain = Trial.Chain(drawn.Chain);

        chain.Run(drawn.Entries);

        var filtered = Enum.GetValues<FilterReason>().Sum(reason => chain.Result.CountOf(reason));
        Assert.Equal(chain.Result.Filtered.Length, filtered);
        Assert.Equal(drawn.Entries.Length, chain.Result.Readings.Length - chain.Result.DerivedCount + filtered);
    });

    [Fact]
    public void AnyStream_SavedAndLoadedAnywhere_GivesWhatNoInterruptionGives() =>
        Streams.Hold(ChainsAndStreams(), drawn =>
        {
            var whole = Trial.Run(drawn.Chain, drawn.Entries);

            var first = Trial.Chain(drawn.Chain);
            first.Run(drawn.Entries.AsSpan(0, drawn.At));
            var second = Trial.Chain(drawn.Chain);
            Assert.True(second.Load(Trial.Saved(first)));
            second.Run(drawn.Entries.AsSpan(drawn.At));

            Outcome.Of(first.Result).Then(Outcome.Of(second.Result)).MustEqual(whole);
        });

    [Fact]
    public void AnyStream_SavedLoadedAndSaved_IsTheSameBytes() => Streams.Hold(ChainsAndStreams(), drawn =>
    {
        var first = Trial.Chain(drawn.Chain);
        first.Run(drawn.Entries);
        var saved = Trial.Saved(first);

        var second = Trial.Chain(drawn.Chain);
        second.Load(saved);

        Assert.Equal(saved, Trial.Saved(second));
    });

    [Fact]
    public void AnyStream_RunAgainOverTheSameEntries_GivesTheSame() => Streams.Hold(ChainsAndStreams(), drawn =>
    {
        var chain = Trial.Chain(drawn.Chain);
        chain.Run(drawn.Entries.AsSpan(0, drawn.At));
        var saved = Trial.Saved(chain);
        chain.Result.Clear();
        chain.Run(drawn.Entries.AsSpan(drawn.At));
        var once = Outcome.Of(chain.Result);

        chain.Result.Clear();
        chain.Load(saved);
        chain.Run(drawn.Entries.AsSpan(drawn.At));

        Outcome.Of(chain.Result).MustEqual(once);
    });

    [Fact]
    public void AnyDamage_IsLeftAsideAndNothingThrows() => Streams.Hold(
        from drawn in ChainsAndStreams()
        from place in Gen.Choose(0, int.MaxValue)
        from what in Gen.Choose(0, 255)
        from length in Gen.Choose(0, int.MaxValue)
        select (drawn, place, what, length),
        one =>
        {
            var (drawn, place, what, length) = one;
            var chain = Trial.Chain(drawn.Chain);
            chain.Run(drawn.Entries.AsSpan(0, drawn.At));
            var saved = Trial.Saved(chain);
            var damaged = saved.ToArray();
            damaged[place % damaged.Length] = (byte)what;

            foreach (var bytes in new[] { damaged, saved[..(length % saved.Length)] })
            {
                chain.Load(bytes);
                chain.Run(drawn.Entries.AsSpan(drawn.At));
                chain.Finish(long.MaxValue);
                chain.Result.Clear();
            }
        });

    [Fact]
    public void AnyBytes_AreLeftAside() => Streams.Hold(ArbMap.Default.GeneratorFor<byte[]>(), bytes =>
    {
        var chain = Trial.Chain(Chains.All);

        Assert.Equal(bytes is [] or [1], chain.Load(bytes));
        chain.Run(Trial.Entry(1));
    });

    private static Gen<(TransformSettings[] Chain, TransformEntry[] Entries, int At)> ChainsAndStreams() =>
        from chain in Chains.Any()
        from cut in Streams.Cut(Streams.Any())
        select (chain, cut.Entries, cut.At);
}
