using Meridian.Connectors.Http.Influx;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Http.Tests.Influx;

/// <summary>What the versions answer to a ping and to a write of nothing, and what the user is told of it.</summary>
public sealed class InfluxGreetingTests
{
    private static CancellationToken None => CancellationToken.None;

    /// <summary>Status, body and headers of the ping, then status and body of the write; the version as told.</summary>
    public static TheoryData<InfluxVersion, int, string, string[], int, string, string> Versions => new()
    {
        { InfluxVersion.V1, 204, "", ["X-Influxdb-Version: 1.8.10", "X-Influxdb-Build: OSS"], 204, "", "1.8.10" },
        {
            InfluxVersion.V2, 204, "", ["X-Influxdb-Version: v2.7.6", "X-Influxdb-Build: OSS"],
            400, """{"code":"invalid","message":"writing requires points"}""", "v2.7.6"
        },
        {
            InfluxVersion.V2, 204, "", [],
            400, """{"code":"invalid","message":"writing requires points"}""", "not told"
        },
        {
            InfluxVersion.V3, 200, """{"version":"3.8.0","revision":"693b1fd","process_id":"b7e5"}""",
            ["x-influxdb-version: 3.8.0", "x-influxdb-build: Core"], 400, "incoming write was empty", "3.8.0"
        },
        {
            InfluxVersion.V3, 200, """{"version":"3.8.0","revision":"693b1fd","process_id":"b7e5"}""",
            ["Content-Type: application/json"], 400, "incoming write was empty", "3.8.0"
        },
    };

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task TestConnection_EachVersion_TellsVersionTargetAndLatency(
        InfluxVersion version, int ping, string body, string[] headers, int write, string said, string told)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var settings = InfluxRig.SettingsOf(server, version);
        server.Next(Answers.Status(ping, body, headers), Answers.Status(write, said));

        var facts = await rig.FactsAsync(settings);

