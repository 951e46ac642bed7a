using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Meridian.Mqtt.Testing.Listeners;
using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Wire;
using Microsoft.Extensions.Logging;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>One connection of a client: reads its packets, watches its Keep Alive, ends it.</summary>
internal sealed partial class BrokerConnection : IDisposable
{
    /// <summary>How long a client may take to close after the broker has.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly StreamOpener _opener;
    private readonly BrokerState _state;
    private readonly PacketHandler _handler;
    private readonly PacketGate _gate;
    private readonly HashSet<ushort> _openFlows = [];
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KeepAliveWatch _keepAlive;
    private ITimer? _farewellTimer;

    public BrokerConnection(Socket socket, StreamOpener opener, BrokerState state)
    {
        _socket = socket;
        _opener = opener;
        _state = state;
        _handler = new PacketHandler(this, state);
        _gate = new PacketGate(this, state);
        _keepAlive = new KeepAliveWatch(this, state);
        Outbound = new Outbound(this, state);
    }

    public Outbound Outbound { get; }

    /// <summary>What the client has said of itself; guarded by the gate, as all that follows from it.</summary>
    public ConnectPacket Peer { get; set; } = new() { ClientId = "" };

    public string ClientId => _handler.ClientId;

    public MqttTransport Transport => _opener.Transport;

    public string? ClientCertificateSubject { get; private set; }

    /// <summary>Nothing is taken from the client any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Serves the client until its connection has ended; throws nothing.</summary>
    public async Task RunAsync()
    {
        try
        {
            var stream = await OpenAsync().ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                await ServeAsync(stream).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (IsEndOfStream(error))
        {
            CloseNow(error.Message);
        }
    }

    /// <summary>
    /// Ends the connection without a word; its Will is published unless the client has said DISCONNECT. Under the
    /// gate.
    /// </summary>
    public void Close(string reason)
    {
        if (_gone.Task.IsCompleted)
        {
            return;
        }

        End(reason);
        _gone.SetResult();
        Outbound.Stop();

        // Not disposed by Dispose alone: closing is what ends the read and the send that wait.
        _socket.Dispose();
    }

    /// <summary>
    /// Ends the connection as its version allows: from 5.0 on with a DISCONNECT, before that without a word. Under the
    /// gate.
    /// </summary>
    public void Leave(MqttReasonCode reason, string text, string? serverReference = null)
    {
        if (IsClosed)
        {
            return;
        }

        if (Peer.Version < MqttProtocolVersion.V50 || !_handler.IsConnected)
        {
            Close(text);
            return;
        }

        Outbound.Disconnect(new DisconnectPacket(reason)
        {
            Details = Peer.RequestProblemInformation ? new ReasonDetails(text, []) : null,
            ServerReference = serverReference,
        });
        Outbound.End();
        End(text);
    }

    /// <summary>Watches the Keep Alive from now on [MQTT-3.1.2-22].</summary>
    public void WatchKeepAlive(int keepAliveSeconds) => _keepAlive.Start(keepAliveSeconds);

    /// <summary>Notes a publication of the client; false when it has more open than the broker allows.</summary>
    public bool BeginFlow(ushort identifier)
    {
        var isOpen = _openFlows.Contains(identifier);
        return isOpen || (_openFlows.Count < _state.Options.ReceiveMaximum && _openFlows.Add(identifier));
    }

    /// <summary>The last acknowledgement of a publication has gone out; 0 for none.</summary>
    public void EndFlow(ushort identifier) => _openFlows.Remove(identifier);

    public void Dispose()
    {
        _keepAlive.Dispose();
        _farewellTimer?.Dispose();
        Outbound.Stop();
        _socket.Dispose();
    }

    private static bool IsEndOfStream(Exception error) =>
        error is IOException or SocketException or ObjectDisposedException or WebSocketException
            or AuthenticationException or OperationCanceledException;

    /// <summary>TLS and WebSocket; a client that does not come to an end of it is left.</summary>
    private async Task<ClientStream> OpenAsync()
    {
        using var deadline = new CancellationTokenSource(_state.Options.HandshakeTimeout, _state.Options.Time);
        var stream = await _opener.OpenAsync(_socket, deadline.Token).ConfigureAwait(false);
        ClientCertificateSubject = stream.ClientCertificateSubject;
        return stream;
    }

    private async Task ServeAsync(ClientStream stream)
    {
        var sending = SendAsync(stream);
        try
        {
            await ReadAsync(stream.Stream).ConfigureAwait(false);
            CloseNow("The client ended the connection.");
        }
        catch (Exception error) when (IsEndOfStream(error))
        {
            CloseNow(error.Message);
        }

        await sending.ConfigureAwait(false);
    }

    private void End(string reason)
    {
        if (!IsClosed)
        {
            IsClosed = true;
            LogClosed(_handler.ClientId, reason);
            _handler.OnClosed();
            _state.Traffic.Changed();
        }
    }

    private async Task SendAsync(ClientStream stream)
    {
        try
        {
            await Outbound.RunAsync(stream.Stream, _handler.Pump).ConfigureAwait(false);
            if (BeginFarewell())
            {
                await stream.EndWritingAsync(Outbound.IsCut).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (IsEndOfStream(error))
        {
            CloseNow(error.Message);
        }
    }

    /// <summary>
    /// Ends the connection behind the last byte that was sent, and leaves it to the client to close: a socket that is
    /// closed with unread bytes resets the connection, and the reset would overtake what was sent.
    /// </summary>
    private bool BeginFarewell()
    {
        lock (_state.Gate)
        {
            if (_gone.Task.IsCompleted)
            {
                return false;
            }

            End("The broker ended the connection.");
            _farewellTimer = _state.Options.Time.CreateTimer(
                static self => ((BrokerConnection)self!).CloseNow("The client did not close in time."),
                this,
                FarewellTime,
                Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    private void CloseNow(string reason)
    {
        lock (_state.Gate)
        {
            Close(reason);
        }
    }

    private void LogClosed(string clientId, string reason)
    {
        if (_state.Options.Logger is { } logger)
        {
            LogClosed(logger, clientId, reason);
        }
    }

    [LoggerMessage(1900, LogLevel.Debug, "The connection of client '{ClientId}' ended: {Reason}")]
    private static partial void LogClosed(ILogger logger, string clientId, string reason);
}
