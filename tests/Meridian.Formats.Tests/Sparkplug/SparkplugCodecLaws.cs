using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Fixtures;
using Meridian.Formats.Sparkplug;
using Meridian.Formats.Sparkplug.Values;
using Meridian.Formats.Tests.Payloads;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Sparkplug;

public sealed class SparkplugCodecLaws
{
    /// <summary>What the elements of one payload may take at most, with room.</summary>
    private const long MaxAllocatedBytes = 64L * 1024 * 1024;

    [Fact]
    public void AnyPayload_RoundTrips() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(TestMode.Pick(5_000, 200)),
        Prop.ForAll(Payloads.Drawn().ToArbitrary(), payload =>
        {
            var bytes = SparkplugCodec.Encode(payload);

            Assert.True(SparkplugCodec.TryDecode(bytes, out var read, out var reason), reason);
            Assert.Equal(Payloads.Show(payload), Payloads.Show(read));
            Assert.Equal(bytes, SparkplugCodec.Encode(read));
            Assert.True(SparkplugCodec.TryDecode(Pieces.Of(bytes), out var pieces, out _));
            Assert.Equal(Payloads.Show(read), Payloads.Show(pieces));
        }));

    [Fact]
    public void AnyReadingValue_RoundTrips() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(TestMode.Pick(20_000, 1_000)),
        Prop.ForAll(Values().ToArbitrary(), ArbMap.Default.ArbFor<uint>(), (value, code) =>
        {
            var isNull = value.Kind == ReadingValueKind.Null;
            var written = SparkplugReadingValue.Write(value, out var type, out var contentType);
            var metric = new SparkplugMetric
            {
                DataType = type,
                ContentType = contentType,
                IsNull = isNull,
                Value = written,
                Properties = SparkplugQuality.PropertiesOf(new Quality(code), isNull),
            };

            Assert.True(SparkplugCodec.TryDecode(
                SparkplugCodec.Encode(new SparkplugPayload { Metrics = [metric] }), out var payload, out _));

            var read = Assert.Single(payload.Metrics);
            Assert.Equal(new Quality(code), SparkplugQuality.Of(read));
            Assert.Equal(isNull, read.IsNull);
            var isJson = string.Equals(
                read.ContentType, SparkplugReadingValue.JsonContentType, StringComparison.Ordinal);
            if (!isNull)
            {
                Assert.True(SparkplugReadingValue.TryRead(
                    read.Value, read.DataType, isJson, 1_000, out var back, out var reason), reason);
                Assert.Equal(value, back);
            }
        }));

    [Fact]
    public void Decode_RandomAndDamagedBytes_GivesAPayloadOrAReason() => Seed.Run(random =>
    {
        var samples = Payloads.Drawn().Sample(40, 50).Append(Payloads.OfEverything)
            .Select(SparkplugCodec.Encode).Where(static bytes => bytes.Length > 0).ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < TestMode.Pick(1_000_000, 20_000); round++)
        {
            var bytes = round % 4 == 0 ? Noise(random) : Damage(random, samples[random.Next(samples.Length)]);

            var isDecoded = SparkplugCodec.TryDecode(bytes, out var payload, out var reason);

            Assert.Equal(isDecoded, reason is null);
            foreach (var metric in payload?.Metrics ?? [])
            {
                _ = SparkplugQuality.Of(metric);
                var type = (SparkplugDataType)random.Next(36);
                var isRead = SparkplugReadingValue.TryRead(metric.Value, type, true, 500, out _, out var why);
                Assert.Equal(isRead, why is null);
            }

            var now = GC.GetAllocatedBytesForCurrentThread();
            Assert.InRange(now - before, 0, MaxAllocatedBytes);
            before = now;
        }
    });

    [Theory]
    [InlineData(new byte[] { 0x12, 0x00 })] // An empty metric.
    [InlineData(new byte[] { 0x12, 0x04, 0x4A, 0x02, 0x0A, 0x00 })] // A metric of one property's key.
    [InlineData(new byte[] { 0x12, 0x05, 0x8A, 0x01, 0x02, 0x22, 0x00 })] // A table of one empty row.
    public void Decode_MillionsOfSmallElements_RefusesBeforeTheyAreMuch(byte[] element)
    {
        var bytes = new byte[element.Length * 600_000];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = element[i % element.Length];
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var isDecoded = SparkplugCodec.TryDecode(bytes, out _, out var reason);

        Assert.False(isDecoded);
        Assert.Contains("250,000 elements", reason, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 128L * 1024 * 1024);
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Damage(Random random, byte[] sample)
    {
        var bytes = sample.ToArray();
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static Gen<ReadingValue> Values() => Gen.OneOf(
        Gen.Constant(ReadingValue.Null),
        ArbMap.Default.GeneratorFor<double>().Select(ReadingValue.From),
        ArbMap.Default.GeneratorFor<long>().Select(ReadingValue.From),
        ArbMap.Default.GeneratorFor<ulong>().Select(ReadingValue.From),
        ArbMap.Default.GeneratorFor<bool>().Select(ReadingValue.From),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(static text => ReadingValue.From(
            System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text.Get)))),
        ArbMap.Default.GeneratorFor<byte[]>().Select(static bytes => ReadingValue.From(bytes ?? [])),
        ArbMap.Default.GeneratorFor<int>().Select(static number =>
            ReadingValue.FromJson($"{{\"a\":{number}}}")));
}
