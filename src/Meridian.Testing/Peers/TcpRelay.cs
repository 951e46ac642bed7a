using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Meridian.Testing.Contexts;

namespace Meridian.Testing.Peers;

/// <summary>
/// Stands between a connector and its peer on 127.0.0.1 and passes bytes both ways; it counts connections, falls
/// silent, vanishes and returns, while the peer itself runs on. Any thread may call any member.
/// </summary>
/// <example>
/// <code>
/// await using var relay = TcpRelay.Start("127.0.0.1", server.Port);
/// // … let the connector connect to 127.0.0.1, port relay.Port …
/// relay.Vanish();
/// </code>
/// </example>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<RelayedConnection> _connections = [];
    private readonly List<Task> _ending = [];
    private readonly AsyncGate _gate = new();
    private readonly string _host;
    private readonly int _peerPort;

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Vanish stops it.")]
    private TcpListener? _listener;

    private Task _accepting = Task.CompletedTask;
    private int _acceptedCount;

    private TcpRelay(string host, int port)
    {
        _host = host;
        _peerPort = port;
        Listen();
    }

    /// <summary>The port that the connector connects to; the same for the relay's life.</summary>
    public int Port { get; private set; }

    /// <summary>How many connections the connector holds open now.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>How many connections there ever were.</summary>
    public int AcceptedCount => Volatile.Read(ref _acceptedCount);

    /// <summary>Called before each part of the stream is passed on, and for each connection.</summary>
    internal Action OnPart { get; set; } = static () => { };

    /// <summary>Starts a relay.</summary>
    /// <param name="host">The peer's name or address.</param>
    /// <param name="port">The peer's port.</param>
    public static TcpRelay Start(string host, int port) => new(host, port);

    /// <summary>From now on nothing passes, and connections stay open: a peer that hangs.</summary>
    public void Hold() => _gate.Close();

    /// <summary>Ends what <see cref="Hold"/> began; what was held passes.</summary>
    public void Release() => _gate.Open();

    /// <summary>The peer is gone: its connections are reset, and nothing listens.</summary>
    public void Vanish()
    {
        RelayedConnection[] connections;
        lock (_lock)
        {
            _listener?.Stop();
            _listener = null;
            connections = [.. _connections];
        }

        foreach (var connection in connections)
        {
            connection.Reset();
        }
    }

    /// <summary>The peer is there again, on the same port. Does nothing while it is there.</summary>
    public void Return()
    {
        lock (_lock)
        {
            if (_listener is null)
            {
                _ending.Add(_accepting);
                Listen();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Vanish();
        Release();
        Task[] ending;
        lock (_lock)
        {
            ending = [.. _ending, _accepting];
        }

        await Task.WhenAll(ending).ConfigureAwait(false);
    }

    private void Listen()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAllAsync(_listener);
    }

    private async Task AcceptAllAsync(TcpListener listener)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync().ConfigureAwait(false);
                running.Add(RelayAsync(socket, listener));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Vanish ends the listener this way.
        }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Run disposes it.")]
    private async Task RelayAsync(Socket socket, TcpListener listener)
    {
        Interlocked.Increment(ref _acceptedCount);
        OnPart();
        var connection = new RelayedConnection(socket, _gate, () => OnPart());
        lock (_lock)
        {
            _connections.Add(connection);
        }

        if (listener != Volatile.Read(ref _listener))
        {
            connection.Reset(); // It vanished between accepting and here.
        }

        try
        {
            await connection.RunAsync(_host, _peerPort).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _connections.Remove(connection);
            }
        }
    }
}
