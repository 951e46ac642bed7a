using System.Diagnostics.CodeAnalysis;
using System.Text;
using Meridian.Connectors.Files.Folder;
using Meridian.Fixtures;
using Meridian.Formats.Rows;
using Meridian.Formats.Times;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Meridian.Testing.Contexts;
using Xunit.Abstractions;

namespace Meridian.Connectors.Files.Tests.Folder;

[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The test framework calls DisposeAsync.")]
public sealed class FolderDecoderTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly TestSouthContext _context = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _context.DisposeAsync();

    [Fact]
    public async Task Csv_OfAPlant_BecomesReadingsWithZoneAndDecimalComma()
    {
        var settings = new FolderItemSettings
        {
            Csv = new() { Delimiter = ';' },
            Rows = new()
            {
                TimeColumn = "Zeit",
                Time = new TimestampSpec
                {
                    Format = TimeFormat.Custom,
                    Pattern = "dd.MM.yyyy HH:mm:ss",
                    TimeZone = "Europe/Zurich",
                },
                PointColumn = "Messstelle",
                ValueColumn = "Wert",
                HasDecimalComma = true,
            },
        };
        var readings = await DecodeAsync(
            settings,
            "Zeit;Messstelle;Wert\r\n21.11.2026 13:00:00;Ofen 1;3,5\r\n\"21.11.2026 13:00:00\";\"a;b\";4\r\n");

        Assert.Equal(
            [
                new Reading("Ofen 1", Noon, ReadingValue.From(3.5)),
                new Reading("a;b", Noon, ReadingValue.From(4L)),
            ],
            readings);
        Assert.Equal(0, _context.UndecodedCount);
    }

    [Fact]
    public async Task Csv_WithRowsThatDoNotDecode_KeepsEachOfThem()
    {
        var readings = await DecodeAsync(
            new FolderItemSettings { Rows = new() { Type = ValueWish.Number } },
            "time,value\n2026-11-21T12:00:00Z,1\nyesterday,\"2\"\n2026-11-21T12:00:00Z,wet\n1,2,3\n"
            + "2026-11-21T12:00:00Z,4\n");

        Assert.Equal(5, readings.Count);
        Assert.Equal(3, _context.UndecodedCount);
        Assert.Equal((1L, 4L), (readings[0].Value.AsInt64(), readings[4].Value.AsInt64()));
        Assert.All(readings.Skip(1).Take(3), static one => Assert.Equal(Quality.BadDecoding, one.Quality));
        Assert.Equal("yesterday,\"2\"", Encoding.UTF8.GetString(readings[1].Value.AsBytes().Span));
        Assert.Equal((Noon, "wet"), (readings[2].Timestamp, readings[2].Value.AsString()));
        Assert.Equal("1,2,3", Encoding.UTF8.GetString(readings[3].Value.AsBytes().Span));
    }

    [Fact]
    public async Task Csv_WithoutTheColumn_IsRefusedAsAWhole()
    {
        var fault = await Assert.ThrowsAsync<ConnectorException>(
            () => DecodeAsync(new FolderItemSettings(), "when,value\n1,2\n"));

        Assert.False(fault.IsTransient);
        Assert.StartsWith("In 'a.csv': There is no column 'time' but 'when', 'value'", fault.Message,
            StringComparison.Ordinal);
        Assert.Empty(await DecodeAsync(new FolderItemSettings(), string.Empty));
        Assert.Empty(await DecodeAsync(new FolderItemSettings(), "time,value\n"));
    }

    [Theory]
    [InlineData(
        FolderFormat.Json,
        "[{\"time\":\"2026-11-21T12:00:00Z\",\"value\":1},\n{\"value\":\"]}\\\"\",\"time\":\"2026-11-21T12:00:00Z\"}]")]
    [InlineData(
        FolderFormat.Json,
        "\uFEFF {\"time\":\"2026-11-21T12:00:00Z\",\"value\":1} {\"value\":\"]}\\\"\",\"time\":\"2026-11-21T12:00:00Z\"}")]
    [InlineData(
        FolderFormat.JsonLines,
        "\uFEFF{\"time\":\"2026-11-21T12:00:00Z\",\"value\":1}\r\n\n{\"value\":\"]}\\\"\",\"time\":\"2026-11-21T12:00:00Z\"}")]
    public async Task Json_ArrayOrLines_BecomesReadings(FolderFormat format, string text)
    {
        foreach (var step in new[] { 1, 7, int.MaxValue })
        {
            var readings = await DecodeAsync(new FolderItemSettings { Format = format }, text, step);

            Assert.Equal(
                [
                    new Reading("files", Noon, ReadingValue.From(1L)),
                    new Reading("files", Noon, ReadingValue.From("]}\"")),
                ],
                readings);
        }

        Assert.Equal(0, _context.UndecodedCount);
    }

    [Fact]
    public async Task JsonLines_WithABrokenLine_KeepsItAndTheOthers()
    {
        var readings = await DecodeAsync(
            new FolderItemSettings { Format = FolderFormat.JsonLines },
            "{\"time\":\"2026-11-21T12:00:00Z\",\"value\":1}\n{\"time\":\n[1]\n"
            + "{\"time\":\"2026-11-21T12:00:00Z\",\"value\":2}\n");

        Assert.Equal(4, readings.Count);
        Assert.Equal("{\"time\":", Encoding.UTF8.GetString(readings[1].Value.AsBytes().Span));
        Assert.Equal("[1]", Encoding.UTF8.GetString(readings[2].Value.AsBytes().Span));
        Assert.Equal((2L, 2L), (readings[3].Value.AsInt64(), _context.UndecodedCount));
    }

    [Fact]
    public async Task Json_ThatEndsWithinOrIsTooLong_IsToldAndGoesOn()
    {
        var longText = new string('x', JsonObjectReader.MaxBytes);
        var readings = await DecodeAsync(
            new FolderItemSettings { Format = FolderFormat.Json },
            "[{\"value\":\"" + longText + "\"},{\"time\":\"2026-11-21T12:00:00Z\",\"value\":2},}{\"time\":");

        Assert.Equal(4, readings.Count);
        Assert.Equal(2, readings[1].Value.AsInt64());
        Assert.Equal(3, _context.UndecodedCount);
        Assert.Equal("{\"time\":", Encoding.UTF8.GetString(readings[3].Value.AsBytes().Span));
    }

    [Fact]
    public async Task File_ReadTwice_GivesTheSamePages()
    {
        var text = new StringBuilder("time,value\n");
        for (var row = 0; row < 20_000; row++)
        {
            text.Append("2026-11-21T12:00:00Z,").Append(row % 100 == 0 ? new string('y', 5_000) : row).Append('\n');
        }

        var first = await PagesAsync(new FolderItemSettings(), text.ToString(), 65_536);
        var second = await PagesAsync(new FolderItemSettings(), text.ToString(), 977);

        Assert.Equal(first, second);
        Assert.True(first.Count > 2);
        Assert.Equal(20_000, first.Sum());
    }

    [Fact]
    public async Task AnyBytes_AsAnyFormat_AreReadingsOrAFaultInWords()
    {
        const int Seed = 20_261_122;
        var random = new Random(Seed);
        output.WriteLine($"seed {Seed}");
        string[] seeds =
        [
            "time,value\n2026-11-21T12:00:00Z,\"1\"\n", "[{\"time\":1,\"value\":[1,{}]},null,\"\\u0000\"]",
            "{\"time\":\"x\",\"value\":1e999}\n{}\n",
        ];
        var count = TestMode.Pick(1_000_000, 20_000);
        for (var i = 0; i < count; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]);
            for (var flips = random.Next(6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            bytes = bytes[..random.Next(bytes.Length + 1)];
            var settings = new FolderItemSettings { Format = (FolderFormat)random.Next(3) };
            try
            {
                await foreach (var page in Decoder(settings).DecodeAsync("a", new MemoryStream(bytes), default))
                {
                    Assert.InRange(page.Length, 1, NextPage.MaxReadings);
                }
            }
            catch (ConnectorException fault)
            {
                Assert.Contains("There is no column", fault.Message, StringComparison.Ordinal);
            }
        }
    }

    private FolderDecoder Decoder(FolderItemSettings settings) =>
        new(new Item("files", settings), settings, _context);

    private async Task<IReadOnlyList<Reading>> DecodeAsync(
        FolderItemSettings settings, string text, int step = int.MaxValue)
    {
        var all = new List<Reading>();
        using var content = new StepStream(Encoding.UTF8.GetBytes(text), step);
        await foreach (var page in Decoder(settings).DecodeAsync("a.csv", content, default))
        {
            all.AddRange(page.Span);
        }

        return all;
    }

    private async Task<IReadOnlyList<int>> PagesAsync(FolderItemSettings settings, string text, int step)
    {
        using var content = new StepStream(Encoding.UTF8.GetBytes(text), step);
        return await Decoder(settings).DecodeAsync("a.csv", content, default)
            .Select(static page => page.Length)
            .ToListAsync();
    }

    /// <summary>Gives at most so many bytes at once.</summary>
    private sealed class StepStream(byte[] content, int step) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(step, buffer.Length)], cancellationToken);
    }
}
