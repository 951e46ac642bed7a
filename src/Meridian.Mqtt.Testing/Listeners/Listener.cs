using System.Net;
using System.Net.Sockets;
using Meridian.Mqtt.Testing.Connections;
using Meridian.Mqtt.Testing.Sessions;

namespace Meridian.Mqtt.Testing.Listeners;

/// <summary>Accepts connections at one address and owns them all; its disposal ends them and waits for them.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly BrokerState _state;
    private readonly StreamOpener _opener;
    private readonly Socket _socket;
    private readonly HashSet<(BrokerConnection Connection, Task Running)> _connections = [];
    private readonly Lock _gate = new();
    private Task _accepting = Task.CompletedTask;
    private volatile bool _isEnding; // Set under the gate, and before the listening socket is closed.

    /// <summary>Takes the address; clients wait until <see cref="Start"/>.</summary>
    /// <exception cref="SocketException">The address is taken.</exception>
    public Listener(EndPoint address, StreamOpener opener, BrokerState state)
    {
        _state = state;
        _opener = opener;
        _socket = new Socket(
            address.AddressFamily,
            SocketType.Stream,
            address is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            _socket.Bind(address);
            _socket.Listen(Backlog);
        }
        catch (SocketException)
        {
            _socket.Dispose();
            throw;
        }

        Address = _socket.LocalEndPoint ?? address;
    }

    public MqttTransport Transport => _opener.Transport;

    /// <summary>Where it listens, with the port that the system has chosen.</summary>
    public EndPoint Address { get; }

    /// <summary>Zero for what has no port.</summary>
    public int Port => Address is IPEndPoint end ? end.Port : 0;

    public void Start() => _accepting = AcceptAsync();

    /// <summary>Gives the address back; for one that was never started.</summary>
    public void Abandon() => _socket.Dispose();

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
                if (socket.AddressFamily != AddressFamily.Unix)
                {
                    socket.NoDelay = true;
                }

                Serve(new BrokerConnection(socket, _opener, _state));
            }
        }
        catch (Exception error) when (_isEnding && (error is SocketException or ObjectDisposedException))
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
