using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Fixtures;
using Meridian.Formats.Parquet.Buffers;
using Meridian.Formats.Parquet.Columns;
using Meridian.Formats.Parquet.Encodings;

namespace Meridian.Formats.Tests.Parquet.Encodings;

public sealed class EncodingLaws
{
    private static Config Cases => Config.QuickThrowOnFailure.WithMaxTest(TestMode.Pick(20_000, 1_000));

    [Fact]
    public void Hybrid_AnyRuns_RoundTrip() => Check.One(
        Cases,
        Prop.ForAll(
            Gen.Choose(1, 31).SelectMany(width => Runs(width).Select(values => (width, values))).ToArbitrary(),
            one =>
            {
                using var output = new GrowingArray<byte>();

                HybridEncoder.Encode(one.values, one.width, output);

                Assert.Equal(one.values, ReadHybrid(output.Written.ToArray(), one.values.Length, one.width));
            }));

    [Fact]
    public void Hybrid_OneRun_IsAsShortAsARun()
    {
        using var output = new GrowingArray<byte>();

        HybridEncoder.Encode(new int[100_000], 1, output);

        Assert.Equal(4, output.Count);
    }

    [Fact]
    public void Delta_AnyIntegers_RoundTrip() => Check.One(
        Cases,
        Prop.ForAll(Integers().ArrayOf().ToArbitrary(), values =>
        {
            using var output = new GrowingArray<byte>();

            DeltaEncoder.Encode(values, output);

            Assert.Equal(values, ReadDelta(output.Written.ToArray()));
        }));

    [Fact]
    public void Numbers_ByDictionary_AreTheSame() => Check.One(
        Cases,
        Prop.ForAll(Numbers().ArrayOf().ToArbitrary(), values =>
        {
            using var entries = new GrowingArray<long>();
            var indexes = new int[values.Length];

            var pays = NumberDictionary.TryBuild(values, entries, indexes);

            Assert.Equal(values.Length > 0 && values.Distinct().Count() <= values.Length / 2, pays);
            if (pays)
            {
                Assert.Equal(values.Distinct(), entries.Written.ToArray());
                Assert.Equal(values, indexes.Select(index => entries.Written[index]));
            }
        }));

    [Fact]
    public void Texts_ByDictionary_AreTheSame() => Check.One(
        Cases,
        Prop.ForAll(Texts().ArrayOf().ToArbitrary(), texts =>
        {
            using var plain = new GatheredBytes();
            using var entries = new GrowingArray<byte>();
            var indexes = new int[texts.Length];
            foreach (var text in texts)
            {
                plain.Add(text);
            }

            var pays = BytesDictionary.TryBuild(plain.Plain.Written, entries, indexes, out var count);

            Assert.Equal(texts.Length > 0 && texts.Distinct(StringComparer.Ordinal).Count() <= texts.Length / 2, pays);
            if (pays)
            {
                var different = ReadPlain(entries.Written);
                Assert.Equal(count, different.Length);
                Assert.Equal(texts.Distinct(StringComparer.Ordinal).ToArray(), different);
                Assert.Equal(texts, indexes.Select(index => different[index]).ToArray());
            }
        }));

    [Fact]
    public void Numbers_ThatCollide_AreGivenUpInTime()
    {
        // Multiples of the inverse of the table's multiplier all fall into the first slots.
        var inverse = 0x9E37_79B9_7F4A_7C15UL;
        for (var i = 0; i < 6; i++)
        {
            inverse *= 2 - (0x9E37_79B9_7F4A_7C15UL * inverse);
        }

        var values = Enumerable.Range(0, 131_072).Select(i => (long)((ulong)(i / 3) * inverse)).ToArray();
        using var entries = new GrowingArray<long>();

        Assert.False(NumberDictionary.TryBuild(values, entries, new int[values.Length]));
    }

    private static Gen<int[]> Runs(int width) =>
        from runs in Gen.Choose(0, int.MaxValue).Two().ArrayOf()
        select runs.SelectMany(run => Enumerable.Repeat(
            run.Item1 & ((1 << width) - 1), run.Item2 % 5 == 0 ? 1 + (run.Item2 % 40) : 1)).ToArray();

    private static Gen<long> Integers() => Gen.OneOf(
        ArbMap.Default.GeneratorFor<long>(),
        Gen.Choose(-1_000, 1_000).Select(static number => (long)number),
        Gen.Elements(long.MinValue, long.MaxValue, 0));

    private static Gen<long> Numbers() => Gen.Choose(0, 20).Select(static number => number * 0x1_0000_0001L);

    private static Gen<string> Texts() => Gen.OneOf(
        Gen.Elements("", "a", "°", "the same for the first bytes, 1", "the same for the first bytes, 2"),
        Gen.Choose(0, 9).Select(static digit => new string((char)('0' + digit), digit)));

    private static int[] ReadHybrid(byte[] bytes, int count, int width)
    {
        var reader = new BitReader(bytes);
        var values = new List<int>();
        while (!reader.IsAtEnd)
        {
            var head = reader.Varint();
            if ((head & 1) == 1)
            {
                values.AddRange(reader.Packed((int)(head >> 1) * 8, width).Select(static value => (int)value));
                continue;
            }

            var value = 0;
            for (var bits = 0; bits < width; bits += 8)
            {
                value |= reader.Byte() << bits;
            }

            values.AddRange(Enumerable.Repeat(value, (int)(head >> 1)));
        }

        // Only the last packed group may hold more than there is, and less than a whole group.
        Assert.InRange(values.Count, count, count + 7);
        return [.. values.Take(count)];
    }

    private static long[] ReadDelta(byte[] bytes)
    {
        var reader = new BitReader(bytes);
        var block = (int)reader.Varint();
        var miniblocks = (int)reader.Varint();
        var count = (int)reader.Varint();
        var values = new List<long> { reader.ZigZag() };
        while (values.Count < count)
        {
            var least = reader.ZigZag();
            var widths = Enumerable.Range(0, miniblocks).Select(_ => (int)reader.Byte()).ToArray();
            foreach (var width in widths)
            {
                foreach (var packed in width == 0
                    ? new ulong[block / miniblocks]
                    : reader.Packed(block / miniblocks, width))
                {
                    values.Add(unchecked(values[^1] + least + (long)packed));
                }
            }
        }

        Assert.True(reader.IsAtEnd);
        return [.. values.Take(count)];
    }

    private static string[] ReadPlain(ReadOnlySpan<byte> plain)
    {
        var texts = new List<string>();
        while (!plain.IsEmpty)
        {
            var length = BitConverter.ToInt32(plain);
            texts.Add(Encoding.UTF8.GetString(plain.Slice(4, length)));
            plain = plain[(4 + length)..];
        }

        return [.. texts];
    }
}
