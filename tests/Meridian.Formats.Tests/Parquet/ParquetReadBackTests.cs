using FsCheck.Fluent;
using Meridian.Fixtures;
using Meridian.Formats.Parquet;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Parquet;

/// <summary>What DuckDB and hyparquet read is what was written.</summary>
public sealed class ParquetReadBackTests : IDisposable
{
    private static readonly int[] RowGroups = [1, 7, 1_000];

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Readers => [ParquetReaders.DuckDb, ParquetReaders.HyParquet];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Everything_EachCompressionAndRowGroup_ReadsBack(string reader)
    {
        (Reading[], ParquetOptions)[] files =
        [
            .. from compression in Enum.GetValues<ParquetCompression>()
               from rows in RowGroups
               let options = new ParquetOptions { Compression = compression, RowGroupRows = rows }
               select (ParquetSamples.Everything, options),
            (ParquetSamples.Everything, new ParquetOptions { RowGroupBytes = 100 }),
            ([], new ParquetOptions()),
        ];

        await AssertReadsBackAsync(reader, files);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Columns_OfEachShape_ReadBack(string reader)
    {
        var time = DateTimeOffset.UnixEpoch;
        Reading[] Make(int count, Func<int, ReadingValue> value, Func<int, string>? point = null) =>
        [
            .. Enumerable.Range(0, count).Select(i => new Reading(
                point?.Invoke(i) ?? $"p{i % 100}", time.AddTicks((i * 10_000_000L) + (i % 7)), value(i))),
        ];

        var dice = new Random(5);
        (Reading[], ParquetOptions)[] files =
        [
            (Make(1_000, _ => ReadingValue.Null), new ParquetOptions()),
            (Make(1_000, i => ReadingValue.From(i < 999)), new ParquetOptions()),
            (Make(3_000, i => ReadingValue.From(i % 1_000 / 8.0)), new ParquetOptions()),
            (Make(5_000, _ => ReadingValue.From(dice.NextDouble())), new ParquetOptions()),
            (Make(5_000, i => i % 3 == 0 ? ReadingValue.Null : ReadingValue.From(dice.NextInt64())),
                new ParquetOptions()),
            (Make(5_000, i => ReadingValue.From($"text {dice.Next(i + 1)}"), i => $"own {i}"), new ParquetOptions()),
            (Make(5_000, i => ReadingValue.From($"state {i % 9}"), i => $"twice {i / 2}"), new ParquetOptions()),
            (Make(1_000, i => i % 2 == 0 ? ReadingValue.From(new string('l', 5_000) + i) : ReadingValue.Null),
                new ParquetOptions()),
        ];

        await AssertReadsBackAsync(reader, files);
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task AnyReadings_RoundTrip(string reader)
    {
        var seed = Seed.Draw();
        var files = ParquetSamples.Any().ArrayOf()
            .Sample(60, new FsCheck.Rnd((ulong)seed), TestMode.Pick(500, 60))
            .Select(static (readings, i) => (readings, new ParquetOptions
            {
                Compression = (ParquetCompression)(i % 3),
                RowGroupRows = 1 + (i * 7 % 50),
            }));

        try
        {
            await AssertReadsBackAsync(reader, [.. files]);
        }
        catch (Exception error)
        {
            throw Seed.Failure(seed, error);
        }
    }

    [Fact]
    public async Task LargeRowGroup_OfSeveralPages_ReadsBack()
    {
        // More rows than a page may have, so that the pages of columns with and without nulls begin at other values.
        var readings = Enumerable.Range(0, (2 * ParquetLimits.PageRows) + 10).Select(static i => new Reading(
            $"p{i % 1_000}",
            DateTimeOffset.UnixEpoch.AddTicks(i * 10L),
            (i % 4) switch
            {
                0 => ReadingValue.From(i / 4.0),
                1 => ReadingValue.From((long)(i % 100)),
                2 => ReadingValue.From("state " + (i % 10)),
                _ => ReadingValue.From(BitConverter.GetBytes(i)),
            })).ToArray();
        var file = _folder.At("pages.parquet");
        await File.WriteAllBytesAsync(
            file, ParquetSamples.Write(readings, new ParquetOptions { RowGroupRows = ParquetLimits.MaxRowGroupRows }));

        var sums = await ParquetReaders.QueryAsync(
            $"""
            SELECT count(*) AS n, max(row_group_id) AS groups FROM parquet_metadata('{file}');
            """);
        var rows = await ParquetReaders.QueryAsync(
            $"""
            SELECT count(*) FILTER (epoch_us(timestamp) <> i OR point <> 'p' || (i % 1000) OR
                CASE i % 4 WHEN 0 THEN value IS DISTINCT FROM i / 4 OR integer IS NOT NULL
                    WHEN 1 THEN integer IS DISTINCT FROM i % 100
                    WHEN 2 THEN text IS DISTINCT FROM 'state ' || (i % 10)
                    ELSE bytes IS NULL OR value IS NOT NULL END) AS wrong, count(*) AS n
            FROM (SELECT file_row_number AS i, * FROM read_parquet('{file}', file_row_number = true))
            """);

        Assert.Equal(["""{"n":"9","groups":"0"}"""], sums);
        Assert.Equal([$$"""{"wrong":"0","n":"{{readings.Length}}"}"""], rows);
    }

    private async Task AssertReadsBackAsync(string reader, (Reading[] Readings, ParquetOptions Options)[] files)
    {
        string Path(int i) => _folder.At($"{i}.parquet");
        for (var i = 0; i < files.Length; i++)
        {
            await File.WriteAllBytesAsync(Path(i), ParquetSamples.Write(files[i].Readings, files[i].Options, part: 17));
        }

        var read = await ParquetReaders.ReadRowsAsync(reader, [.. files.Select((_, i) => Path(i))]);

        for (var i = 0; i < files.Length; i++)
        {
            var expected = files[i].Readings.Select(ParquetRow.Of);
            Assert.Equal(
                string.Equals(reader, ParquetReaders.DuckDb, StringComparison.Ordinal)
                    ? expected.Select(static row => row.ToMicroseconds())
                    : expected,
                read[i].Select(ParquetRow.Parse));
        }
    }
}
