using System.Net;
using System.Net.Sockets;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Tests.Peers;

public sealed class TcpRelayTests : IAsyncDisposable
{
    private readonly TcpListener _peer = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(20));
    private readonly TcpRelay _relay;

    public TcpRelayTests()
    {
        _peer.Start();
        _relay = TcpRelay.Start("127.0.0.1", ((IPEndPoint)_peer.LocalEndpoint).Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        _peer.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Bytes_PassBothWays_AndConnectionsAreCounted()
    {
        var (client, peer) = await ConnectAsync();
        using (client)
        using (peer)
        {
            await client.SendAsync("to"u8.ToArray(), _deadline.Token);
            Assert.Equal("to", await ReadAsync(peer, 2));
            await peer.SendAsync("back"u8.ToArray(), _deadline.Token);
            Assert.Equal("back", await ReadAsync(client, 4));
            Assert.Equal((1, 1), (_relay.ConnectionCount, _relay.AcceptedCount));

            peer.Shutdown(SocketShutdown.Both);
            Assert.Equal(0, await client.ReceiveAsync(new byte[1], _deadline.Token));
        }
    }

    [Fact]
    public async Task Hold_KeepsBytesAndTheConnection_UntilReleased()
    {
        var (client, peer) = await ConnectAsync();
        using (client)
        using (peer)
        {
            _relay.Hold();
            await client.SendAsync("held"u8.ToArray(), _deadline.Token);
            Assert.Equal(1, _relay.ConnectionCount);
            Assert.False(peer.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead));

            _relay.Release();
            Assert.Equal("held", await ReadAsync(peer, 4));
        }
    }

    [Fact]
    public async Task Vanish_ResetsWhatIsOpenAndRefusesMore_UntilItReturnsOnItsPort()
    {
        var port = _relay.Port;
        var (client, peer) = await ConnectAsync();
        using (client)
        using (peer)
        {
            _relay.Vanish();
            await Assert.ThrowsAsync<SocketException>(
                async () => await client.ReceiveAsync(new byte[1], _deadline.Token));
            await Assert.ThrowsAsync<SocketException>(async () => await ConnectAsync());
        }

        _relay.Return();
        var (again, there) = await ConnectAsync();
        using (again)
        using (there)
        {
            Assert.Equal(port, _relay.Port);
            Assert.Equal(2, _relay.AcceptedCount);
        }
    }

    private async Task<(Socket Client, Socket Peer)> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _relay.Port, _deadline.Token);
            return (client, await _peer.AcceptSocketAsync(_deadline.Token));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private async Task<string> ReadAsync(Socket socket, int length)
    {
        var bytes = new byte[length];
        var count = 0;
        while (count < length)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(count), _deadline.Token);
            Assert.NotEqual(0, read);
            count += read;
        }

        return System.Text.Encoding.UTF8.GetString(bytes);
    }
}
