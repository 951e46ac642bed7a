using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.South;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Settings;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Http.Tests.South;

/// <summary>What goes wrong, in words; and nothing is covered by it.</summary>
public sealed class HttpSouthFaultsTests
{
    private static readonly HttpItemSettings Past = SouthRig.Past;

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Connect_NobodyListens_SaysRefused()
    {
        await using var rig = await SouthRig.NewAsync();

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync(
            rig.Settings with { Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/data?key=hidden") }));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("refused the connection", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WrongAddress_SaysTheNameIsNotKnown()
    {
        await using var rig = await SouthRig.NewAsync();

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync(
            rig.Settings with { Url = new Uri("http://no-such-host.invalid/data") }));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("the name 'no-such-host.invalid' is not known", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NobodyListensAtFirst_GoesOnOnceSomebodyDoes()
    {
        await using var rig = await SouthRig.NewAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", rig.Server.Port);
        relay.Vanish();
        var south = rig.Make(rig.Settings with { Url = UrlOf(relay) });

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => south.ConnectAsync(None));
        relay.Return();
        await south.ConnectAsync(None);
        rig.Server.Otherwise = SouthRig.Json(SouthRig.Records(1));
        var pages = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past));

        Assert.Contains($"127.0.0.1:{relay.Port} refused the connection", fault.Message, StringComparison.Ordinal);
        Assert.Equal([1], SouthRig.NumbersOf(pages));
    }

    [Fact]
    public async Task Connect_NeverAnswered_TimesOutAndSaysSo()
    {
        await using var rig = await SouthRig.NewAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", rig.Server.Port);
        relay.Hold();
        var south = rig.Make(SouthRig.Hurried(rig.Settings) with { Url = UrlOf(relay) });

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => south.ConnectAsync(None));
        var tested = await Assert.ThrowsAsync<ConnectorException>(() => south.TestConnectionAsync(None));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("did not answer in time", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.answerTimeout", fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault.Message, tested.Message);
    }

    [Fact]
    public async Task Query_ServerHangs_TimesOutAndIsAskedAgain()
    {
        await using var rig = await SouthRig.NewAsync();
        var south = await rig.ConnectAsync(SouthRig.Hurried(rig.Settings));
        rig.Server.Next(Answers.Hang());
        rig.Server.Otherwise = SouthRig.Json(SouthRig.Records(1));

        var fault = await SouthRig.FaultAsync(south, SouthRig.ItemOf(Past));
        var pages = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("nothing for 0.3 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal([1], SouthRig.NumbersOf(pages));
    }

    [Fact]
    public async Task Connect_CertificateOfAStranger_SaysWhatToDo()
    {
        using var authority = new TestAuthority("plant");
        await using var server = await WebServer.StartAsync(authority.Server("127.0.0.1"));
        await using var rig = new SouthRig(server);

        var fault = await Assert.ThrowsAsync<ConnectorException>(() => rig.ConnectAsync());

        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("settings.tls.caFile", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_WrongPassword_EndsTheConnectionAndNoMessageShowsIt()
    {
        await using var rig = await SouthRig.NewAsync();
        var south = await rig.ConnectAsync(rig.Settings with
        {
            Auth = new HttpAuthSettings
            {
                Type = HttpAuthKind.Basic,
                UserName = "reader",
                Password = new Secret("s3cret-pass"),
            },
        });
        rig.Server.Next(Answers.Status(401, "s3cret-pass is wrong"));

        var fault = await SouthRig.FaultAsync(south, SouthRig.ItemOf(Past));

        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("settings.auth", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_LinkHalfOpen_EndsByTimeAndRecovers()
    {
        await using var rig = await SouthRig.NewAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", rig.Server.Port);
        var south = await rig.ConnectAsync(SouthRig.Hurried(rig.Settings) with { Url = UrlOf(relay) });
        relay.Hold();

        var fault = await SouthRig.FaultAsync(south, SouthRig.ItemOf(Past));
        await south.DisconnectAsync(None);
        relay.Release();
        await south.ConnectAsync(None);
        rig.Server.Otherwise = SouthRig.Json(SouthRig.Records(1));
        var pages = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("did not answer in time", fault.Message, StringComparison.Ordinal);
        Assert.Equal([1], SouthRig.NumbersOf(pages));
    }

    [Fact]
    public async Task Query_ServerRestarts_RecoversByItself()
    {
        await using var rig = await SouthRig.NewAsync();
        var port = FreePort.Next();
        var first = await WebServer.StartAsync(port: port);
        var south = await rig.ConnectAsync(rig.Settings with { Url = first.Url });
        await first.DisposeAsync();

        var fault = await SouthRig.FaultAsync(south, SouthRig.ItemOf(Past));
        await using var second = await WebServer.StartAsync(port: port);
        second.Otherwise = SouthRig.Json(SouthRig.Records(1));
        await south.ConnectAsync(None);
        var pages = await SouthRig.PagesAsync(south, SouthRig.Window, SouthRig.ItemOf(Past));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("Check that the server runs", fault.Message, StringComparison.Ordinal);
        Assert.Equal([1], SouthRig.NumbersOf(pages));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n")]
    [InlineData("HTTP/1.1 abc Fine\r\n\r\n")]
    public async Task Query_Garbage_IsMalformed(string garbage)
    {
        await using var server = new RawServer(garbage);
        await using var rig = await SouthRig.NewAsync();
        var south = await rig.ConnectAsync(rig.Settings with { Url = server.Url });

        var fault = await SouthRig.FaultAsync(south, SouthRig.ItemOf(Past));

        Assert.Equal((Fault.Malformed, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("what is not HTTP", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestConnection_GivesFacts()
    {
        await using var rig = await SouthRig.NewAsync();
        rig.Server.Head = Answers.Status(405, "", "Server: plant-api/3.2");

        var facts = (await rig.Make().TestConnectionAsync(None))
            .ToDictionary(static one => one.Key, static one => one.Value, StringComparer.Ordinal);

        Assert.Equal(("plant-api/3.2", "HEAD: 405 Method Not Allowed"), (facts["Server"], facts["Answer"]));
        Assert.Equal((rig.Settings.Url.ToString(), "HTTP/1.1"), (facts["Address"], facts["Protocol"]));
        Assert.EndsWith(" ms", facts["Latency"], StringComparison.Ordinal);
        Assert.StartsWith("none", facts["Encryption"], StringComparison.Ordinal);
        Assert.Empty(rig.Server.Received);
    }

    private static Uri UrlOf(TcpRelay relay) => new($"http://127.0.0.1:{relay.Port}/data");
}
