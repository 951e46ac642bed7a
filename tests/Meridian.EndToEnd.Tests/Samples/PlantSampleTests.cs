using System.Globalization;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Samples;

/// <summary>The configurations of <c>samples/plants</c> do what their README says.</summary>
public sealed class PlantSampleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task MqttToPostgres_Messages_AreRows()
    {
        await using var broker = await MosquittoServer.StartAsync();
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await using var sample = new PlantSample("mqtt-to-postgres");
        await sample.RunAsync(
            [
                PlantSample.Port("\"port\": ", 1883, broker.Port),
                ("\"database\": \"plant\", \"userName\": \"meridian\"", string.Create(
                    CultureInfo.InvariantCulture,
                    $"\"port\": {server.Port}, \"database\": \"{database}\", ")
                    + $"\"userName\": \"{PostgresServer.UserName}\""),
            ],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PLANT_PASSWORD"] = PostgresServer.Password });
        await broker.WaitUntilSubscribedAsync($"meridian-{Environment.MachineName}-south-broker", "plant/#");

        await MosquittoClients.PublishAsync(broker.Port, "plant/line1/temp", ["21.5", "22.5"]);
        await sample.StopAsync();

        Assert.Equal(
            "21.5,22.5",
            await server.AskAsync<string>(
                database, "SELECT string_agg(value::text, ',' ORDER BY position) FROM readings"));
    }

    [Fact]
    public async Task ModbusToSparkplug_Registers_AreMetrics()
    {
        await using var broker = await MosquittoServer.StartAsync();
        await using var sample = new PlantSample("modbus-to-sparkplug");
        await using var codec = await NodeSparkplug.StartAsync();
        await using var host = MosquittoClients.Subscribe(
            broker.Port, "spBv1.0/#", "scada", moreArguments: ["-F", "%t %x"]);
        var device = FreePort.Next();
        _ = sample.StartProgram("device.py", device.ToString(CultureInfo.InvariantCulture));

        await sample.RunAsync(
        [
            PlantSample.Port("\"port\": ", 5020, device),
            PlantSample.Port("\"port\": ", 1883, broker.Port),
        ]);

        _ = await host.WaitForLineAsync(IsOf("NBIRTH/hall-2"), "NBIRTH");
        var birth = await host.WaitForLineAsync(IsOf("DBIRTH/hall-2/press-1"), "DBIRTH");
        _ = await host.WaitForLineAsync(IsOf("DDATA/hall-2/press-1"), "DDATA");
        var payload = await codec.ReadAsync(Convert.FromHexString(birth.Split(' ')[1]));
        Assert.Contains("\"temperature\"", payload, StringComparison.Ordinal);
        var trial = await sample.TestAsync("press", "press-1/temperature");
        Assert.StartsWith("1 reading (1 double)", trial[^1], StringComparison.Ordinal);
        Assert.Contains("It works.", await sample.TestAsync("scada"), StringComparer.Ordinal);
        await sample.StopAsync();
        _ = await host.WaitForLineAsync(IsOf("NDEATH/hall-2"), "NDEATH");

        static Func<string, bool> IsOf(string end) =>
            line => line.StartsWith($"spBv1.0/Plant1/{end} ", StringComparison.Ordinal);
    }

    [Fact]
    public async Task SqliteToParquetOnS3_Rows_AreInFiles()
    {
        await using var store = await S3Server.StartAsync();
        await using var sample = new PlantSample("sqlite-to-parquet-on-s3");
        var logger = sample.StartProgram("logger.py", Path.Combine(sample.Folder, "logger.db"));
        _ = await logger.WaitForLineAsync(
            static line => line.StartsWith("logging", StringComparison.Ordinal), "the logger logs");

        await sample.RunAsync(
            [PlantSample.Port("http://127.0.0.1:", 4568, store.Port), ("\"1 min\"", "\"2 s\"")]);
        await Deadline.UntilAsync(() => store.Objects().Count > 1, "two files in the bucket", Patience);
        var trial = await sample.TestAsync("logger", "oven", "--within", "3600");
        Assert.Contains("int64", trial[^1], StringComparison.Ordinal);
        Assert.Contains("It works.", await sample.TestAsync("lake"), StringComparer.Ordinal);
        await sample.StopAsync();

        var objects = store.Objects();
        Assert.All(objects.Keys, static key => Assert.StartsWith("line-1/year=", key, StringComparison.Ordinal));
        var rows = await ParquetReaders.ReadRowsAsync(ParquetReaders.HyParquet, [.. objects.Values]);
        Assert.Contains(
            rows.SelectMany(static file => file),
            static row => row.Contains("\"oven/temperature\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FolderToHttp_Reports_AreUploadedAndArchived()
    {
        await using var sample = new PlantSample("folder-to-http");
        var port = FreePort.Next();
        var received = Path.Combine(sample.Folder, "received");
        var receiver = sample.StartProgram(
            "receiver.py", port.ToString(CultureInfo.InvariantCulture), received);
        var reports = Path.Combine(sample.Folder, "reports");
        Directory.CreateDirectory(reports);
        await File.WriteAllTextAsync(Path.Combine(reports, "shift 1.pdf"), "a report");

        await sample.RunAsync([PlantSample.Port("http://127.0.0.1:", 8090, port)]);

        _ = await receiver.WaitForLineAsync(
            static line => line is "received shift 1.pdf 8 bytes", "the report", Patience);
        var trial = await sample.TestAsync("reports", "pdf");
        Assert.StartsWith("0 readings, 0 files", trial[^1], StringComparison.Ordinal);
        Assert.Contains("It works.", await sample.TestAsync("upload"), StringComparer.Ordinal);
        await sample.StopAsync();
        Assert.Equal("a report", await File.ReadAllTextAsync(Path.Combine(received, "shift 1.pdf")));
        Assert.True(File.Exists(Path.Combine(reports, "archive", "shift 1.pdf")));
    }

    [Fact]
    public async Task HttpToInfluxDb_Samples_AreThereOnce()
    {
        await using var influx = await InfluxServer.StartAsync();
        await influx.QueryAsync("CREATE DATABASE plant");
        await using var sample = new PlantSample("http-to-influxdb");
        var port = FreePort.Next();
        _ = sample.StartProgram("service.py", port.ToString(CultureInfo.InvariantCulture));

        await sample.RunAsync(
        [
            PlantSample.Port("http://127.0.0.1:", 8091, port), PlantSample.Port("http://127.0.0.1:", 8086, influx.Port),
        ]);

        // Ten minutes of the past, one a second.
        await Deadline.UntilAsync(async () => await CountAsync() >= 600, "ten minutes of samples", Patience);
        var trial = await sample.TestAsync("service", "sensors");
        Assert.StartsWith("20 readings (", trial[^1], StringComparison.Ordinal);
        Assert.Contains("It works.", await sample.TestAsync("history"), StringComparer.Ordinal);
        await sample.StopAsync();

        async Task<long> CountAsync()
        {
            var answer = await influx.QueryAsync(
                "SELECT count(value) FROM temperature WHERE sensor = 'outdoor'", "plant");
            return answer.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [_, var line, ..]
                ? long.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture)
                : 0;
        }
    }
}
