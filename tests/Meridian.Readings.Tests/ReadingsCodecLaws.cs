using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Fixtures;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Tests;

public sealed class ReadingsCodecLaws
{
    [Theory]
    [InlineData(ReadingsCompression.None)]
    [InlineData(ReadingsCompression.Brotli)]
    public void AnyReadings_RoundTrip(ReadingsCompression compression)
    {
        var encoder = new ReadingsEncoder(new ReadingsEncoderOptions { Compression = compression });
        var decoder = new ReadingsDecoder();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(TestMode.IsLong ? 10_000 : 250),
            Prop.ForAll(Readings().ArrayOf().Where(readings => readings.Length > 0).ToArbitrary(), readings =>
            {
                var bytes = new ArrayBufferWriter<byte>();
                var output = new ArrayBufferWriter<Reading>();
                encoder.Add(readings);
                var most = encoder.LengthBytes + 12;

                encoder.Finish(bytes);
                decoder.Decode(bytes.WrittenSpan, output);

                Assert.Equal(readings, output.WrittenSpan.ToArray());
                Assert.InRange(bytes.WrittenCount, 1, most);
            }));
    }

    [Fact]
    public void AnyDoubles_RoundTrip()
    {
        var encoder = new ReadingsEncoder();
        var decoder = new ReadingsDecoder();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(Doubles().NonEmptyListOf().ToArbitrary(), numbers =>
            {
                var readings = numbers.Select(static number => new Reading("a", default, ReadingValue.From(number)));
                var bytes = new ArrayBufferWriter<byte>();
                var output = new ArrayBufferWriter<Reading>();

                encoder.Encode(readings.ToArray(), bytes);
                decoder.Decode(bytes.WrittenSpan, output);

                Assert.Equal(readings, output.WrittenSpan.ToArray());
            }));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AnyBytes_DecodeOrFault(int version) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll<byte[]>(bytes => Damage.DecodeOrFault([(byte)version, 0, .. bytes])));

    [Fact]
    public void DamageAtEachPlace_DecodesOrFaults()
    {
        Damage.AtEachPlace(SampleReadings.Golden("readings-v2"));
        if (TestMode.IsLong)
        {
            Damage.AtEachPlace(SampleReadings.Golden("readings-v2-rounds"));
            Damage.AtEachPlace(SampleReadings.Golden("readings-v2-brotli"));
        }
    }

    [Theory]
    [InlineData("readings-v2")]
    [InlineData("readings-v2-rounds")]
    [InlineData("readings-v2-brotli")]
    public void AnyDamage_DecodesOrFaults(string golden) => Damage.AtRandom(
        SampleReadings.Golden(golden), TestMode.IsLong ? 500_000 : 3_000, new Random(Seed.Given ?? 2));

    private static Gen<Reading> Readings() =>
        from point in Gen.Elements("a", "b/c", "Öl °C", new string('x', 300))
        from ticks in Gen.OneOf(
            Gen.Choose(0, 1_000).Select(second => 639_000_000_000_000_000L + second),
            ArbMap.Default.GeneratorFor<long>().Select(any => (any & long.MaxValue) % (DateTime.MaxValue.Ticks + 1)))
        from value in Values()
        from status in Gen.OneOf(Gen.Elements(0u, 0x4000_0000u, 0x8000_0000u), ArbMap.Default.GeneratorFor<uint>())
        select new Reading(point, new DateTimeOffset(ticks, TimeSpan.Zero), value, new Quality(status));

    private static Gen<ReadingValue> Values() => Gen.OneOf(
        Gen.Constant(ReadingValue.Null),
        Doubles().Select(ReadingValue.From),
        Bits().Select(ReadingValue.From),
        Bits().Select(bits => ReadingValue.From(unchecked((ulong)bits))),
        ArbMap.Default.GeneratorFor<bool>().Select(ReadingValue.From),
        Texts().Select(ReadingValue.From),
        Texts().Select(ReadingValue.FromJson),
        ArbMap.Default.GeneratorFor<byte[]>().Select(ReadingValue.From));

    private static Gen<double> Doubles() => Gen.OneOf(
        Bits().Select(BitConverter.Int64BitsToDouble),
        Gen.Choose(-100_000, 100_000).SelectMany(static number => Gen.Choose(0, 14).Select(decimals =>
            number / Math.Pow(10, decimals))),
        Gen.Choose(int.MinValue, int.MaxValue).Select(static bits => (double)BitConverter.Int32BitsToSingle(bits)),
        Gen.Elements(
            double.NaN, -double.NaN, 0.0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon,
            double.MaxValue, double.MinValue, 9_007_199_254_740_992, 9_007_199_254_740_993, -0.001, 1e22, 0.1 + 0.2,
            BitConverter.UInt64BitsToDouble(0x7FF0_0000_0000_0001),
            BitConverter.UInt64BitsToDouble(0x7FF8_0000_2000_0000)));

    private static Gen<long> Bits() => Gen.OneOf(
        ArbMap.Default.GeneratorFor<long>(),
        Gen.Choose(0, 63).Select(shift => 1L << shift),
        Gen.Choose(0, 63).Select(shift => (1L << shift) - 1));

    private static Gen<string> Texts() => ArbMap.Default.GeneratorFor<NonNull<string>>()
        .Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)));
}
