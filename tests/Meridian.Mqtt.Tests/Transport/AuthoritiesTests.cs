using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Meridian.Fixtures;

namespace Meridian.Mqtt.Tests.Transport;

/// <summary>Authorities that are asked for at each try, and peers that speak no TLS.</summary>
public sealed class AuthoritiesTests : IDisposable
{
    private readonly TestAuthority _authority = new("Plant Authority");
    private readonly TestAuthority _other = new("Other Authority");
    private readonly TlsPeer _peer = new();

    public void Dispose()
    {
        _peer.Dispose();
        _authority.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task Authorities_Exchanged_CountFromTheNextTryOn()
    {
        X509Certificate2[] trusted = [_authority.Root];
        await using var client = new MqttClient(OptionsOf(_ => new(trusted)) with
        {
            Reconnect = new MqttReconnectOptions { CountsAtFirst = true },
        });
        var connecting = client.ConnectAsync();

        await _peer.RejectedAsync(_other.Server("127.0.0.1"));
        trusted = [_other.Root];
        await using var server = await _peer.AcceptMqttAsync(new() { ServerCertificate = _other.Server("127.0.0.1") });

        Assert.Equal(MqttProtocolVersion.V311, (await connecting).Version);
    }

    [Fact]
    public async Task Authorities_ThatCannotBeFound_FailTheTryWithTheReason()
    {
        await using var client = new MqttClient(
            OptionsOf(static _ => throw new IOException("The file is away.")));

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => client.ConnectAsync());

        Assert.StartsWith("Tls.FindCertificateAuthorities failed", error.Message, StringComparison.Ordinal);
        Assert.Contains("The file is away.", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsPeerWithoutTls);
    }

    [Fact]
    public void Authorities_SetTwice_AreAProblem()
    {
        var options = OptionsOf(_ => new([_authority.Root]));

        Assert.Collection(
            (options with { Tls = options.Tls! with { CertificateAuthorities = [_other.Root] } }).Validate(),
            problem => Assert.Contains("beside CertificateAuthorities", problem, StringComparison.Ordinal));
        Assert.Collection(
            (options with { Tls = options.Tls! with { DangerouslyAcceptAnyCertificate = true } }).Validate(),
            problem => Assert.Contains("meaningless", problem, StringComparison.Ordinal));
        Assert.Empty(options.Validate());
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", true, "answered with other bytes than TLS")]
    [InlineData("", false, "closed the connection in the TLS handshake")]
    public async Task Peer_WithoutTls_IsToldApartFromOneThatCloses(string answer, bool isWithoutTls, string words)
    {
        await using var client = new MqttClient(OptionsOf(_ => new([_authority.Root])));
        var connecting = client.ConnectAsync();
        using var server = await _peer.AcceptSocketAsync();
        Assert.NotEqual(0, await server.ReceiveAsync(new byte[10_000]));

        await server.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer));
        server.Shutdown(SocketShutdown.Send);

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => connecting);
        Assert.Equal((isWithoutTls, !isWithoutTls), (error.IsPeerWithoutTls, error.IsConnectionClosed));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains("name the server with mqtt:// or ws://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peer_ThatResetsTheConnection_MayWellSpeakTls()
    {
        await using var client = new MqttClient(OptionsOf(_ => new([_authority.Root])));
        var connecting = client.ConnectAsync();
        using var server = await _peer.AcceptSocketAsync();
        Assert.NotEqual(0, await server.ReceiveAsync(new byte[10_000]));

        server.LingerState = new LingerOption(enable: true, 0);
        server.Dispose();

        var error = await Assert.ThrowsAsync<MqttTlsException>(() => connecting);
        Assert.True(error is { IsConnectionClosed: true, IsPeerWithoutTls: false });
        Assert.Contains("set Tls.ClientCertificates", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peer_WithACertificateOfAStranger_SpeaksTls()
    {
        await using var client = new MqttClient(OptionsOf(_ => new([_authority.Root])));
        var rejected = _peer.RejectedAsync(_other.Server("127.0.0.1"));

        Assert.False((await Assert.ThrowsAsync<MqttTlsException>(() => client.ConnectAsync())).IsPeerWithoutTls);
        await rejected;
    }

    private MqttClientOptions OptionsOf(
        Func<CancellationToken, ValueTask<IReadOnlyList<X509Certificate2>>> find) => new()
        {
            Server = MqttServer.Tls("127.0.0.1", _peer.Port),
            Tls = new MqttTlsOptions { FindCertificateAuthorities = find },
            Reconnect = null,
        };
}
