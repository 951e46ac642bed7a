using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.North;
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
    public async Task HandleValues_ServerHangs_TimesOutAndSaysSo()
    {
        await using var rig = await NorthRig.NewAsync();
        var north = await rig.ConnectAsync(Hurried(rig.Settings));
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
        var north = await rig.ConnectAsync(
            Hurried(rig.Settings) with { Url = new Uri($"http://127.0.0.1:{relay.Port}/data") });
        relay.Hold();

        var fault = await NorthRig.FaultAsync(north);
        await north.DisconnectAsync(None);
        relay.Release();
        await north.ConnectAsync(None);
        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
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
    public async Task Connect_CertificateOfAStranger_SaysWhatToDo()
    {
        using var authority = new TestAuthority("plant");
        await using var server = await WebServer.StartAsync(authority.Server("127.0.0.1"));
        await using var rig = new NorthRig(server);

        var fault = await rig.ConnectFaultAsync(rig.Settings);

        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("signed by nobody whom this machine trusts", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.tls.caFile", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_CertificateOfAnotherName_SaysSo()
    {
        using var authority = new TestAuthority("plant");
        using var folder = new TempFolder();
        await using var server = await WebServer.StartAsync(authority.Server("other.example"));
        await using var rig = new NorthRig(server);

        var fault = await rig.ConnectFaultAsync(rig.Settings with { Tls = TlsOf(authority, folder) });

        Assert.Equal(Fault.Unauthorized, fault.Fault);
        Assert.Contains("is for another name", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_CertificateOutOfDate_SaysFromWhenToWhen()
    {
        using var authority = new TestAuthority("plant");
        using var folder = new TempFolder();
        var old = authority.Issue(
            "old", TestAuthority.Now.AddDays(-20), TestAuthority.Now.AddDays(-10), "127.0.0.1");
        await using var server = await WebServer.StartAsync(old);
        await using var rig = new NorthRig(server);

        var fault = await rig.ConnectFaultAsync(rig.Settings with { Tls = TlsOf(authority, folder) });

        Assert.Equal(Fault.Unauthorized, fault.Fault);
        Assert.Contains("is valid from", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandleValues_OwnAuthorityAndOwnCertificate_Arrives()
    {
        using var authority = new TestAuthority("plant");
        using var folder = new TempFolder();
        await using var server = await WebServer.StartAsync(authority.Server("127.0.0.1"), asksForCertificate: true);
        await using var rig = new NorthRig(server);
        using var own = authority.Client("gateway");
        var (file, key) = (Path.Combine(folder.Path, "own.pem"), Path.Combine(folder.Path, "own.key"));
        await File.WriteAllTextAsync(file, own.ExportCertificatePem());
        await File.WriteAllTextAsync(key, System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions
            .GetECDsaPrivateKey(own)!.ExportPkcs8PrivateKeyPem());
        var tls = TlsOf(authority, folder);

        var without = await rig.ConnectFaultAsync(rig.Settings with { Tls = tls });
        var north = await rig.ConnectAsync(
            rig.Settings with { Tls = tls with { ClientCertificateFile = file, ClientKeyFile = key } });

        Assert.Equal(DeliveryOutcome.Delivered, await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None));
        Assert.True(without.IsTransient);
    }

    [Fact]
    public async Task Connect_TlsToAPlainPort_SaysSo()
    {
        await using var rig = await NorthRig.NewAsync();

        var fault = await rig.ConnectFaultAsync(
            rig.Settings with { Url = new Uri($"https://127.0.0.1:{rig.Server.Port}/data") });

        Assert.Contains("does not speak TLS there", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_HandshakeThatNeverEnds_TimesOutAndSaysSo()
    {
        await using var rig = await NorthRig.NewAsync();
        await using var relay = TcpRelay.Start("127.0.0.1", rig.Server.Port);
        relay.Hold();

        var fault = await rig.ConnectFaultAsync(
            Hurried(rig.Settings) with { Url = new Uri($"https://127.0.0.1:{relay.Port}/data") });

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("settings.connectTimeout", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_CaFileThatIsNone_IsMisconfiguredAndLookedForAgain()
    {
        await using var rig = await NorthRig.NewAsync();

        var fault = await rig.ConnectFaultAsync(
            rig.Settings with { Tls = new HttpTlsSettings { CaFile = "/nowhere/ca.pem" } });

        Assert.Equal((Fault.Misconfigured, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(
            "settings.tls.caFile: '/nowhere/ca.pem' cannot be used", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task HandleValues_ThroughAProxy_ArrivesAndAWrongPasswordIsTold(string scheme)
    {
        using var authority = new TestAuthority("plant");
        using var folder = new TempFolder();
        await using var server = await WebServer.StartAsync(authority.Server("127.0.0.1"));
        await using var proxy = new ProxyServer { UserName = "out", Password = "pr0xy-pass" };
        await using var rig = new NorthRig(server);
        var settings = rig.Settings with
        {
            Tls = TlsOf(authority, folder),
            Proxy = new HttpProxySettings
            {
                Url = new Uri($"{scheme}://127.0.0.1:{proxy.Port}"),
                UserName = "out",
                Password = new Secret("pr0xy-pass"),
            },
        };

        var north = await rig.ConnectAsync(settings);
        var outcome = await north.HandleValuesAsync(NorthRig.Numbers(0, 3), None);
        var fault = await rig.ConnectFaultAsync(
            settings with { Proxy = settings.Proxy with { Password = new Secret("wr0ng-pass") } });

        Assert.Equal(DeliveryOutcome.Delivered, outcome);
        Assert.Contains(proxy.Targets, target => target.EndsWith($":{server.Port}", StringComparison.Ordinal));
        Assert.DoesNotContain("wr0ng-pass", fault.ToString(), StringComparison.Ordinal);
        if (scheme is "http")
        {
            Assert.Equal(Fault.Unauthorized, fault.Fault);
            Assert.Contains("settings.proxy.password", fault.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("settings.proxy", fault.Message, StringComparison.Ordinal);
        }
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

    private static HttpNorthSettings Hurried(HttpNorthSettings settings) => settings with
    {
        ConnectTimeout = TimeSpan.FromMilliseconds(300),
        AnswerTimeout = TimeSpan.FromMilliseconds(300),
    };

    private static HttpTlsSettings TlsOf(TestAuthority authority, TempFolder folder)
    {
        var file = Path.Combine(folder.Path, "ca.pem");
        File.WriteAllText(file, authority.Root.ExportCertificatePem());
        return new HttpTlsSettings { CaFile = file };
    }
}
