using System.Net;
using System.Net.Sockets;
using Meridian.Mqtt.Testing.Sessions;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>Accepts connections and owns them all; its disposal ends them and waits for them.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly BrokerState _state;
    private readonly Socket _socket;
    private readonly HashSet<(BrokerConnection Connection, Task Running)> _connections = [];
    private readonly Lock _gate = new();
    private readonly Task _accepting;
    private bool _isEnding;

    public Listener(int port, BrokerState state)
    {
        _state = state;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _socket.Listen(Backlog);
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }

        Port = _socket.LocalEndPoint is IPEndPoint end ? end.Port : port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        List<(BrokerConnection Connection, Task Running)> open;
        lock (_gate)
        {
            _isEnding = true;
            open = [.. _connections];
        }

        _socket.Dispose();
        await _accepting.ConfigureAwait(false);
        foreach (var (connection, _) in open)
        {
            lock (_state.Gate)
            {
                connection.Close("The broker was stopped.");
            }
        }

        await Task.WhenAll(open.Select(static entry => entry.Running)).ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _socket.AcceptAsync().ConfigureAwait(false);
                socket.NoDelay = true;
                Serve(new BrokerConnection(socket, _state));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The listening socket was closed: this is how disposal ends the loop.
        }
    }

    private void Serve(BrokerConnection connection)
    {
        lock (_gate)
        {
            if (_isEnding)
            {
                connection.Dispose();
                return;
            }

            _connections.RemoveWhere(static entry => entry.Running.IsCompleted);
            _connections.Add((connection, RunAsync(connection)));
        }
    }

    private static async Task RunAsync(BrokerConnection connection)
    {
        using (connection)
        {
            await connection.RunAsync().ConfigureAwait(false);
        }
    }
}
