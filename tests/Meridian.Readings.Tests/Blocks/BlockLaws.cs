using FsCheck;
using FsCheck.Fluent;
using Meridian.Readings.Blocks;

namespace Meridian.Readings.Tests.Blocks;

public sealed class BlockLaws
{
    [Fact]
    public void AnyColumn_RoundTripsAndIsNoLongerThanItsPlans() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Columns().ToArbitrary(), values =>
        {
            var writer = new RecordWriter();
            var read = new long[values.Length];
            writer.WriteColumn(values);
            var length = writer.Length;

            // Once at the very end, once with bytes behind that are not the column's.
            for (var behind = 0; behind < 2; behind++)
            {
                var reader = new RecordReader(writer.Written);
                reader.ReadColumn(read);

                Assert.Equal(length, writer.Length - reader.Remaining);
                Assert.Equal(values, read);
                writer.Write(Enumerable.Repeat((byte)0xFF, 16).ToArray());
            }

            Assert.InRange(length, 0, MostBytes(values));
        }));

    [Fact]
    public void EachWidth_RoundTrips()
    {
        for (var width = 0; width <= 64; width++)
        {
            var most = width == 0 ? 0 : ulong.MaxValue >> (64 - width);
            var values = Enumerable.Range(0, 300).Select(i => unchecked((long)(most / 300 * (ulong)i))).ToArray();
            values[^1] = unchecked((long)most);
            var writer = new RecordWriter();
            var read = new long[values.Length];

            writer.WriteColumn(values);
            var reader = new RecordReader(writer.Written);
            reader.ReadColumn(read);

            Assert.Equal(values, read);
            Assert.True(reader.IsAtEnd);
        }
    }

    [Fact]
    public void FewFarFromTheOthers_AreOutliers()
    {
        var values = Enumerable.Range(0, 256).Select(static i => (long)(i % 16)).ToArray();
        values[0] = long.MinValue;
        values[100] = 1_000_000;
        values[255] = long.MaxValue;

        var plan = BlockPlan.Of(values);

        Assert.Equal(4, plan.Width);
        Assert.Equal(0, plan.Least);
    }

    private static int MostBytes(long[] values)
    {
        var bytes = 0;
        foreach (var block in values.Chunk(Block.Length))
        {
            var width = Block.WidthOf(unchecked((ulong)(block.Max() - block.Min())));
            bytes += 11 + Block.PackedBytes(block.Length, width);
        }

        return bytes;
    }

    private static Gen<long[]> Columns() =>
        from count in Gen.Choose(0, 600)
        from width in Gen.Choose(0, 63)
        from far in Gen.Choose(1, 400)
        from offset in ArbMap.Default.GeneratorFor<long>()
        from seed in ArbMap.Default.GeneratorFor<int>()
        select Column(count, width, far, offset, new Random(seed));

    private static long[] Column(int count, int width, int far, long offset, Random dice)
    {
        var values = new long[count];
        foreach (ref var value in values.AsSpan())
        {
            value = dice.Next(far) == 0
                ? dice.NextInt64(long.MinValue, long.MaxValue)
                : unchecked(offset + (dice.NextInt64() & ((1L << width) - 1)));
        }

        return values;
    }
}
