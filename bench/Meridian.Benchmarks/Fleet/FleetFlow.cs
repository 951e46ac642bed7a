using System.Globalization;
using Meridian.Fixtures;

namespace Meridian.Benchmarks.Fleet;

/// <summary>A South or a North of the fleet with something simple at the other end.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="MakeAsync">Starts its peers and says its South and its North, as JSON.</param>
internal sealed record FleetFlow(string Name, Func<FleetPlant, Task<(string South, string North)>> MakeAsync)
{
    private const string NullNorth = """{ "name": "n", "type": "null", "settings": {} }""";

    private const string History =
        """
        "schedule": "100 ms",
        "history": { "start": "2026-03-01T00:00:00Z", "maxInterval": "10 min", "readDelay": "0 s" }
        """;

    private const string ByTime = "time >= @StartTime AND time < @EndTime";

    /// <summary>Souths into nothing, then a folder of one CSV file into Norths.</summary>
    public static IReadOnlyList<FleetFlow> All { get; } =
    [
        new("folder, CSV", static async plant => (await FolderAsync(plant), NullNorth)),
        new("SQLite, history", static async plant => (await SqliteAsync(plant), NullNorth)),
        new("PostgreSQL, history", static async plant => (await PostgresSouthAsync(plant), NullNorth)),
        new("HTTP, history in JSON", static plant => Task.FromResult((HttpSouth(plant), NullNorth))),
        new("files, CSV", static plant => ToNorthAsync(plant, Files(plant, "csv"))),
        new("files, NDJSON", static plant => ToNorthAsync(plant, Files(plant, "ndjson"))),
        new("files, Parquet", static plant => ToNorthAsync(plant, Files(plant, "parquet"))),
        new("S3, Parquet", static async plant => await ToNorthAsync(plant, await S3Async(plant))),
        new("HTTP, NDJSON", static plant => ToNorthAsync(plant, HttpNorth(plant))),
        new("InfluxDB 1", static async plant => await ToNorthAsync(plant, await InfluxAsync(plant))),
        new("PostgreSQL, tall", static async plant => await ToNorthAsync(plant, await PostgresNorthAsync(plant))),
    ];

    private static async Task<(string South, string North)> ToNorthAsync(FleetPlant plant, string north) =>
        (await FolderAsync(plant), north);

    private static async Task<string> FolderAsync(FleetPlant plant) =>
        $$"""
        { "name": "s", "type": "folder", "schedule": "1 s", "settings": { "folder": "{{await plant.WriteCsvAsync()}}" },
          "items": [ { "name": "p", "files": { "pattern": "*.csv" }, "content": "readings" } ] }
        """;

    private static async Task<string> SqliteAsync(FleetPlant plant)
    {
        var file = plant.At("plant.db");
        var script = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            import sqlite3
            c = sqlite3.connect({'"'}{file}{'"'})
            c.execute("CREATE TABLE t (time INTEGER PRIMARY KEY, value REAL)")
            c.executemany("INSERT INTO t VALUES (?, ?)",
                (({FleetPlant.Start.ToUnixTimeMilliseconds()} + 10 * i, 20 + i % 1000 / 100)
                 for i in range({plant.Count})))
            c.commit()
            """);
        await ChildProcess.RunAsync(ServersInstalled.Require("python3", "python3"), ["-c", script]);
        return $$"""
            { "name": "s", "type": "sqlite", {{History}}, "settings": { "file": "{{file}}" },
              "items": [ { "name": "p", "query": "SELECT time, value FROM t WHERE {{ByTime}}", "timeType": "number",
                           "rows": { "time": { "format": "unixMilliseconds" } } } ] }
            """;
    }

    private static async Task<string> PostgresSouthAsync(FleetPlant plant)
    {
        var server = plant.Keep(await PostgresServer.StartAsync());
        await server.RunAsync(
            "postgres",
            string.Create(
                CultureInfo.InvariantCulture,
                $"CREATE TABLE t (time timestamptz PRIMARY KEY, value float8); INSERT INTO t "
                + $"SELECT '2026-03-01Z'::timestamptz + i * interval '10 ms', 20 + i % 1000 / 100.0 "
                + $"FROM generate_series(0, {plant.Count - 1}) AS i; ANALYZE t"));
        return $$"""
            { "name": "s", "type": "postgres", {{History}}, "settings": { {{Reach(server)}} },
              "items": [ { "name": "p", "query": "SELECT time, value FROM t WHERE {{ByTime}}" } ] }
            """;
    }

    private static string HttpSouth(FleetPlant plant) =>
        $$"""
        { "name": "s", "type": "http", {{History}},
          "settings": { "url": "{{plant.ServeWeb().Url}}", "maxAnswerSize": "64 MiB" },
          "items": [ { "name": "p", "query": { "from": "@StartTime", "to": "@EndTime" },
                       "times": { "format": "unixMilliseconds" },
                       "rows": { "time": { "format": "unixMilliseconds" } } } ] }
        """;

    private static string Files(FleetPlant plant, string format) =>
        $$"""
        { "name": "n", "type": "files", "settings": { "directory": "{{plant.At("out")}}", "format": "{{format}}" } }
        """;

    private static async Task<string> S3Async(FleetPlant plant)
    {
        var store = plant.Keep(await S3Server.StartAsync());
        return $$"""
            { "name": "n", "type": "s3", "settings": { "directory": "{{plant.At("to-s3")}}", "format": "parquet",
              "endpoint": "http://127.0.0.1:{{store.Port}}", "bucket": "{{S3Server.Bucket}}",
              "accessKey": "{{S3Server.AccessKey}}", "secretKey": "{{S3Server.SecretKey}}", "maxFileSize": "2 MB" } }
            """;
    }

    private static string HttpNorth(FleetPlant plant) =>
        $$"""
        { "name": "n", "type": "http",
          "settings": { "url": "{{plant.ServeWeb().Url}}", "format": "ndjson" } }
        """;

    private static async Task<string> InfluxAsync(FleetPlant plant)
    {
        var server = plant.Keep(await InfluxServer.StartAsync());
        await server.QueryAsync("CREATE DATABASE fleet");
        return $$"""
            { "name": "n", "type": "influxdb",
              "settings": { "url": "{{server.Url}}", "version": "v1", "database": "fleet", "integers": "floats" } }
            """;
    }

    private static async Task<string> PostgresNorthAsync(FleetPlant plant)
    {
        var server = plant.Keep(await PostgresServer.StartAsync());
        return $$"""{ "name": "n", "type": "postgres", "settings": { {{Reach(server)}} } }""";
    }

    private static string Reach(PostgresServer server) =>
        $"""
        "host": "127.0.0.1", "port": {server.Port}, "database": "postgres", "userName": "{PostgresServer.UserName}",
        "password": "{PostgresServer.Password}"
        """;
}