        Assert.Equal(told, facts["Server version"]);
        Assert.Equal(version == InfluxVersion.V2 ? "bucket 'b/1' takes writes" : "database 'plant 7' takes writes",
            facts["Target"]);
        Assert.EndsWith(" ms", facts["Latency"], StringComparison.Ordinal);
        Assert.StartsWith("none", facts["Encryption"], StringComparison.Ordinal);
        Assert.DoesNotContain(facts.Values, static value => value.Contains("t0k", StringComparison.Ordinal));
        Assert.Equal(["GET /ping", "POST /"], server.Received.Select(static one => one.Method + " "
            + (one.Method is "GET" ? one.Target : "/")), StringComparer.Ordinal);
    }

    [Fact]
    public async Task TestConnection_WriteOfNothingIsRefusedOtherwise_TellsWhatTheServerSays()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        server.Next(
            Answers.Status(204), Answers.Status(400, """{"code":"invalid","message":"Please provide org of t0k"}"""));

        var facts = await rig.FactsAsync(InfluxRig.SettingsOf(server, InfluxVersion.V2));

        Assert.Equal(
            "bucket 'b/1': a write without a line is answered with 400 Bad Request: Please provide org of ***",
            facts["Target"]);
    }

    [Theory]
    [InlineData(InfluxVersion.V2, 401, Fault.Unauthorized, "Check settings.token")]
    [InlineData(InfluxVersion.V3, 401, Fault.Unauthorized, "Check settings.token")]
    [InlineData(InfluxVersion.V3, 403, Fault.Unauthorized, "Grant the right to write to database 'plant 7'")]
    [InlineData(InfluxVersion.V2, 302, Fault.Misconfigured, "settings.url")]
    [InlineData(InfluxVersion.V2, 407, Fault.Unauthorized, "settings.proxy.password")]
    public async Task Connect_PingAndWriteAreRefused_SaysWhatToDoAndNoSecret(
        InfluxVersion version, int status, Fault kind, string words)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        server.Otherwise = Answers.Status(status, """{"error":"t0k is unknown"}""");

        var fault = await rig.ConnectFaultAsync(InfluxRig.SettingsOf(server, version));
        var asked = server.Received.Select(static one => one.Method).ToArray();
        server.Otherwise = Answers.Status(204);
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, version));

        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0k", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal(status is 401 or 403 ? ["GET", "POST"] : ["GET"], asked, StringComparer.Ordinal);
        Assert.NotNull(north);
    }

    [Theory]
    [InlineData(401, Fault.Unauthorized, "Check settings.token")]
    [InlineData(403, Fault.Unauthorized, "Grant the right to write to bucket 'b/1'")]
    [InlineData(404, Fault.Misconfigured, "Make the bucket 'b/1'")]
    public async Task Connect_WriteIsRefused_SaysWhatToDo(int status, Fault kind, string words)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        server.Next(Answers.Status(204), Answers.Status(status, """{"code":"no","message":"t0k may not"}"""));

        var fault = await rig.ConnectFaultAsync(InfluxRig.SettingsOf(server, InfluxVersion.V2));

        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Contains("*** may not", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "no", 400, "incoming write was empty")] // version 3 Enterprise: a ping wants a system token
    [InlineData(403, "no", 204, "")]
    [InlineData(404, "404 page not found", 204, "")] // Telegraf's inputs.influxdb_v2_listener
    [InlineData(404, "<html></html>", 422, "writing requires points")]
    [InlineData(405, "", 204, "")]
    [InlineData(408, "", 204, "")]
    [InlineData(200, "", 400, "{\"message\":\"writing requires points\"}")] // a proxy answers the ping itself
    [InlineData(200, "<html></html>", 204, "")]
    [InlineData(429, "", 204, "")]
    [InlineData(429, "", 429, "")]
    public async Task Connect_PingIsNotInfluxDbsAndTheWriteIs_Connects(int ping, string body, int write, string said)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        server.Next(Answers.Status(ping, body, "Retry-After: 4"), Answers.Status(write, said));

        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V2));
        var outcome = await north.HandleValuesAsync(InfluxRig.Number(1), None);

        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal(["GET", "POST", "POST"], server.Received.Select(static one => one.Method),
            StringComparer.Ordinal);
        Assert.Empty(server.Received[1].Body);
    }

    [Fact]
    public async Task TestConnection_PingIsHiddenAndTheWriteTellsTheVersion_ConnectsAndTellsIt()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        server.Next(
            Answers.Status(404, "no"),
            Answers.Status(400, """{"message":"org is missing"}""", "X-Influxdb-Version: v2.7.6"));

        var facts = await rig.FactsAsync(InfluxRig.SettingsOf(server, InfluxVersion.V2));

        Assert.Equal("v2.7.6", facts["Server version"]);
        Assert.Contains("org is missing", facts["Target"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "no", 404, "{\"message\":\"bucket not found\"}", Fault.Misconfigured, "Make the bucket 'b/1'")]
    [InlineData(401, "no", 404, "", Fault.Unauthorized, "/ping answers 401")]
    [InlineData(404, "no", 401, "no", Fault.Unauthorized, "Check settings.token")]
    [InlineData(404, "no", 403, "<html></html>", Fault.Unauthorized, "Grant the right to write to bucket 'b/1'")]
    [InlineData(404, "no", 404, "<html></html>", Fault.Malformed, "/ping answers 404")]
    [InlineData(404, "no", 400, "a timestamp is missing", Fault.Malformed, "/ping answers 404")]
    [InlineData(404, "no", 400, "<p>writing requires points</p>", Fault.Malformed, "/ping answers 404")]
    [InlineData(404, "no", 429, "", Fault.Malformed, "/ping answers 404")]
    [InlineData(200, "ok", 200, "ok", Fault.Malformed, "/ping answers 200")]
    [InlineData(200, "ok", 503, "ok", Fault.Malformed, "/ping answers 200")]
    [InlineData(429, "", 200, "ok", Fault.Malformed, "InfluxDB says 204")]
    public async Task Connect_NeitherPingNorWriteIsInfluxDbs_SaysWhatIsWrong(
        int ping, string body, int write, string said, Fault kind, string words)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        server.Next(Answers.Status(ping, body), Answers.Status(write, said));

        var fault = await rig.ConnectFaultAsync(InfluxRig.SettingsOf(server, InfluxVersion.V2));

        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }
}
