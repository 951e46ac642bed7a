using System.Net;
using System.Net.Sockets;
using Meridian.Fixtures;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Transport;

public sealed class ProxyTests
{
    [Fact]
    public async Task Name_ThatOnlyTheProxyKnows_IsResolvedThere()
    {
        await using var peer = new ScriptedPeer();
        await using var socks = new ProxyServer();
        await using var http = new ProxyServer();
        await ConnectAsync(peer, MqttProxy.Socks5("127.0.0.1", socks.Port));
        await ConnectAsync(peer, MqttProxy.Http("127.0.0.1", http.Port));

        Assert.Equal("broker.invalid", await socks.NextHostAsync());
        Assert.Equal("broker.invalid", await http.NextHostAsync());
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    public async Task Address_ThroughSocks_IsSentAsAnAddress(string host, string target)
    {
        await using var peer = new ScriptedPeer();
        await using var socks = new ProxyServer();
        await using var client = new MqttClient(peer.Options with
        {
            Server = MqttServer.Tcp(host, peer.Port),
            Proxy = MqttProxy.Socks5("127.0.0.1", socks.Port),
        });
        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync(isSessionPresent: false);

        await connecting;

        Assert.Equal(target, await socks.NextHostAsync());
    }

    [Theory]
    [InlineData(2, "its rules do not allow it (code 2)")]
    [InlineData(5, "the server refuses connections (code 5)")]
    [InlineData(99, "does not know (code 99)")]
    public async Task Socks_ThatRefuses_SaysWhy(byte reply, string expected)
    {
        await using var socks = new ProxyServer { SocksReply = reply };

        var error = await FailAsync(MqttProxy.Socks5("127.0.0.1", socks.Port));

        Assert.Equal((reply, true), (error.Code, error.IsTransient));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Proxy.UserName")]
    [InlineData("bob", "'bob'")]
    public async Task Socks_WithWrongCredentials_SaysSo(string? userName, string expected)
    {
        await using var socks = new ProxyServer { UserName = "alice", Password = "secret" };

        var error = await FailAsync(
            MqttProxy.Socks5("127.0.0.1", socks.Port) with
            {
                UserName = userName,
                Password = userName is null ? "" : "secret",
            });

        Assert.False(error.IsTransient);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("403 Forbidden", 403)]
    [InlineData("502 Bad Gateway", 502)]
    public async Task Http_ThatRefuses_SaysItsStatus(string answer, int code)
    {
        await using var http = new ProxyServer { HttpAnswer = answer };

        var error = await FailAsync(MqttProxy.Http("127.0.0.1", http.Port));

        Assert.Equal((code, true), (error.Code, error.IsTransient));
        Assert.Contains($"HTTP {answer}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Proxy.UserName")]
    [InlineData("bob", "'bob'")]
    public async Task Http_WithWrongCredentials_SaysSo(string? userName, string expected)
    {
        await using var http = new ProxyServer { UserName = "alice", Password = "secret" };

        var error = await FailAsync(MqttProxy.Http("127.0.0.1", http.Port) with { UserName = userName });

        Assert.Equal((407, false), (error.Code, error.IsTransient));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_ThatDoesNotRun_IsNamed()
    {
        var proxy = MqttProxy.Socks5("127.0.0.1", FreePort.Next());

        var error = await FailAsync(proxy);

        Assert.Null(error.Code);
        Assert.Contains($"its proxy {proxy} refuses connections", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxies_TakenForEachOther_SaySo()
    {
        await using var socks = new ProxyServer();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        var failing = FailAsync(MqttProxy.Socks5("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port));
        using var socket = await listener.AcceptSocketAsync();
        await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        Assert.Contains("does not speak SOCKS5", (await failing).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_ThatHangs_EndsAtTheTimeout()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var proxy = MqttProxy.Http("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        var time = new ManualTime();
        await using var client = new MqttClient(
            new MqttClientOptions { Server = MqttServer.Tcp("broker.invalid"), Proxy = proxy }, time: time);
        var connecting = client.ConnectAsync();
        using var socket = await listener.AcceptSocketAsync();
        Assert.NotEqual(0, await socket.ReceiveAsync(new byte[1_000]));

        time.Advance(TimeSpan.FromSeconds(11));

        var error = await Assert.ThrowsAsync<MqttTimeoutException>(() => connecting);
        Assert.Contains($"the proxy {proxy} was still awaited", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Proxy_Printed_HidesUserAndPassword() => Assert.Equal(
        "socks5://[::1]:1080", (MqttProxy.Socks5("::1") with { UserName = "alice", Password = "secret" }).ToString());

    [Fact]
    public void Options_WithWrongProxies_SayWhat()
    {
        string[] Problems(MqttProxy proxy) =>
            [.. new MqttClientOptions { Server = MqttServer.Tcp("plant"), Proxy = proxy }.Validate()];

        Assert.Empty(Problems(MqttProxy.Http("p")));
        Assert.Contains("Host ''", Assert.Single(Problems(MqttProxy.Http(""))), StringComparison.Ordinal);
        Assert.Contains("Port 0", Assert.Single(Problems(MqttProxy.Socks5("p", 0))), StringComparison.Ordinal);
        Assert.Contains(
            "255", Assert.Single(Problems(MqttProxy.Socks5("p") with { UserName = new('x', 256) })),
            StringComparison.Ordinal);
        Assert.Contains(
            "':'", Assert.Single(Problems(MqttProxy.Http("p") with { UserName = "a:b" })), StringComparison.Ordinal);
        Assert.Contains(
            "without a UserName", Assert.Single(Problems(MqttProxy.Http("p") with { Password = "x" })),
            StringComparison.Ordinal);
    }

    private static async Task ConnectAsync(ScriptedPeer peer, MqttProxy proxy)
    {
        await using var client = new MqttClient(
            peer.Options with { Server = MqttServer.Tcp("broker.invalid", peer.Port), Proxy = proxy });
        var connecting = client.ConnectAsync();
        await using var connection = await peer.AcceptAsync(isSessionPresent: false);
        await connecting;
    }

    private static async Task<MqttProxyException> FailAsync(MqttProxy proxy)
    {
        await using var client = new MqttClient(
            new MqttClientOptions { Server = MqttServer.Tcp("127.0.0.1"), Proxy = proxy });

        var error = await Assert.ThrowsAsync<MqttProxyException>(() => client.ConnectAsync());

        Assert.Contains(proxy.ToString(), error.Message, StringComparison.Ordinal);
        return error;
    }
}
