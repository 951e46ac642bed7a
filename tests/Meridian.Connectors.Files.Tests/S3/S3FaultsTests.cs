using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Meridian.Connectors.Files.S3;
using Meridian.Connectors.Files.Tests.Contract;
using Meridian.Connectors.Files.Tests.Files;
using Meridian.Fixtures;
using Meridian.Sdk.Faults;
using Meridian.Sdk.Intakes;
using Meridian.Sdk.Settings;
using Meridian.Testing.Peers;

namespace Meridian.Connectors.Files.Tests.S3;

/// <summary>What goes wrong between here and a store, in words; it goes on by itself and nothing is lost.</summary>
public sealed class S3FaultsTests(S3Store store) : IClassFixture<S3Store>, IDisposable
{
    private const long Megabyte = 1_024 * 1_024;

    private readonly S3Rig _rig = new(store.Server);

    private static CancellationToken None => CancellationToken.None;

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("wrong", "plant", Fault.Unauthorized, "does not know the access key 'wrong'")]
    [InlineData("S3RVER", "nowhere", Fault.Misconfigured, "has no bucket 'nowhere'")]
    public async Task Connect_Refused_IsSaidInWords(string key, string bucket, Fault expected, string words)
    {
        var fault = await _rig.ConnectFaultAsync(_rig.Settings with { AccessKey = key, Bucket = bucket });

        Assert.Equal((expected, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WrongSecret_IsSaidInWordsWithoutIt()
    {
        await using var server = new RawServer(RawServer.Answer(
            "403 Forbidden",
            "application/xml",
            "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match."
            + "</Message></Error>"));

        var fault = await _rig.ConnectFaultAsync(
            _rig.SettingsAt($"http://127.0.0.1:{server.Port}") with { SecretKey = new Secret("wr0ng-secret") });

        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("does not take the secret of the access key 'S3RVER'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.secretKey", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng-secret", fault.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Linux lets a connection's packets vanish where the listener's queue is full, as firewalls do.</summary>
    [Fact]
    public async Task Connect_NobodyTakesTheConnection_NamesTheTimeThatItHad()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen(0);
        using var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(listener.LocalEndPoint!); // Bound.

        var address = $"[::1]:{((IPEndPoint)listener.LocalEndPoint!).Port}"; // Bound.
        var settings = _rig.SettingsAt($"http://{address}") with { Timeout = TimeSpan.FromSeconds(60) };
        var fault = await Assert.ThrowsAsync<ConnectorException>(() => _rig.Make(settings).ConnectAsync(None));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.StartsWith(
            $"The store at {address} did not take the connection within 10 s. Check settings.endpoint, the link, and a",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NameNobodyKnows_IsSaidInWords()
    {
        var fault = await _rig.ConnectFaultAsync(_rig.SettingsAt("http://store.invalid:9000"));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("its name is not known", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.endpoint", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NobodyListensAtFirst_IsSaidAndGoesOnOnceSomebodyDoes()
    {
        await using var relay = TcpRelay.Start("127.0.0.1", store.Server.Port);
        relay.Vanish();

        var fault = await _rig.ConnectFaultAsync(_rig.SettingsAt(relay));
        relay.Return();
        await S3Rig.DeliverAsync(await _rig.ConnectAsync(_rig.SettingsAt(relay)), S3Rig.Of("a.txt", "one"));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("refused the connection", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.endpoint", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["files/a.txt"], _rig.Objects.Keys, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Connect_NeverAnswered_EndsByTheTimeoutAndGoesOn()
    {
        await using var relay = TcpRelay.Start("127.0.0.1", store.Server.Port);
        relay.Hold();

        var fault = await _rig.ConnectFaultAsync(Hurried(_rig.SettingsAt(relay)));
        relay.Release();
        await _rig.ConnectAsync(_rig.SettingsAt(relay));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("did not answer within 0.3 s", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.timeout", fault.Message, StringComparison.Ordinal);
        Assert.True(_rig.Context.IsConnected);
    }

    [Fact]
    public async Task Connect_CertificateOfAStranger_IsSaidInWords()
    {
        using var authority = new TestAuthority("stranger");
        using var certificate = authority.Server("localhost");
        await using var server = await S3Server.StartAsync(certificate);

        var fault = await _rig.ConnectFaultAsync(_rig.SettingsAt($"https://localhost:{server.Port}"));

        Assert.Equal((Fault.Unauthorized, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("cannot be trusted", fault.Message, StringComparison.Ordinal);
        Assert.Contains("signed its certificate", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_TlsToAPlainPort_IsSaidInWords()
    {
        var fault = await _rig.ConnectFaultAsync(_rig.SettingsAt($"https://127.0.0.1:{store.Server.Port}"));

        Assert.True(fault.IsTransient);
        Assert.Contains("does not speak TLS", fault.Message, StringComparison.Ordinal);
        Assert.Contains("settings.endpoint", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_StoreGoneInTheMiddle_ShowsNothingOfItAndIsThereWholeAfterwards()
    {
        await using var relay = TcpRelay.Start("127.0.0.1", store.Server.Port);
        var north = await _rig.ConnectAsync(Parted(_rig.SettingsAt(relay)));

        var fault = await S3Rig.FaultAsync(north, Large(at =>
        {
            if (at >= 6 * Megabyte)
            {
                relay.Vanish();
            }
        }));
        var meanwhile = _rig.Objects.Count;
        relay.Return();
        await north.DisconnectAsync(None);
        await north.ConnectAsync(None);
        await S3Rig.DeliverAsync(north, Large(static _ => { }));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, meanwhile);
        await ExpectLargeAsync();
    }

    [Fact]
    public async Task File_LinkHalfOpenInTheMiddle_EndsByTheTimeoutAndIsThereWholeAfterwards()
    {
        await using var relay = TcpRelay.Start("127.0.0.1", store.Server.Port);
        var north = await _rig.ConnectAsync(
            Parted(_rig.SettingsAt(relay)) with { Timeout = TimeSpan.FromSeconds(2) });

        var fault = await S3Rig.FaultAsync(north, Large(at =>
        {
            if (at >= 6 * Megabyte)
            {
                relay.Hold();
            }
        }));
        var meanwhile = _rig.Objects.Count;
        await north.DisconnectAsync(None);
        relay.Release();
        await north.ConnectAsync(None);
        await S3Rig.DeliverAsync(north, Large(static _ => { }));

        Assert.Equal((Fault.Unreachable, true), (fault.Fault, fault.IsTransient));
        Assert.Contains("did not answer within 2 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, meanwhile);
        await ExpectLargeAsync();
    }

    [Theory]
    [InlineData("SignatureDoesNotMatch", 403, Fault.Unauthorized, "does not take the secret")]
    [InlineData("RequestTimeTooSkewed", 403, Fault.Unauthorized, "clocks")]
    [InlineData("AccessDenied", 403, Fault.Unauthorized, "s3:PutObject")]
    [InlineData("ExpiredToken", 400, Fault.Unauthorized, "session token")]
    [InlineData("PermanentRedirect", 301, Fault.Misconfigured, "settings.region")]
    [InlineData("SlowDown", 503, Fault.Unreachable, "503 SlowDown")]
    public void Faults_OfTheStore_AreInWords(string code, int status, Fault expected, string words)
    {
        var answer = new AmazonS3Exception("Said.", ErrorType.Sender, code, "id", (System.Net.HttpStatusCode)status);

        var fault = S3Faults.Of(answer, _rig.Settings);

        Assert.Equal((expected, true), (fault.Fault, fault.IsTransient));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    private static S3NorthSettings Hurried(S3NorthSettings settings) =>
        settings with { Timeout = TimeSpan.FromMilliseconds(300) };

    private static S3NorthSettings Parted(S3NorthSettings settings) =>
        settings with { PartSize = new ByteSize(5 * Megabyte) };

    /// <summary>A file of three parts.</summary>
    private static FileContent Large(Action<long> onRead) => new(
        "large.bin",
        12 * Megabyte,
        _ => new ValueTask<Stream>(new NumberStream(12 * Megabyte) { OnRead = onRead }));

    private async Task ExpectLargeAsync()
    {
        var (key, path) = Assert.Single(_rig.Objects);
        await using var stored = File.OpenRead(path);
        await using var source = new NumberStream(12 * Megabyte);
        Assert.Equal("files/large.bin", key);
        Assert.Equal(
            await System.Security.Cryptography.SHA256.HashDataAsync(source),
            await System.Security.Cryptography.SHA256.HashDataAsync(stored));
    }
}
