using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Http.Tests.North;

/// <summary>What goes wrong, in words.</summary>
public sealed class HttpNorthFaultsTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Connect_NameNobodyKnows_SaysSo()
    {
        await using var rig = await NorthRig.NewAsync();

        var fault = await rig.ConnectFaultAsync(
            rig.Settings with { Url = new Uri("http://no-such-host.invalid/data") });

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("the name 'no-such-host.invalid' is not known", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NobodyListens_SaysRefused()
    {
        await using var rig = await NorthRig.NewAsync();

        var fault = await rig.ConnectFaultAsync(
            rig.Settings with { Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/data?key=hidden") });

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("refused the connection", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NobodyListensAtFirst_GoesOnOnceSomebodyDoes()
    {
        await using var rig = await NorthRig.NewAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", rig.Server.Port);
        relay.Vanish();
        var north = rig.Make(rig.Settings with { Url = UrlOf(relay) });

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(None));
        relay.Return();
        await north.ConnectAsync(None);
        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);

        Assert.Contains($"127.0.0.1:{relay.Port} refused the connection", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Equal([0, 1, 2], KeyedStore.NumbersOf(Assert.Single(rig.Server.Received)));
    }

    [Fact]
    public async Task Connect_NeverAnswered_TimesOutAndSaysSo()
    {
        await using var rig = await NorthRig.NewAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", rig.Server.Port);
        relay.Hold();
        var north = rig.Make(NorthRig.Hurried(rig.Settings) with { Url = UrlOf(relay) });

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => north.ConnectAsync(None));
        var tested = await Assert.ThrowsAsync<ConnectorException>(() => north.TestConnectionAsync(None));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("did not answer in time", fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault.Message, tested.Message);
    }

    [Fact]
    public async Task HandleValues_ServerHangs_TimesOutAndSaysSo()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(NorthRig.Hurried(rig.Settings));
        rig.Server.Next(Answers.Hang());

        var fault = await NorthRig.FaultAsync(north);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("did not answer in time", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.answerTimeout", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_LinkHalfOpen_EndsByTimeAndRecovers()
    {
        await using var rig = await NorthRig.NewAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", rig.Server.Port);
        var north = await rig.ConnectAsync(NorthRig.Hurried(rig.Settings) with { Url = UrlOf(relay) });
        relay.Hold();

        var fault = await NorthRig.FaultAsync(north);
        await north.DisconnectAsync(None);
        relay.Release();
        await north.ConnectAsync(None);
        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("did not answer in time", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
    }

    [Fact]
    public async Task HandleValues_ServerRestarts_RecoversByItself()
    {
        await using var rig = await NorthRig.NewAsync();
        var port = FreePort.Next();
        var first = await WebServer.StartAsync(port: port);
        var north = await rig.ConnectAsync(rig.Settings with { Url = first.Url });
        await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);
        await first.DisposeAsync();

        var fault = await NorthRig.FaultAsync(north);
        await using var second = await WebServer.StartAsync(port: port);
        await north.ConnectAsync(None);
        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("Check that the server runs", fault.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Single(second.Received);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("\0\u0001\u0002\u0003\u0004\r\n\r\n")]
    [InlineData("HTTP/1.1 abc Fine\r\n\r\n")]
    public async Task HandleValues_Garbage_IsMalformed(string garbage)
    {
        await using var server = new RawServer(garbage);
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(NorthRig.SettingsOf(server.Url));

        var fault = await NorthRig.FaultAsync(north);

        Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("what is not HTTP", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_Reset_IsUnreachable()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        rig.Server.Next(Answers.Reset());

        var fault = await NorthRig.FaultAsync(north);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, Fault.Unauthorized, "settings.auth")]
    [InlineData(403, Fault.Unauthorized, "refuses the access")]
    [InlineData(404, Fault.Misconfigured, "nothing at that address")]
    [InlineData(405, Fault.Misconfigured, "settings.method")]
    [InlineData(407, Fault.Unauthorized, "settings.proxy")]
    public async Task HandleValues_AnsweredSo_IsAFaultAndNeverQuarantine(int status, Fault kind, string words)
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        rig.Server.Next(Answers.Status(status));

        var fault = await NorthRig.FaultAsync(north);

        Assert.Equal((kind, true), (fault.Fault, fault.IsTransient));
        Assert.Contains($"{status}", fault.Message, StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "<!DOCTYPE html>\n<html><head><title>Proxy\n error</title></head></html>", "a web page titled 'Proxy error'.")]
    [InlineData("<html><h1>Oh</h1></html>", "a web page.")]
    [InlineData("<error>no such tag</error>", "<error>no such tag</error>.")]
    [InlineData("maintenance\r\nuntil noon", "maintenance until noon.")]
    public async Task HandleValues_RefusedForNow_TellsTheServersWordsInOneLine(string body, string words)
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync();
        rig.Server.Next(Answers.Status(503, body));

        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);

        Assert.Equal(DeliveryOutcomeKind.Retry, outcome.Kind);
        Assert.EndsWith("503 Service Unavailable: " + words, outcome.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Connect_Redirected_NamesTheAddressWithoutItsQuery(int status)
    {
        await using var rig = await NorthRig.NewAsync();
        rig.Server.Head = Answers.Status(status, "", "Location: https://elsewhere.example/in?session=hidden");

        var fault = await rig.ConnectFaultAsync(rig.Settings);

        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("https://elsewhere.example/in", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_ServerRepeatsTheCredentials_NoMessageShowsThem()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(rig.Settings with
        {
            Auth = new HttpAuthSettings { Type = HttpAuthKind.Bearer, Token = new Secret("s3cret-token") },
        });
        rig.Server.Next(Answers.Status(400, "bad token s3cret-token"), Answers.Status(401, "s3cret-token is unknown"));

        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);
        var fault = await NorthRig.FaultAsync(north);

        Assert.Contains("bad token ***", outcome.Reason, StringComparison.Ordinal);
        Assert.Contains("*** is unknown", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestConnection_GivesFacts()
    {
        await using var rig = await NorthRig.NewAsync();
        rig.Server.Head = Answers.Status(405, "", "Server: plant-api/3.2");

        var facts = (await rig.Make().TestConnectionAsync(None))
            .ToDictionary(static one => one.Key, static one => one.Value, StringComparer.Ordinal);

        Assert.Equal("HEAD: 405 Method Not Allowed", facts["Answer"]);
        Assert.Equal("plant-api/3.2", facts["Server"]);
        Assert.Equal("HTTP/1.1", facts["Protocol"]);
        Assert.EndsWith(" ms", facts["Latency"], StringComparison.Ordinal);
        Assert.StartsWith("none", facts["Encryption"], StringComparison.Ordinal);
        Assert.Empty(rig.Server.Received);
    }

    private static Uri UrlOf(TcpRelay relay) => new($"http://127.0.0.1:{relay.Port}/data");
}
