using Meridian.Connectors.Http.Client;
using Meridian.Connectors.Http.Tests.Peers;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Http.Tests.North;

/// <summary>What goes wrong in certificates and proxies, in words.</summary>
public sealed class HttpNorthTlsTests
{
    private static CancellationToken None => CancellationToken.None;

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

    [Theory]
    [InlineData("settings.tls.caFile")]
    [InlineData("settings.tls.clientCertificateFile")]
    [InlineData("settings.tls.clientKeyFile")]
    public async Task Connect_CertificateFileThatHangs_EndsInItsTime(string setting)
    {
        using var authority = new TestAuthority("plant");
        using var folder = new TempFolder();
        await using var server = await WebServer.StartAsync(authority.Server("127.0.0.1"));
        await using var rig = new NorthRig(server);
        var tls = TlsOf(authority, folder);
        var pipe = folder.At("pipe.pem");
        await ChildProcess.RunAsync("mkfifo", [pipe]); // Nobody writes, so that opening it waits for ever.
        var settings = rig.Settings with
        {
            ConnectTimeout = TimeSpan.FromSeconds(1),
            Tls = setting switch
            {
                "settings.tls.caFile" => tls with { CaFile = pipe },
                "settings.tls.clientCertificateFile" => tls with { ClientCertificateFile = pipe },
                _ => tls with { ClientCertificateFile = tls.CaFile, ClientKeyFile = pipe },
            },
        };

        var fault = await Task.Run(() => rig.ConnectFaultAsync(settings))
            .WaitAsync(Deadline.Default, TimeProvider.System);
        await using var release = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(
            $"{setting}: '{pipe}' was not read within 1 s (settings.connectTimeout)",
            fault.Message,
            StringComparison.Ordinal);
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
            NorthRig.Hurried(rig.Settings) with { Url = new Uri($"https://127.0.0.1:{relay.Port}/data") });

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

    private static HttpTlsSettings TlsOf(TestAuthority authority, TempFolder folder)
    {
        var file = Path.Combine(folder.Path, "ca.pem");
        File.WriteAllText(file, authority.Root.ExportCertificatePem());
        return new HttpTlsSettings { CaFile = file };
    }
}
