using Meridian.Connectors.Files.Files;
using Meridian.Connectors.Files.Parts;
using Meridian.Fixtures;
using Meridian.Formats.Csv;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Files.Tests.Files;

/// <summary>What the files of readings are, when they end, and when they go.</summary>
public sealed class FilesFormatTests : IDisposable
{
    private readonly OutFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ParquetReaders.DuckDb)]
    [InlineData(ParquetReaders.HyParquet)]
    public async Task Parquet_EveryKind_IsReadByOthers(string reader)
    {
        var at = new DateTimeOffset(2026, 11, 21, 10, 15, 0, TimeSpan.Zero);
        Reading[] readings =
        [
            new("a", at, ReadingValue.From(0.1)), new("a", at, ReadingValue.From(double.NaN)),
            new("a", at, ReadingValue.From(-0.0)), new("b", at, ReadingValue.From(long.MinValue)),
            new("b", at, ReadingValue.From(ulong.MaxValue)), new("c", at, ReadingValue.From(true)),
            new("d", at, ReadingValue.From("Grüße")), new("e", at, ReadingValue.From(new byte[] { 0, 255 })),
            new("f", at, ReadingValue.FromJson("""{"a":1}""")), new("g", at, default, Quality.BadDecoding),
        ];
        await WriteAsync(new FilesNorthSettings { Directory = _folder.Path, Format = FilesFormat.Parquet }, readings);

        var rows = (await ParquetReaders.ReadRowsAsync(reader, _folder.ParquetFiles)).Single();

        Assert.Equal(readings.Length, rows.Count);
        Assert.Contains("\"value\":\"3FB999999999999A\"", rows[0], StringComparison.Ordinal);
        Assert.Contains("\"value\":\"8000000000000000\"", rows[2], StringComparison.Ordinal);
        Assert.Contains("\"integer\":\"-9223372036854775808\"", rows[3], StringComparison.Ordinal);
        Assert.Contains("\"text\":\"18446744073709551615\"", rows[4], StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"boolean\"", rows[5], StringComparison.Ordinal);
        Assert.Contains("\"text\":\"Grüße\"", rows[6], StringComparison.Ordinal);
        Assert.Contains("\"bytes\":\"00FF\"", rows[7], StringComparison.Ordinal);
        Assert.Contains("""{\"a\":1}""", rows[8], StringComparison.Ordinal);
        Assert.Contains("\"quality\":2147942400", rows[9], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parquet_AReadingThatItCannotHold_IsRefusedAloneInWords()
    {
        var readings = Enumerable.Range(0, 3).Select(number => new Reading(
            "p", number == 1 ? DateTimeOffset.MinValue : DateTimeOffset.UnixEpoch, ReadingValue.From((long)number)))
            .ToArray();

        var outcome = await WriteAsync(
            new FilesNorthSettings { Directory = _folder.Path, Format = FilesFormat.Parquet }, readings);

        var refused = Assert.Single(outcome.Rejections!);
        Assert.Equal(1, refused.Index);
        Assert.Contains("1677", refused.Reason, StringComparison.Ordinal);
        var values = await OutFolder.ParquetValuesAsync([_folder]);
        Assert.Equal([0, 2], values[0]);
    }

    [Fact]
    public async Task Columns_SeveralPoints_AreATable()
    {
        var settings = new FilesNorthSettings
        {
            Directory = _folder.Path,
            Csv = new CsvSpec { Layout = CsvLayout.Column, Delimiter = ';' },
        };

        await WriteAsync(settings, FakeNorthContext.Batch(0, 3, number => $"p{number % 2}").Readings.ToArray());

        Assert.Equal(["values-20261121T101500Z-000001.csv"], _folder.Names);
        Assert.Equal(
            "timestamp;p0;p1\r\n1970-01-01T00:00:00.0000000Z;0;\r\n1970-01-01T00:00:01.0000000Z;;1\r\n"
            + "1970-01-01T00:00:02.0000000Z;2;\r\n",
            await File.ReadAllTextAsync(_folder.Join(_folder.Names[0])));
    }

    [Fact]
    public async Task Csv_WithSemicolonsAndWithoutHeader_IsWrittenSo()
    {
        var settings = new FilesNorthSettings
        {
            Directory = _folder.Path,
            Csv = new CsvSpec { Delimiter = ';', HasHeader = false },
        };

        await WriteAsync(settings, [new Reading("a;b", DateTimeOffset.UnixEpoch, ReadingValue.From(1.5))]);

        Assert.Equal(
            "1970-01-01T00:00:00.0000000Z;\"a;b\";1.5;good\r\n",
            await File.ReadAllTextAsync(_folder.Join(_folder.Names[0])));
    }

    [Fact]
    public async Task PerPoint_NamesOfAllKinds_AreDifferentFiles()
    {
        // More points than files are made at once, and names that file systems take for the same.
        string[] points =
            ["line1/temp", "line1_temp", "Temp", "temp", "..", .. Enumerable.Range(0, 70).Select(n => $"q{n}")];
        var settings = new FilesNorthSettings { Directory = _folder.Path, Prefix = "plant-{point}" };
        var readings = points.Select((point, number) => new Reading(
            point, DateTimeOffset.UnixEpoch, ReadingValue.From((long)number))).ToArray();

        await WriteAsync(settings, readings);

        Assert.Equal(points.Length, _folder.Names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(Enumerable.Range(0, points.Length), _folder.Values().Order());
        Assert.Contains("plant-line1_temp-20261121T101500Z-000001.csv", _folder.Names, StringComparer.Ordinal);
        Assert.Single(_folder.Names, name => name.StartsWith("plant-line1_temp~", StringComparison.Ordinal));
        Assert.Single(_folder.Names, name => name.StartsWith("plant-Temp-2", StringComparison.Ordinal));
        Assert.Single(_folder.Names, name => name.StartsWith("plant-temp~", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Format_ChangedWhileAFileIsOpen_TheOldOneIsCompletedAsItIs()
    {
        var context = new FakeNorthContext();
        var settings = new FilesNorthSettings { Directory = _folder.Path };
        using (var north = new FilesNorth(context, settings))
        {
            await north.ConnectAsync(CancellationToken.None);
            await context.DeliverUpToAsync(north, 3);
            context.Persist();
        }

        using var other = new FilesNorth(context, settings with { Format = FilesFormat.Ndjson });
        await other.ConnectAsync(CancellationToken.None);
        await context.DeliverUpToAsync(other, 5);
        await other.DisconnectAsync(CancellationToken.None);
        await other.StopAsync(CancellationToken.None);

        Assert.Equal(
            ["values-20261121T101500Z-000001.csv", "values-20261121T101500Z-000002.ndjson"], _folder.Names);
        Assert.Equal(Enumerable.Range(0, 5), _folder.Values());
    }

    [Theory]
    [InlineData(FilesPeriod.Minute, "10:15:59", "10:16:00", true)]
    [InlineData(FilesPeriod.QuarterHour, "10:15:00", "10:29:59", false)]
    [InlineData(FilesPeriod.QuarterHour, "10:29:59", "10:30:00", true)]
    [InlineData(FilesPeriod.Hour, "10:59:59", "11:00:00", true)]
    [InlineData(FilesPeriod.Day, "00:00:00", "23:59:59", false)]
    [InlineData(FilesPeriod.None, "10:00:00", "10:59:59", false)]
    [InlineData(FilesPeriod.None, "10:00:01", "11:00:01", true)]
    public void Rotation_ByTheClock_EndsAtFullPeriods(FilesPeriod period, string begun, string now, bool isDue)
    {
        var rotation = new Rotation(new FilesNorthSettings { Directory = "out", Period = period });
        var day = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(isDue, rotation.IsDue(
            day + TimeSpan.Parse(begun, null), day + TimeSpan.Parse(now, null)));
    }

    [Fact]
    public async Task Retention_ByCountSizeAndAge_RemovesTheOldestCompleteFilesOnly()
    {
        var context = new FakeNorthContext();
        await File.WriteAllTextAsync(_folder.Join("values-mine.csv"), "x");
        await File.WriteAllTextAsync(_folder.Join("other-20200101T000000Z-000001.csv"), "x");
        await File.WriteAllTextAsync(_folder.Join("values-20200101T000000Z-000001.csv"), "long ago");
        var settings = new FilesNorthSettings
        {
            Directory = _folder.Path,
            MaxFileSize = new ByteSize(1_024),
            Retention = new FilesRetentionSettings { MaxFiles = 2, MaxAge = TimeSpan.FromDays(1) },
        };
        using var north = new FilesNorth(context, settings);
        await north.ConnectAsync(CancellationToken.None);
        Assert.False(File.Exists(_folder.Join("values-20200101T000000Z-000001.csv")));

        for (var end = 20; end <= 100; end += 20)
        {
            await context.DeliverUpToAsync(north, end);
        }

        Assert.Equal(
            [
                "other-20200101T000000Z-000001.csv", "values-20261121T101500Z-000004.csv",
                "values-20261121T101500Z-000005.csv", "values-20261121T101500Z-000006.csv.part", "values-mine.csv",
            ],
            _folder.Names);
    }

    [Theory]
    [InlineData("a{point}b{point}", null, "settings.prefix")]
    [InlineData("values", FilesCompression.Snappy, "settings.compression")]
    public void Check_WhatDoesNotGoTogether_IsFound(string prefix, FilesCompression? compression, string path)
    {
        var settings = new FilesNorthSettings { Directory = "out", Prefix = prefix, Compression = compression };

        Assert.Equal(path, Assert.Single(FilesNorthManifest.Manifest.Check(settings)).Path);
    }

    [Fact]
    public void Check_ColumnsFileNameAndRetention_AreFound()
    {
        var settings = new FilesNorthSettings
        {
            Directory = "out",
            Csv = new CsvSpec { Layout = CsvLayout.Column },
            MaxFileSize = new ByteSize(1 << 30),
            FileName = "same.bin",
            Retention = new FilesRetentionSettings { MaxAge = TimeSpan.Zero, MaxFiles = 0, MaxSize = new ByteSize(0) },
        };

        var problems = FilesNorthManifest.Manifest.Check(settings).Select(problem => problem.Path);

        Assert.Equal(
            [
                "settings.maxFileSize", "settings.fileName", "settings.retention.maxAge",
                "settings.retention.maxFiles", "settings.retention.maxSize",
            ],
            problems,
            StringComparer.Ordinal);
    }

    private static async Task<DeliveryOutcome> WriteAsync(FilesNorthSettings settings, Reading[] readings)
    {
        var context = new FakeNorthContext();
        using var north = new FilesNorth(context, settings);
        await north.ConnectAsync(CancellationToken.None);
        var positions = Enumerable.Range(0, readings.Length).Select(number => (long)number).ToArray();
        var outcome = await context.DeliverAsync(
            north, new ValuesBatch(default, readings, positions, new DeliveryPosition(default, "north", default)));
        await north.DisconnectAsync(CancellationToken.None);
        await north.StopAsync(CancellationToken.None);
        return outcome;
    }
}
