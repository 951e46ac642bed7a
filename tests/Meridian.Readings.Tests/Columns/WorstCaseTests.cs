using System.Buffers;
using System.Globalization;
using System.Text;
using Meridian.Fixtures;
using Meridian.Sdk.Readings;

namespace Meridian.Readings.Tests.Columns;

/// <summary>Readings that columns are bad at: they survive all the same, and take no more than they may.</summary>
public sealed class WorstCaseTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 15, 0, TimeSpan.Zero);

    [Fact]
    public void OneReading_RoundTrips() => RoundTrip([new Reading("a", Start, ReadingValue.From(21.5))], 60);

    [Fact]
    public void AllPointsDifferent_RoundTrips() => RoundTrip(
        [.. Enumerable.Range(0, 5_000).Select(static i => new Reading(
            i.ToString("x8", CultureInfo.InvariantCulture), Start, ReadingValue.From(i / 10.0)))],
        12);

    [Fact]
    public void EverythingRandom_TakesHardlyMoreThanItself()
    {
        var dice = new Random(Seed.Given ?? 3);
        RoundTrip(
            [.. Enumerable.Range(0, 5_000).Select(_ => new Reading(
                dice.Next(1_000).ToString(CultureInfo.InvariantCulture),
                new DateTimeOffset(dice.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero),
                ReadingValue.From(dice.NextInt64(long.MinValue, long.MaxValue)),
                new Quality((uint)dice.NextInt64(uint.MaxValue))))],
            26);
    }

    [Fact]
    public void KindsInTurnOnOnePoint_RoundTrips()
    {
        var values = SampleReadings.Everything().Select(static reading => reading.Value).ToArray();
        RoundTrip(
            [.. Enumerable.Range(0, 1_200).Select(i => new Reading("a", Start, values[i % values.Length]))], 4);
    }

    [Fact]
    public void LongestNames_RoundTrip() => RoundTrip(
        [.. Enumerable.Range(0, 20).Select(static i => new Reading(
            string.Create(CultureInfo.InvariantCulture, $"{new string('x', 65_530)}{i % 10:00000}"), Start, default))],
        33_000);

    [Fact]
    public void NamesThatAreEachOthersBeginning_RoundTrip() => RoundTrip(
        [.. Enumerable.Range(1, 600).Select(static i => new Reading(new string('é', i), Start, default))], 700);

    [Theory]
    [InlineData(ReadingsCompression.None)]
    [InlineData(ReadingsCompression.Brotli)]
    public void HugeTextsAndBytes_RoundTrip(ReadingsCompression compression)
    {
        var text = string.Concat(Enumerable.Range(0, 100_000).Select(static i => $"Öl {i} "));
        RoundTrip(
            [
                new Reading("a", Start, ReadingValue.From(text)),
                new Reading("b", Start, ReadingValue.FromJson(text)),
                new Reading("c", Start, ReadingValue.From(Encoding.UTF8.GetBytes(text))),
                new Reading("a", Start, ReadingValue.From(text)),
                new Reading("a", Start, ReadingValue.From(string.Empty)),
                new Reading("c", Start, ReadingValue.From(Array.Empty<byte>())),
            ],
            400_000,
            compression);
    }

    /// <summary>What Brotli makes more than 1,024 times shorter stays as it is: no decoder would take it.</summary>
    [Fact]
    public void TooCompressible_IsStoredAsItIs() => RoundTrip(
        [new Reading("a", Start, ReadingValue.From(new string('x', 4_000_000)))],
        4_000_100,
        ReadingsCompression.Brotli);

    [Fact]
    public void EachTextAnother_RoundTrips() => RoundTrip(
        [.. Enumerable.Range(0, 10_000).Select(static i => new Reading(
            i % 2 == 0 ? "a" : "b", Start, ReadingValue.From(i.ToString(CultureInfo.InvariantCulture))))],
        6);

    [Fact]
    public void NumbersThatChangeTheirDecimals_RoundTrip() => RoundTrip(
        [.. Enumerable.Range(0, 2_000).Select(static i => new Reading("a", Start, ReadingValue.From((i % 7) switch
        {
            0 => i / 10.0,
            1 => i / 1e9,
            2 => -0.0,
            3 => double.NaN,
            4 => Math.Sqrt(i),
            5 => 1.1f * i,
            _ => i * 1e15,
        })))],
        10);

    [Fact]
    public void VeryLongRecord_ThenAShortOne_RoundTrip()
    {
        var encoder = new ReadingsEncoder();
        var decoder = new ReadingsDecoder();
        var bytes = new ArrayBufferWriter<byte>();
        var output = new ArrayBufferWriter<Reading>();
        foreach (var count in new[] { 300_000, 3, 300_000 })
        {
            var readings = Enumerable.Range(0, count).Select(static i => new Reading(
                i % 3 == 0 ? "a" : "b", Start.AddSeconds(i), ReadingValue.From(i % 7 / 10.0))).ToArray();
            bytes.ResetWrittenCount();
            output.ResetWrittenCount();

            encoder.Encode(readings, bytes);
            decoder.Decode(bytes.WrittenSpan, output);

            Assert.True(readings.AsSpan().SequenceEqual(output.WrittenSpan));
        }
    }

    [Fact]
    public void MoreReadingsThanARecordHolds_AreRefused()
    {
        var encoder = new ReadingsEncoder(new ReadingsEncoderOptions(), maxReadings: 3);
        var reading = new Reading("a", Start, default);
        encoder.Add([reading, reading]);

        var fault = Assert.Throws<ArgumentException>(() => encoder.Add([reading, reading]));

        Assert.Contains("2 readings beside 2 are more than the 3 of a record", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, encoder.Count);
        encoder.Add([reading]);
    }

    /// <summary>What is announced is not believed: too few bytes follow, so nothing is made for it.</summary>
    [Theory]
    [InlineData("02 00 80808008 0000000000000000 00 01 00000000")]
    [InlineData("02 01 01 80808020 0000")]
    [InlineData("02 00 8010 0000000000000000 00 01 00000000 01 02 00 8010 0000 0000 0000 0000 0000 0000 0000 0000")]
    public void FarMoreAnnouncedThanThereIs_AllocatesLittle(string record)
    {
        var bytes = Convert.FromHexString(record.Replace(" ", string.Empty, StringComparison.Ordinal));
        var decoder = new ReadingsDecoder();
        var output = new ArrayBufferWriter<Reading>();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<ReadingsFormatException>(() => decoder.Decode(bytes, output));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    private static void RoundTrip(
        Reading[] readings, int mostBytesEach, ReadingsCompression compression = ReadingsCompression.None)
    {
        var encoder = new ReadingsEncoder(new ReadingsEncoderOptions { Compression = compression });
        var decoder = new ReadingsDecoder();
        var bytes = new ArrayBufferWriter<byte>();
        var output = new ArrayBufferWriter<Reading>();
        encoder.Add(readings);
        var most = encoder.LengthBytes + 12;

        encoder.Finish(bytes);
        decoder.Decode(bytes.WrittenSpan, output);

        Assert.True(readings.AsSpan().SequenceEqual(output.WrittenSpan));
        Assert.InRange(bytes.WrittenCount, 1, most);
        Assert.InRange((double)bytes.WrittenCount / readings.Length, 0, mostBytesEach);
    }
}
