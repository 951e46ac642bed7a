using Meridian.Fixtures;
using Meridian.Formats.Parquet;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Parquet;

/// <summary>
/// The bytes of a small file. Whoever changes them on purpose raises the writer's version in Footer and runs this with
/// MERIDIAN_APPROVE=1.
/// </summary>
public sealed class ParquetGoldenTests
{
    private const string Path = "tests/Meridian.Formats.Tests/Parquet/Golden/readings.hex";

    [Fact]
    public void Write_SmallFile_IsTheGoldenFile()
    {
        var time = new DateTimeOffset(2026, 11, 21, 10, 15, 0, TimeSpan.Zero).AddTicks(1234567);
        var bytes = ParquetSamples.Write(
            [
                new Reading("line1/temp", time, ReadingValue.From(21.5)),
                new Reading("line1/count", time.AddTicks(1), ReadingValue.From(-42L)),
                new Reading("line1/temp", time.AddSeconds(1), ReadingValue.From(21.5), Quality.Uncertain),
                new Reading("line1/total", time, ReadingValue.From(ulong.MaxValue), Quality.Bad),
                new Reading("line1/on", time, ReadingValue.From(true)),
                new Reading("line1/name", time, ReadingValue.From("Öl °C")),
                new Reading("line1/raw", time, ReadingValue.From([0x00, 0xFF])),
                new Reading("line1/json", time, ReadingValue.FromJson("{\"a\":[1]}")),
                new Reading("line1/temp", time, ReadingValue.Null),
            ],
            new ParquetOptions { RowGroupRows = 6 });
        var lines = Convert.ToHexString(bytes).Chunk(100).Select(static line => new string(line));
        var made = string.Join('\n', lines) + "\n";

        Assert.Equal(ApprovedText.Of(Path, made), made);
    }
}
