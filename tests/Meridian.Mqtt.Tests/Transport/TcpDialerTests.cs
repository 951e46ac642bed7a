using System.Net;
using System.Net.Sockets;
using Meridian.Fixtures;
using Meridian.Mqtt.Transport;

namespace Meridian.Mqtt.Tests.Transport;

public sealed class TcpDialerTests
{
    [Fact]
    public void Addresses_OfTwoFamilies_TakeTurns()
    {
        var addresses = "::1 ::2 ::3 1.1.1.1 2.2.2.2".Split(' ').Select(IPAddress.Parse).ToArray();

        var order = string.Join(' ', TcpDialer.TakeTurns(addresses));

        Assert.Equal("::1 1.1.1.1 ::2 2.2.2.2 ::3", order);
    }

    [Fact]
    public async Task Race_WithAnAddressThatRefuses_TakesTheNextAtOnce()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var time = new Connection.ManualTime(); // It stands still: no turn comes by time.

        using var socket = await TcpDialer.RaceAsync(
            [IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3"), IPAddress.Loopback],
            ((IPEndPoint)listener.LocalEndpoint).Port,
            local: null,
            time,
            default);

        Assert.Equal(listener.LocalEndpoint, socket.RemoteEndPoint);
    }

    [Fact]
    public async Task Race_WithAnAddressThatDoesNotAnswer_TakesTheNextAfterAMoment()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var full = new TcpListener(IPAddress.Parse("127.0.0.2"), port);
        full.Start(backlog: 0);
        var waiting = await FillAsync((IPEndPoint)full.LocalEndpoint);
        try
        {
            using var socket = await TcpDialer.RaceAsync(
                [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], port, local: null, TimeProvider.System, default);

            Assert.Equal(listener.LocalEndpoint, socket.RemoteEndPoint);
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Race_WithNobodyThere_TellsTheLastError()
    {
        var error = await Assert.ThrowsAsync<SocketException>(() => TcpDialer.RaceAsync(
            [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback],
            FreePort.Next(),
            local: null,
            TimeProvider.System,
            default));

        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task LocalAddress_IsWhereTheConnectionComesFrom()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        using var socket = await TcpDialer.ConnectAsync(
            "localhost",
            ((IPEndPoint)listener.LocalEndpoint).Port,
            IPAddress.Parse("127.0.0.7"),
            TimeProvider.System,
            default);
        using var accepted = await listener.AcceptSocketAsync();

        Assert.Equal("127.0.0.7", ((IPEndPoint)accepted.RemoteEndPoint!).Address.ToString());
    }

    [Theory]
    [InlineData("192.0.2.1", "LocalAddress 192.0.2.1 cannot be connected from")]
    [InlineData("::1", "127.0.0.1 cannot be reached from LocalAddress ::1: one is IPv4, the other IPv6.")]
    public async Task LocalAddress_ThatCannotBeUsed_IsSaid(string local, string expected)
    {
        await using var client = new MqttClient(new MqttClientOptions
        {
            Server = MqttServer.Tcp("127.0.0.1", FreePort.Next()),
            LocalAddress = IPAddress.Parse(local),
        });

        var error = await Assert.ThrowsAsync<MqttConnectionLostException>(() => client.ConnectAsync());

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_ThatDoesNotRun_IsNamedWithTheWayOut()
    {
        var server = MqttServer.Tcp("localhost", FreePort.Next());
        await using var client = new MqttClient(new MqttClientOptions { Server = server });

        var error = await Assert.ThrowsAsync<MqttConnectionLostException>(() => client.ConnectAsync());

        Assert.Equal(
            $"The server {server} cannot be reached: it refuses connections; check that it runs and listens on this "
            + "port.",
            error.Message);
    }

    /// <summary>
    /// Connects until the queue of a listener that never accepts is full, so that the next one hangs.
    /// </summary>
    private static async Task<List<Socket>> FillAsync(IPEndPoint end)
    {
        var sockets = new List<Socket>();
        while (true)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            try
            {
                await socket.ConnectAsync(end).WaitAsync(TimeSpan.FromMilliseconds(100));
            }
            catch (TimeoutException)
            {
                return sockets;
            }
        }
    }
}
