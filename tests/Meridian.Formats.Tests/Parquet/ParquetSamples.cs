using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meridian.Formats.Parquet;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Parquet;

/// <summary>Readings at the edges of every kind, at random, and their files.</summary>
internal static class ParquetSamples
{
    private static readonly DateTimeOffset Time =
        new DateTimeOffset(2026, 11, 21, 10, 15, 0, TimeSpan.Zero).AddTicks(1234567);

    /// <summary>One of everything that a file has to carry.</summary>
    public static Reading[] Everything { get; } =
    [
        .. Values().Select(static (value, i) => new Reading($"line{i % 5}/°C", Time.AddTicks(i * 7), value)),
        new Reading("bad", Time, ReadingValue.From(1.5), Quality.Bad),
        new Reading("bad", Time, ReadingValue.Null, new Quality(uint.MaxValue)),
        new Reading("first", DateTimeOffset.UnixEpoch.AddTicks(-(long.MaxValue / 100)), ReadingValue.From(1.0)),
        new Reading("last", DateTimeOffset.UnixEpoch.AddTicks(long.MaxValue / 100), ReadingValue.From(2.0)),
        new Reading("before 1970", DateTimeOffset.UnixEpoch.AddTicks(-10), ReadingValue.From(3.0)),
        new Reading("elsewhere", Time.ToOffset(TimeSpan.FromHours(5)), ReadingValue.From(4.0)),
        new Reading(new string('n', 65_535), Time, ReadingValue.From(5.0)),
    ];

    /// <summary>A file as bytes, given to the writer in parts of some readings.</summary>
    public static byte[] Write(Reading[] readings, ParquetOptions? options = null, int part = 1_000)
    {
        using var stream = new MemoryStream();
        using var writer = new ParquetReadingsWriter(stream, options);
        foreach (var some in readings.Chunk(part))
        {
            writer.Write(some);
        }

        writer.Complete();
        Assert.Equal(stream.Length, writer.BytesWritten);
        Assert.Equal(readings.Length, writer.Count);
        return stream.ToArray();
    }

    /// <summary>Random readings that a file can hold.</summary>
    public static Gen<Reading> Any() =>
        from point in Gen.Elements("a", "b/c", "Öl °C", "𝄞", new string('x', 300))
        from ticks in Gen.OneOf(
            Gen.Choose(0, 1_000).Select(static tick => Time.Ticks + tick),
            ArbMap.Default.GeneratorFor<long>().Select(static any => (any / 100) + DateTimeOffset.UnixEpoch.Ticks))
        from value in AnyValue()
        from status in Gen.OneOf(Gen.Elements(0u, 0x4000_0000u, 0x8000_0000u), ArbMap.Default.GeneratorFor<uint>())
        select new Reading(point, new DateTimeOffset(ticks, TimeSpan.Zero), value, new Quality(status));

    private static IEnumerable<ReadingValue> Values() =>
    [
        .. Array.ConvertAll<double, ReadingValue>(
            [
                0, -0.0, 21.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon,
                double.MaxValue, double.MinValue,
            ],
            ReadingValue.From),
        .. Array.ConvertAll<long, ReadingValue>(
            [0, 1, -1, long.MinValue, long.MaxValue, (1L << 53) + 1], ReadingValue.From),
        .. Array.ConvertAll<ulong, ReadingValue>(
            [0, ulong.MaxValue, long.MaxValue, (ulong)long.MaxValue + 1], ReadingValue.From),
        ReadingValue.From(true),
        ReadingValue.From(false),
        .. Array.ConvertAll<string, ReadingValue>(
            ["", " ", "Öl °C", "𝄞\0\r\n\"", "\uFEFFa", new string('t', 100_000)], ReadingValue.From),
        .. Array.ConvertAll<byte[], ReadingValue>(
            [[], [0], [0xFF, 0x00, 0x80], new byte[70_000]], ReadingValue.From),
        .. Array.ConvertAll<string, ReadingValue>(
            ["{\"a\":[1,null]}", " 1.50 ", "\"°\"", "{", "", "null", new string('[', 900) + new string(']', 900)],
            ReadingValue.FromJson),
        ReadingValue.Null,
    ];

    private static Gen<ReadingValue> AnyValue() => Gen.OneOf(
        Gen.Constant(ReadingValue.Null),
        ArbMap.Default.GeneratorFor<double>().Select(ReadingValue.From),
        ArbMap.Default.GeneratorFor<long>()
            .Select(static bits => ReadingValue.From(BitConverter.Int64BitsToDouble(bits))),
        ArbMap.Default.GeneratorFor<long>().Select(ReadingValue.From),
        ArbMap.Default.GeneratorFor<ulong>().Select(ReadingValue.From),
        ArbMap.Default.GeneratorFor<bool>().Select(ReadingValue.From),
        AnyText().Select(ReadingValue.From),
        AnyText().Select(ReadingValue.FromJson),
        Gen.Choose(-9, 9).Select(static number => ReadingValue.FromJson($"{{\"n\":{number}}}")),
        ArbMap.Default.GeneratorFor<byte[]>().Select(ReadingValue.From));

    private static Gen<string> AnyText() => ArbMap.Default.GeneratorFor<NonNull<string>>()
        .Select(static text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)));
}
