using Meridian.Connectors.Http.Influx;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Http.Tests.Influx;

/// <summary>
/// Another server than InfluxDB answers at the address: it is not taken for one, and nothing counts as delivered.
/// </summary>
public sealed class InfluxStrangersTests
{
    private const string Page = "<!DOCTYPE html><html><head><title>Line 7\n</title></head>"
        + "<body>Last change: timestamp 12</body></html>";

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData(200, Page, "text/html", Fault.Malformed, "which is not how InfluxDB answers")]
    [InlineData(200, "", "", Fault.Malformed, "Check settings.url")]
    [InlineData(200, "{\"status\":\"UP\"}", "application/json", Fault.Malformed, "which is not how InfluxDB answers")]
    [InlineData(200, "pong", "text/plain", Fault.Malformed, "calls itself 'plant-web/1'")]
    [InlineData(400, Page, "text/html", Fault.Malformed, "which is not how InfluxDB answers")]
    [InlineData(404, Page, "text/html", Fault.Malformed, "/ping answers 404 Not Found and text/html")]
    [InlineData(405, "", "", Fault.Malformed, "which is not how InfluxDB answers")]
    [InlineData(500, Page, "text/html", Fault.Unreachable, "500 Internal Server Error: a web page")]
    [InlineData(503, "no upstream", "text/plain", Fault.Unreachable, "a proxy does not reach it")]
    public async Task Connect_AnotherServerAnswersThePing_IsNotTakenForInfluxDb(
        int status, string body, string type, Fault kind, string words)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        server.Otherwise = Answers.Status(status, body, $"Content-Type: {type}", "Server: plant-web/1");

        var fault = await rig.ConnectFaultAsync(InfluxRig.SettingsOf(server, InfluxVersion.V2));
        var tested = await Assert.ThrowsAsync<ConnectorException>(
            () => rig.Make(InfluxRig.SettingsOf(server, InfluxVersion.V2)).TestConnectionAsync(None));

        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.url", fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault.Message, tested.Message);
        Assert.All(server.Received, static one => Assert.Equal("GET", one.Method));
    }

    [Theory]
    [InlineData(200, Page, Fault.Malformed, "a web page")]
    [InlineData(200, "{\"ok\":true}", Fault.Malformed, "InfluxDB says 204")]
    [InlineData(400, Page, Fault.Misconfigured, "settings.url")]
    [InlineData(405, "", Fault.Misconfigured, "settings.url")]
    [InlineData(502, Page, Fault.Unreachable, "502 Bad Gateway: a web page")]
    public async Task Connect_AnotherServerAnswersTheWrite_IsNotTakenForInfluxDb(
        int status, string body, Fault kind, string words)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        server.Next(Answers.Status(204), Answers.Status(status, body));

        var fault = await rig.ConnectFaultAsync(InfluxRig.SettingsOf(server, InfluxVersion.V1));

        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, Page)]
    [InlineData(200, "")]
    [InlineData(200, "{}")]
    [InlineData(201, "{\"message\":\"stored\"}")]
    [InlineData(202, "")]
    [InlineData(206, "x")]
    public async Task HandleValues_AnsweredWithAnotherSuccess_IsNotDeliveredAndComesAgain(int status, string body)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V1));
        server.Next(Answers.Status(status, body));

        var fault = await InfluxRig.FaultAsync(north, InfluxRig.Number(1));
        await north.DisconnectAsync(None);
        await north.ConnectAsync(None);
        var outcome = await north.HandleValuesAsync(InfluxRig.Number(1), None);

        Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
        Assert.Contains($"answers {status} ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("nothing counts as delivered", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.url", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    public async Task HandleValues_PageWithWordsAboutLines_PutsNothingIntoQuarantine(int status)
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V1));
        server.Next(Answers.Status(status, Page, "Content-Type: text/html"));

        var fault = await InfluxRig.FaultAsync(north, InfluxRig.Number(1));

        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("a web page", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("<", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_ProxyWithoutItsServer_IsTriedAgainWithTheReasonInWords()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V1));
        server.Next(Answers.Status(502, Page, "Content-Type: text/html"));

        var outcome = await north.HandleValuesAsync(InfluxRig.Number(1), None);

        Assert.Equal(DeliveryOutcomeKind.Retry, outcome.Kind);
        Assert.Contains(
            "/write answers 502 Bad Gateway: a web page titled 'Line 7', which",
            outcome.Reason,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("\0\u0001\u0002\u0003\u0004\r\n\r\n")]
    [InlineData("HTTP/1.1 abc Fine\r\n\r\n")]
    public async Task Connect_Garbage_IsMalformed(string garbage)
    {
        await using var server = new RawServer(garbage);
        await using var rig = new InfluxRig();

        var fault = await rig.ConnectFaultAsync(InfluxRig.SettingsOf(server.Url, "plant"));

        Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("what is not HTTP", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_ConnectionEndsInTheAnswer_IsUnreachableAndComesAgain()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V1));
        server.Next(Answers.Reset());

        var fault = await InfluxRig.FaultAsync(north, InfluxRig.Number(1));
        var outcome = await north.HandleValuesAsync(InfluxRig.Number(1), None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal(server.Received[^2].Body, server.Received[^1].Body);
    }
}
