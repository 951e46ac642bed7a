using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meridian.Fixtures;
using Meridian.Mqtt.Tests.Connection;
using Meridian.Mqtt.Transport;

namespace Meridian.Mqtt.Tests.Transport;

[SuppressMessage(
    "Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "The versions are what is tested.")]
public sealed class TlsTests : IDisposable
{
    private readonly TestAuthority _authority = new("Plant Authority");
    private readonly TlsPeer _peer = new();

    private MqttClientOptions Options => new()
    {
        Server = MqttServer.Tls("127.0.0.1", _peer.Port),
        Tls = new MqttTlsOptions { CertificateAuthorities = [_authority.Root] },
        Reconnect = null,
    };

    public void Dispose()
    {
        _peer.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData(-20, -2, "expired on ")]
    [InlineData(2, 20, "not valid before ")]
    public async Task ServerCertificate_OutOfItsTime_SaysWhen(int fromDays, int toDays, string expected)
    {
        var from = TestAuthority.Now.AddDays(fromDays);
        var to = TestAuthority.Now.AddDays(toDays);
        var rejected = _peer.RejectedAsync(_authority.Issue("server", from, to, "127.0.0.1"));
        await using var client = new MqttClient(Options);

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => client.ConnectAsync());

        await rejected;
        var date = (fromDays < 0 ? to : from).ToString("yyyy-MM-dd", null);
        Assert.Contains(expected + date, error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task ServerCertificate_WrongTwice_SaysBoth()
    {
        using var other = new TestAuthority("Other Authority");
        var rejected = _peer.RejectedAsync(other.Server("plant.example"));
        await using var client = new MqttClient(Options);

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => client.ConnectAsync());

        await rejected;
        Assert.Contains("'plant.example', not for '127.0.0.1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'CN=Other Authority'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task EndWriting_AfterTheServerLeftWithoutFarewell_DoesNotFail(SslProtocols version)
    {
        var certificate = _authority.Server("127.0.0.1");
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", _peer.Port);
        using var far = await _peer.AcceptSocketAsync();
        await using var server = new SslStream(new NetworkStream(far, ownsSocket: false));
        await using var near = new SslStream(new NetworkStream(socket, ownsSocket: false));
        var accepting = server.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = version });
        await near.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _authority.Root },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        });
        await accepting;
        await using var transport = new StreamTransport(socket, near);
        far.LingerState = new LingerOption(enable: true, 0);
        far.Dispose();
        await Assert.ThrowsAsync<IOException>(async () => await transport.Input.ReadAsync());

        await transport.EndWritingAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, false, false)]
    [InlineData(SslProtocols.Tls13, false, false)]
    [InlineData(SslProtocols.Tls12, false, true)]
    [InlineData(SslProtocols.Tls13, false, true)]
    [InlineData(SslProtocols.Tls12, true, false)]
    [InlineData(SslProtocols.Tls13, true, false)]
    public async Task Disconnect_WhileTheServerLeavesToo_Ends(SslProtocols version, bool isPolite, bool isReset)
    {
        var certificate = _authority.Server("127.0.0.1");
        for (var round = 0; round < 50; round++)
        {
            await using var client = new MqttClient(Options with { Tls = Options.Tls! with { Protocols = version } });
            var connecting = client.ConnectAsync();
            using var socket = await _peer.AcceptSocketAsync();
            await using var server = new SslStream(new NetworkStream(socket, ownsSocket: false));
            await server.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate });
            Assert.NotEqual(0, await server.ReadAsync(new byte[1_000]));
            await server.WriteAsync(new byte[] { 0x20, 2, 0, 0 });
            await connecting;

            var leaving = client.DisconnectAsync();
            if (round % 2 == 0)
            {
                Assert.NotEqual(0, await server.ReadAsync(new byte[1_000])); // As a broker that reads DISCONNECT.
            }

            if (isPolite)
            {
                await server.ShutdownAsync();
            }

            socket.LingerState = new LingerOption(isReset, 0);
            socket.Dispose();

            await leaving.WaitAsync(ScriptedPeer.Deadline);
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Protocols_EachVersionAndAlpn_AreAgreedOn(SslProtocols version)
    {
        await using var client = new MqttClient(Options with
        {
            Tls = Options.Tls! with { Protocols = version, ApplicationProtocols = ["x", "mqtt"] },
        });
        var connecting = client.ConnectAsync();

        await using var server = await _peer.AcceptMqttAsync(new()
        {
            ServerCertificate = _authority.Server("127.0.0.1"),
            ApplicationProtocols = [new("mqtt")],
        });

        await connecting;
        Assert.Equal(version, server.SslProtocol);
        Assert.Equal("mqtt", Encoding.ASCII.GetString(server.NegotiatedApplicationProtocol.Protocol.Span));
    }

    [Fact]
    public async Task Protocols_ThatDoNotMeet_SayWhatToLookAt()
    {
        await using var client = new MqttClient(Options with
        {
            Tls = Options.Tls! with { Protocols = SslProtocols.Tls13 },
        });
        var connecting = client.ConnectAsync();

        await Assert.ThrowsAsync<AuthenticationException>(() => _peer.AcceptAsync(new()
        {
            ServerCertificate = _authority.Server("127.0.0.1"),
            EnabledSslProtocols = SslProtocols.Tls12,
        }));

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => connecting);
        Assert.Contains("Tls.Protocols", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerName_IsSentToTheServer()
    {
        await using var client = new MqttClient(Options with
        {
            Tls = Options.Tls! with { TargetHost = "plant.example" },
        });
        var connecting = client.ConnectAsync();

        await using var server = await _peer.AcceptMqttAsync(new()
        {
            ServerCertificate = _authority.Server("plant.example"),
        });

        await connecting;
        Assert.Equal("plant.example", server.TargetHostName);
    }

    [Fact]
    public async Task Disconnect_OverTls_SaysSoInTlsAndInTcp()
    {
        await using var client = new MqttClient(Options);
        var connecting = client.ConnectAsync();
        await using var server = await _peer.AcceptMqttAsync(
            new() { ServerCertificate = _authority.Server("127.0.0.1") });
        await connecting;

        var leaving = client.DisconnectAsync();
        var bytes = new byte[100];

        Assert.Equal(2, await server.ReadAsync(bytes));
        Assert.Equal([0xE0, 0x00], bytes[..2]);
        Assert.Equal(0, await server.ReadAsync(bytes));
        await server.DisposeAsync();
        await leaving.WaitAsync(ScriptedPeer.Deadline);
    }

    [Fact]
    public async Task ClientCertificate_WithoutItsKey_IsRefusedBeforeItIsSent()
    {
        using var bare = X509CertificateLoader.LoadCertificate(_authority.Client("line1").RawData);
        await using var client = new MqttClient(Options with
        {
            Tls = Options.Tls! with { ClientCertificates = _ => new([bare]) },
        });

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => client.ConnectAsync());

        Assert.Contains("'CN=line1'", error.Message, StringComparison.Ordinal);
        Assert.Contains("private key", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientCertificate_DisposedByItsOwner_FailsTheTryWithTheReason()
    {
        var certificate = _authority.Client("line1");
        certificate.Dispose();
        await using var client = new MqttClient(Options with
        {
            Tls = Options.Tls! with { ClientCertificates = _ => new([certificate]) },
        });

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => client.ConnectAsync());

        Assert.Contains("disposed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientCertificateProvider_ThatThrows_FailsTheTry()
    {
        await using var client = new MqttClient(Options with
        {
            Tls = Options.Tls! with { ClientCertificates = _ => throw new TimeoutException("The key store sleeps.") },
        });

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => client.ConnectAsync());

        Assert.Contains("The key store sleeps", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mqtts://", "the TLS handshake")]
    [InlineData("ws://", "the WebSocket")]
    [InlineData("mqtt://", "CONNACK")]
    public async Task Server_ThatHangs_EndsAtTheTimeoutWithNothingOpen(string scheme, string awaited)
    {
        var time = new ManualTime();
        await using var client = new MqttClient(
            new MqttClientOptions
            {
                Server = MqttServer.Parse($"{scheme}127.0.0.1:{_peer.Port}"),
                ConnectTimeout = TimeSpan.FromSeconds(7),
            },
            time: time);
        var connecting = client.ConnectAsync();
        using var server = await _peer.AcceptSocketAsync();
        Assert.NotEqual(0, await server.ReceiveAsync(new byte[10_000])); // The first word is the client's.

        time.Advance(TimeSpan.FromSeconds(8));

        var error = await Assert.ThrowsAsync<MqttTimeoutException>(() => connecting);
        Assert.Contains($"7 s; {awaited} was still awaited", error.Message, StringComparison.Ordinal);
        Assert.True(await HasEndedAsync(server));
    }

    [Theory]
    [InlineData("mqtts://")]
    [InlineData("wss://")]
    [InlineData("ws://")]
    public async Task Connect_Cancelled_LeavesNothingOpen(string scheme)
    {
        using var cancel = new CancellationTokenSource();
        await using var client = new MqttClient(
            new MqttClientOptions { Server = MqttServer.Parse($"{scheme}127.0.0.1:{_peer.Port}") });
        var connecting = client.ConnectAsync(cancel.Token);
        using var server = await _peer.AcceptSocketAsync();
        Assert.NotEqual(0, await server.ReceiveAsync(new byte[10_000]));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.True(await HasEndedAsync(server));
    }

    [Fact]
    public async Task Server_ThatAnswersWithHttp_IsNamedSo()
    {
        await using var client = new MqttClient(
            new MqttClientOptions { Server = MqttServer.Tcp("127.0.0.1", _peer.Port) });
        var connecting = client.ConnectAsync();
        using var server = await _peer.AcceptSocketAsync();
        await server.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        var error = await Assert.ThrowsAsync<MqttProtocolException>(() => connecting);

        Assert.Contains("ws://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WithContradictions_NameEachOne()
    {
        var options = Options with
        {
            Tls = new MqttTlsOptions
            {
                CertificateAuthorities = [_authority.Root],
                DangerouslyAcceptAnyCertificate = true,
                ApplicationProtocols = [""],
                Protocols = SslProtocols.None,
            },
        };

        Assert.Equal(3, options.Validate().Count);
        Assert.Collection(
            (Options with { Server = MqttServer.Tcp("plant") }).Validate(),
            problem => Assert.Contains("no server speaks TLS", problem, StringComparison.Ordinal));
        Assert.Collection(
            (Options with { Tls = null, Server = MqttServer.Unix("/run/x"), Proxy = MqttProxy.Socks5("p") }).Validate(),
            problem => Assert.Contains("Unix socket", problem, StringComparison.Ordinal));
    }

    private static async Task<bool> HasEndedAsync(Socket server)
    {
        try
        {
            while (await server.ReceiveAsync(new byte[1_000]).WaitAsync(ScriptedPeer.Deadline) > 0)
            {
                // What was on its way.
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
