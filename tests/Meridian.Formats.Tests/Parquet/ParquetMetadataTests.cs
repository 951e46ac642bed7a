using Meridian.Fixtures;
using Meridian.Formats.Parquet;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Parquet;

/// <summary>What DuckDB is told about a file: types, statistics, encodings.</summary>
public sealed class ParquetMetadataTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File => _folder.At("file.parquet");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Columns_AsDuckDbSeesThem_HaveTheirTypes()
    {
        await WriteAsync([]);

        Assert.Equal(
            [
                "timestamp TIMESTAMP WITH TIME ZONE", "point VARCHAR", "value DOUBLE", "integer BIGINT",
                "text VARCHAR", "json JSON", "bytes BLOB", "quality UINTEGER", "kind VARCHAR",
            ],
            await OneColumnAsync($"SELECT column_name || ' ' || column_type AS a FROM (DESCRIBE FROM '{File}')"));
        Assert.Equal(
            ["meridian.content=readings", "meridian.schema=1"],
            await OneColumnAsync(
                $"SELECT decode(key) || '=' || decode(value) AS a FROM parquet_kv_metadata('{File}') ORDER BY key"));
    }

    [Fact]
    public async Task Statistics_OfEachRowGroup_AreItsOwn()
    {
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await WriteAsync(
            [
                new Reading("b", time.AddSeconds(1), ReadingValue.From(2.0)),
                new Reading("ä", time, ReadingValue.From(-7L)),
                new Reading("a", time.AddHours(1), ReadingValue.From(0.0)),
                new Reading("c", time.AddHours(2), ReadingValue.From(double.NaN)),
            ],
            rows: 2);

        Assert.Equal(
            [
                "timestamp 2026-01-01 00:00:00+00 2026-01-01 00:00:01+00 0", "point b ä 0", "value -7.0 2.0 0",
                "integer -7 -7 1", "text   2", "json   2", "bytes   2", "quality   0", "kind   0",
                "timestamp 2026-01-01 01:00:00+00 2026-01-01 02:00:00+00 0", "point a c 0", "value   0",
                "integer   2", "text   2", "json   2", "bytes   2", "quality   0", "kind   0",
            ],
            await OneColumnAsync(
                $"""
                SELECT concat_ws(' ', path_in_schema, coalesce(stats_min_value, ''), coalesce(stats_max_value, ''),
                    stats_null_count) AS a
                FROM parquet_metadata('{File}') ORDER BY row_group_id, column_id
                """));
    }

    [Fact]
    public async Task Filters_ByPointTimeAndValue_FindWhatIsThere()
    {
        var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await WriteAsync(
            [
                .. Enumerable.Range(0, 1_000).Select(i => new Reading(
                    $"p{i / 10}", time.AddSeconds(i), ReadingValue.From(i == 500 ? double.NaN : i))),
            ],
            rows: 50);

        Assert.Equal(
            ["10", "1", "100", "2"],
            await OneColumnAsync(
                $"""
                SELECT count(*) AS a FROM '{File}' WHERE point = 'p42'
                UNION ALL SELECT count(*) FROM '{File}' WHERE timestamp = TIMESTAMPTZ '2026-01-01 00:01:40+00'
                UNION ALL SELECT count(*) FROM '{File}' WHERE timestamp < TIMESTAMPTZ '2026-01-01 00:01:40+00'
                UNION ALL SELECT count(*) FROM '{File}' WHERE value > 998
                """));
    }

    [Fact]
    public async Task Encodings_WhereADictionaryPays_AreDictionaries()
    {
        var dice = new Random(3);
        await WriteAsync(
            [
                .. Enumerable.Range(0, 2_000).Select(i => new Reading(
                    $"p{i % 10}",
                    DateTimeOffset.UnixEpoch.AddSeconds(i),
                    i % 2 == 0 ? ReadingValue.From(dice.NextDouble()) : ReadingValue.From("state " + (i % 3)))),
            ]);

        Assert.Equal(
            [
                "timestamp DELTA_BINARY_PACKED", "point RLE_DICTIONARY", "value PLAIN", "integer PLAIN",
                "text RLE_DICTIONARY", "json PLAIN", "bytes PLAIN", "quality RLE_DICTIONARY", "kind RLE_DICTIONARY",
            ],
            (await OneColumnAsync(
                $"SELECT path_in_schema || ' ' || encodings AS a FROM parquet_metadata('{File}') ORDER BY column_id"))
                .Select(static line => line.Replace("RLE, ", "", StringComparison.Ordinal)
                    .Replace(", PLAIN", "", StringComparison.Ordinal)).ToArray());
    }

    private async Task WriteAsync(Reading[] readings, int rows = 10_000) => await System.IO.File.WriteAllBytesAsync(
        File, ParquetSamples.Write(readings, new ParquetOptions { RowGroupRows = rows }));

    /// <summary>The column a of a query.</summary>
    private static async Task<string[]> OneColumnAsync(string sql)
    {
        var lines = await ParquetReaders.QueryAsync(sql);
        return
        [
            .. lines.Select(static line =>
            {
                using var row = System.Text.Json.JsonDocument.Parse(line);
                return row.RootElement.GetProperty("a").GetString() ?? "null";
            }),
        ];
    }
}
