using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Tests;

public sealed class ReadingsCodecLaws
{
    private readonly ReadingsEncoder _encoder = new();
    private readonly ReadingsDecoder _decoder = new();

    [Fact]
    public void AnyReadings_RoundTrip()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1_000),
            Prop.ForAll(Readings().ArrayOf().Where(readings => readings.Length > 0).ToArbitrary(), readings =>
            {
                var bytes = new ArrayBufferWriter<byte>();
                var output = new ArrayBufferWriter<Reading>();

                _encoder.Encode(readings, bytes);
                _decoder.Decode(bytes.WrittenSpan, output);

                Assert.Equal(readings, output.WrittenSpan.ToArray());
            }));
    }

    [Fact]
    public void AnyBytes_DecodeOrFault() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll<byte[]>(bytes => DecodeOrFault([1, .. bytes])));

    [Fact]
    public void AnyDamage_DecodesOrFaults()
    {
        var bytes = new ArrayBufferWriter<byte>();
        _encoder.Encode(SampleReadings.Everything(), bytes);
        var record = bytes.WrittenSpan.ToArray();

        for (var at = 0; at < record.Length; at++)
        {
            DecodeOrFault(record[..at]);
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = record.ToArray();
                damaged[at] ^= (byte)(1 << bit);
                DecodeOrFault(damaged);
            }
        }
    }

    private void DecodeOrFault(byte[] record)
    {
        var output = new ArrayBufferWriter<Reading>();
        try
        {
            Assert.Equal(_decoder.Decode(record, output), output.WrittenCount);
        }
        catch (ReadingsFormatException)
        {
            Assert.Equal(0, output.WrittenCount);
        }
    }

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
        Bits().Select(bits => ReadingValue.From(BitConverter.Int64BitsToDouble(bits))),
        Bits().Select(ReadingValue.From),
        Bits().Select(bits => ReadingValue.From(unchecked((ulong)bits))),
        ArbMap.Default.GeneratorFor<bool>().Select(ReadingValue.From),
        Texts().Select(ReadingValue.From),
        Texts().Select(ReadingValue.FromJson),
        ArbMap.Default.GeneratorFor<byte[]>().Select(ReadingValue.From));

    private static Gen<long> Bits() => Gen.OneOf(
        ArbMap.Default.GeneratorFor<long>(),
        Gen.Choose(0, 63).Select(shift => 1L << shift),
        Gen.Choose(0, 63).Select(shift => (1L << shift) - 1));

    private static Gen<string> Texts() => ArbMap.Default.GeneratorFor<NonNull<string>>()
        .Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)));
}
