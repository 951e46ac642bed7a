using System.Globalization;
using System.Text.Json;
using Meridian.Fixtures;

namespace Meridian.EndToEnd.Tests.Control;

/// <summary>
/// What <c>meridian test</c> shows of an item of the Souths that are asked: the reading as a line of JSON, and of which
/// type the values are. (Those of brokers and databases are tried beside their servers.)
/// </summary>
public sealed class ItemTestTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Modbus_Item_IsReadAsItsType()
    {
        await using var device = await ModbusSerialServer.StartAsync();
        await device.SetAsync("hr", 3, 16, 215);

        var (reading, closing) = await TestAsync(
            "modbus",
            $$"""{ "host": "127.0.0.1", "port": {{device.Port}} }""",
            """{ "name": "i", "unitId": 3, "kind": "holdingRegister", "address": 16, "type": "int16", "scale": 0.1 }""");

        Assert.Equal((21.5, "good"), (reading.GetProperty("value").GetDouble(), Quality(reading)));
        AssertIsNow(reading);
        Assert.StartsWith("1 reading (1 double), 0 files; connected in ", closing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_Item_IsReadWithTheTimeOfTheAnswer()
    {
        await using var server = new RawServer(RawServer.Answer(
            "200 OK", "application/json", """{"now":[{"tag":"i","at":"2026-11-22T08:00:00Z","v":true}]}"""));

        var (reading, closing) = await TestAsync(
            "http",
            $$"""{ "url": "{{server.Url}}", "probe": "none" }""",
            """
            { "name": "i", "mode": "lastPoint", "path": "now", "records": "$.now",
              "rows": { "pointColumn": "tag", "timeColumn": "at", "valueColumn": "v" } }
            """);

        Assert.Equal((true, "good"), (reading.GetProperty("value").GetBoolean(), Quality(reading)));
        Assert.Equal("2026-11-22T08:00:00.0000000Z", reading.GetProperty("timestamp").GetString());
        Assert.StartsWith("1 reading (1 boolean), 0 files; connected in ", closing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_Item_ShowsTheReadingsOfAFileAndLeavesIt()
    {
        var file = _folder.At("a.csv");
        await File.WriteAllTextAsync(file, "time,point,value\n2026-11-22T08:00:00Z,i,closed\n");

        var (reading, closing) = await TestAsync(
            "folder",
            $$"""{ "folder": "{{_folder.Path}}" }""",
            """
            { "name": "i", "content": "readings",
              "files": { "pattern": "*.csv", "minAge": "0 s", "afterwards": "delete" },
              "rows": { "timeColumn": "time", "pointColumn": "point", "valueColumn": "value" } }
            """);

        Assert.Equal(("closed", "good"), (reading.GetProperty("value").GetString(), Quality(reading)));
        Assert.Equal("2026-11-22T08:00:00.0000000Z", reading.GetProperty("timestamp").GetString());
        Assert.StartsWith("1 reading (1 string), ", closing, StringComparison.Ordinal);
        Assert.True(File.Exists(file), "A test deletes nothing.");
    }

    [Fact]
    public async Task Box_Item_IsMeasuredNow()
    {
        var (reading, closing) = await TestAsync("box", "{}", """{ "name": "i", "metric": "memoryTotal" }""");

        Assert.InRange(reading.GetProperty("value").GetInt64(), 1 << 20, long.MaxValue);
        Assert.Equal("good", Quality(reading));
        AssertIsNow(reading);
        Assert.StartsWith("1 reading (1 int64), 0 files; connected in ", closing, StringComparison.Ordinal);
    }

    private static string? Quality(JsonElement reading) => reading.GetProperty("quality").GetString();

    private static void AssertIsNow(JsonElement reading)
    {
        var now = TimeProvider.System.GetUtcNow();
        var timestamp = DateTimeOffset.Parse(
            reading.GetProperty("timestamp").GetString()!, CultureInfo.InvariantCulture); // It is a text.
        Assert.InRange(timestamp, now.AddMinutes(-1), now);
    }

    private async Task<(JsonElement Reading, string Closing)> TestAsync(string type, string settings, string item)
    {
        var file = _folder.At("meridian.json");
        await File.WriteAllTextAsync(
            file,
            $$"""
            {
              "gateway": { "name": "trials" },
              "souths": [
                { "name": "s", "type": "{{type}}", "schedule": "1 s", "settings": {{settings}}, "items": [ {{item}} ] }
              ],
              "norths": []
            }
            """);
        var lines = await GatewayProcess.AskAsync(0, ["test", "-c", file, "s", "i"]);
        using var document = JsonDocument.Parse(lines[0]);
        return (document.RootElement.Clone(), lines[^1]);
    }
}
