using Meridian.Connectors.Http.Influx;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

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
        string[] greeting = status >= 500 ? ["GET"] : ["GET", "POST"];
        Assert.Equal([.. greeting, .. greeting], server.Received.Select(static one => one.Method),
            StringComparer.Ordinal);
        Assert.All(server.Received, static one => Assert.Empty(one.Body));
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
    public async Task HandleValues_PageSaysTooLargeToOneLine_IsAFaultAndSplitsOnlyWhatHasMoreLines()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V1));
        var tooLarge = Answers.Status(413, Page, "Content-Type: text/html");
        server.Next(tooLarge, tooLarge);
        var one = InfluxRig.Of("p", ReadingValue.From(1L));

        var many = await north.HandleValuesAsync(
            InfluxRig.Batch(one, InfluxRig.Of("p", ReadingValue.From(2L), 1)), None);
        var fault = await InfluxRig.FaultAsync(north, InfluxRig.Batch(one));
        var sent = server.Received[^1].Body.Length;
        var later = await north.HandleValuesAsync(InfluxRig.Batch(one), None);

        Assert.Equal((DeliveryOutcomeKind.Rejected, null), (many.Kind, many.Rejections));
        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("a web page titled 'Line 7'", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"one line of {sent} bytes", fault.Message, StringComparison.Ordinal);
        Assert.Contains("raise the proxy's limit of a body", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, later);
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
    public async Task Connect_StrangersHeadersAreLongAndHoldSecrets_TellsOneShortLineWithoutThem()
    {
        var tail = new string('x', 9000);
        await using var server = new RawServer(
            $"HTTP/1.1 200 Fi\tne t0k {tail}\r\nServer: we\t\tb\u0001 t0k {tail}\r\nContent-Type: text/t0k{tail}\r\n"
            + "Content-Length: 0\r\nConnection: close\r\n\r\n");
        await using var rig = new InfluxRig();
        var settings = InfluxRig.SettingsOf(server.Url, "plant") with
        {
            Version = InfluxVersion.V3,
            Token = new Secret("t0k"),
        };

        var fault = await rig.ConnectFaultAsync(settings);

        Assert.Contains("calls itself 'we b *** x", fault.Message, StringComparison.Ordinal);
        Assert.Contains("answers 200 Fi ne *** x", fault.Message, StringComparison.Ordinal);
        Assert.Contains("and text/***x", fault.Message, StringComparison.Ordinal);
        AssertShort(fault.Message);
    }

    [Theory]
    [InlineData("X-Influxdb-Version: v2\t\t7\u0001 t0k ", "\r\nX-Influxdb-Build: v2\t7 t0k ", "")]
    [InlineData("X-Influxdb-Build: v2\t7 t0k ", "", "v2\\n\\t7\\u0001 t0k ")]
    public async Task TestConnection_VersionIsLongAndHoldsASecret_TellsOneShortLineWithoutIt(
        string header, string next, string version)
    {
        var tail = new string('x', 9000);
        var body = $$"""{"version":"{{version}}{{tail}}"}""";
        await using var server = new RawServer(request => request.StartsWith("GET", StringComparison.Ordinal)
            ? $"HTTP/1.1 200 OK\r\n{header}{tail}{(next.Length > 0 ? next + tail : next)}\r\n"
                + $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"
            : "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        await using var rig = new InfluxRig();
        var settings = InfluxRig.SettingsOf(server.Url, "plant") with
        {
            Version = InfluxVersion.V3,
            Token = new Secret("t0k"),
        };

        var facts = await rig.FactsAsync(settings);

        Assert.StartsWith("v2 7 *** x", facts["Server version"], StringComparison.Ordinal);
        Assert.StartsWith("v2 7 *** x", facts["Build"], StringComparison.Ordinal);
        Assert.All(facts.Values, AssertShort);
    }

    [Fact]
    public async Task HandleValues_ReasonOfALineIsLongAndHoldsASecret_QuarantineTellsOneShortLineWithoutIt()
    {
        await using var server = await WebServer.StartAsync();
        await using var rig = new InfluxRig();
        var north = await rig.ConnectAsync(InfluxRig.SettingsOf(server, InfluxVersion.V3));
        var reason = $"no\\n\\u0001good t0k {new string('x', 9000)}";
        server.Next(Answers.Status(
            400, $$"""{"error":"partial write","data":[{"line_number":1,"error_message":"{{reason}}"}]}"""));

        var outcome = await north.HandleValuesAsync(InfluxRig.Number(1), None);

        var told = Assert.Single(outcome.Rejections!).Reason;
        Assert.StartsWith("InfluxDB refuses it: no good *** x", told, StringComparison.Ordinal);
        AssertShort(told);
    }

    private static void AssertShort(string told)
    {
        Assert.InRange(told.Length, 1, 1200);
        Assert.DoesNotContain(told, static letter => char.IsControl(letter));
        Assert.DoesNotContain("t0k", told, StringComparison.Ordinal);
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
