using System.Net;
using System.Net.Sockets;
using Meridian.Testing.Peers;

namespace Meridian.Testing.Tests.Contract;

/// <summary>A server that keeps each byte that comes and gives it back, behind a relay.</summary>
internal sealed class EchoPeer : INorthPeer
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<long> _received = [];
    private readonly List<Task> _running = [];
    private readonly Task _accepting;

    public EchoPeer()
    {
        _listener.Start();
        Relay = TcpRelay.Start("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _accepting = AcceptAsync();
    }

    public TcpRelay Relay { get; }

    public object Settings => new EchoSettings { Port = Relay.Port };

    public ValueTask<IReadOnlyList<long>?> ReadReceivedAsync()
    {
        lock (_received)
        {
            return ValueTask.FromResult<IReadOnlyList<long>?>([.. _received]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Relay.DisposeAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_running);
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _running.Add(EchoAsync(await _listener.AcceptSocketAsync()));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        using var closing = socket;
        var buffer = new byte[64];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and var count)
            {
                lock (_received)
                {
                    // 255 is the greeting.
                    _received.AddRange(
                        buffer.Take(count).Where(static one => one < byte.MaxValue).Select(static one => (long)one));
                }

                await socket.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (SocketException)
        {
            // The connector or the relay reset it.
        }
    }
}
