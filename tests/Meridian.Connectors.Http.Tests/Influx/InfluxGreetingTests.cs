using Meridian.Connectors.Http.Influx;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Sdk.Faults;

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
    public async Task Connect_PingIsRefused_SaysWhatToDoAndNoSecret(
        InfluxVersion version, int status, Fault kind, string words)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        server.Next(Answers.Status(status, """{"error":"t0k is unknown"}"""));

        var fault = await rig.ConnectFaultAsync(InfluxRig.SettingsOf(server, version));
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, version));

        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0k", fault.ToString(), StringComparison.Ordinal);
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
}
