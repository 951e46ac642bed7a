using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Mqtt.Testing.Tests;

public sealed class ListenerTests
{
    [Fact]
    public async Task Tls_ClientThatTrustsTheAuthority_IsServed()
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { Tls = new() });

        await using var tls = await OpenTlsAsync(broker, MqttTransport.Tls, "localhost");
        using var peer = new RawPeer(tls);
        await peer.SendAsync(RawPeer.Connect("secure", 2));

        await peer.ExpectAsync("20020000");
        Assert.Equal(MqttTransport.Tls, Assert.Single(broker.Sessions).Transport);
    }

    [Fact]
    public async Task Tls_ClientThatExpectsAnotherHost_FindsTheWrongName()
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { Tls = new() });

        await Assert.ThrowsAsync<AuthenticationException>(
            () => OpenTlsAsync(broker, MqttTransport.Tls, "other.example"));
    }

    [Fact]
    public async Task Tls_RequiredClientCertificate_IsSeenInTheSession()
    {
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { Tls = new() { RequiresClientCertificate = true } });

        await using var tls = await OpenTlsAsync(
            broker, MqttTransport.Tls, "localhost", broker.Certificates.CreateClient("press-7"));
        using var peer = new RawPeer(tls);
        await peer.SendAsync(RawPeer.Connect("secure", 2));

        await peer.ExpectAsync("20020000");
        Assert.Equal("CN=press-7", Assert.Single(broker.Sessions).ClientCertificateSubject);
    }

    [Fact]
    public async Task Tls_RequiredClientCertificateMissing_IsRefused()
    {
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { Tls = new() { RequiresClientCertificate = true } });

        // In TLS 1.3 the client's handshake ends before the server has judged it: the first read tells.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var tls = await OpenTlsAsync(broker, MqttTransport.Tls, "localhost");
            using var peer = new RawPeer(tls);
            await peer.SendAsync(RawPeer.Connect("secure", 2));
            await peer.ExpectAsync("20020000");
        });

        Assert.Empty(broker.Sessions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task WebSocket_PacketsInFramesOfAnySize_AreOneStream(int maxFrameBytes)
    {
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { WebSocket = new() { MaxFrameBytes = maxFrameBytes } });
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new Uri(broker.ServerOf(MqttTransport.WebSocket).ToString()), default);

        var connect = RawPeer.Connect("web", 2);
        await socket.SendAsync(connect.AsMemory(0, 5), WebSocketMessageType.Binary, endOfMessage: true, default);
        await socket.SendAsync(connect.AsMemory(5), WebSocketMessageType.Binary, endOfMessage: true, default);

        Assert.Equal("20020000", await ReadAsync(socket, 4));
        Assert.Equal(MqttTransport.WebSocket, Assert.Single(broker.Sessions).Transport);
    }

    [Fact]
    public async Task WebSocket_TextFrame_EndsTheConnection()
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { WebSocket = new() });
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new Uri(broker.ServerOf(MqttTransport.WebSocket).ToString()), default);

        await socket.SendAsync(RawPeer.Connect("web", 2), WebSocketMessageType.Text, endOfMessage: true, default);

        await Assert.ThrowsAnyAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[10], default));
        Assert.Empty(broker.Sessions);
    }

    [Theory]
    [InlineData("/other", "mqtt")]
    [InlineData("/mqtt", "stomp")]
    public async Task WebSocket_WrongPathOrSubProtocol_IsRefused(string path, string subProtocol)
    {
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { WebSocket = new() });
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(subProtocol);

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(
            new Uri($"ws://{broker.Host}:{broker.PortOf(MqttTransport.WebSocket)}{path}"), default));
    }

    [Fact]
    public async Task SecureWebSocket_Client_IsServed()
    {
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { SecureWebSocket = new() });
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        socket.Options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null
            && string.Equals(shown.Issuer, broker.Certificates.Authority.Subject, StringComparison.Ordinal);
        await socket.ConnectAsync(new Uri(broker.ServerOf(MqttTransport.SecureWebSocket).ToString()), default);

        await socket.SendAsync(RawPeer.Connect("web", 2), WebSocketMessageType.Binary, endOfMessage: true, default);

        Assert.Equal("20020000", await ReadAsync(socket, 4));
    }

    [Fact]
    public async Task UnixSocket_Client_IsServedAndTheFileGoes()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using (var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions { UnixSocketPath = path }))
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
            using var peer = new RawPeer(new NetworkStream(socket));
            await peer.SendAsync(RawPeer.Connect("local", 2));

            await peer.ExpectAsync("20020000");
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Suspend_ThenResume_KeepsAllPorts()
    {
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { Tls = new(), WebSocket = new() });

        await broker.SuspendAsync();
        broker.Resume();

        await using var tls = await OpenTlsAsync(broker, MqttTransport.Tls, "localhost");
        Assert.True(tls.IsAuthenticated);
        using var peer = await RawPeer.ConnectAsync(broker, "plain");
    }

    [Fact]
    public async Task PortOf_ListenerThatIsNotOpen_SaysWhichOptionOpensIt()
    {
        await using var broker = await MqttTestBroker.StartAsync();

        var error = Assert.Throws<InvalidOperationException>(() => broker.PortOf(MqttTransport.WebSocket));

        Assert.Contains("MqttTestBrokerOptions.WebSocket", error.Message, StringComparison.Ordinal);
    }

    private static async Task<SslStream> OpenTlsAsync(
        MqttTestBroker broker, MqttTransport transport, string host, X509Certificate2? client = null)
    {
        var tls = new SslStream(await RawPeer.OpenTcpAsync(broker, transport));
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ClientCertificates = client is null ? null : [client],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { broker.Certificates.Authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            });
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> ReadAsync(ClientWebSocket socket, int count)
    {
        var bytes = new byte[count];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        for (var done = 0; done < count;)
        {
            done += (await socket.ReceiveAsync(bytes.AsMemory(done), deadline.Token)).Count;
        }

        return Convert.ToHexString(bytes);
    }
}
