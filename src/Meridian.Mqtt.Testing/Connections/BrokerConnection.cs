using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Meridian.Mqtt.Testing.Faults;
using Meridian.Mqtt.Testing.Sessions;
using Meridian.Mqtt.Wire;
using Microsoft.Extensions.Logging;

namespace Meridian.Mqtt.Testing.Connections;

/// <summary>One TCP connection of a client: reads its packets, watches its Keep Alive, ends it.</summary>
internal sealed partial class BrokerConnection : IDisposable
{
    /// <summary>How long a client may take to close after the broker has.</summary>
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly BrokerState _state;
    private readonly PacketHandler _handler;
    private ITimer? _farewellTimer;
    private ITimer? _keepAliveTimer;
    private TimeSpan _longestSilence;
    private long _lastReceived;

    public BrokerConnection(Socket socket, BrokerState state)
    {
        _socket = socket;
        _state = state;
        _handler = new PacketHandler(this, state);
        Outbound = new Outbound(state.Gate, state.Faults, state.Traffic, state.Options.Time);
    }

    public Outbound Outbound { get; }

    /// <summary>Guarded by the gate, as all that follows from it.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Serves the client until its connection has ended; throws nothing.</summary>
    public async Task RunAsync()
    {
        var sending = SendAsync();
        try
        {
            await ReadAsync().ConfigureAwait(false);
            CloseNow("The client ended the connection.");
        }
        catch (Exception error) when (error is MqttException || IsEndOfSocket(error))
        {
            CloseNow(error.Message);
        }

        await sending.ConfigureAwait(false);
    }

    /// <summary>
    /// Ends the connection without a word; its Will is published unless the client has said DISCONNECT. Under the
    /// gate.
    /// </summary>
    public void Close(string reason)
    {
        if (IsClosed)
        {
            return;
        }

        End(reason);

        // Not disposed by Dispose alone: closing is what ends the read and the send that wait.
        _socket.Dispose();
    }

    /// <summary>Watches the Keep Alive from now on [MQTT-3.1.2-24].</summary>
    public void WatchKeepAlive(int keepAliveSeconds)
    {
        if (keepAliveSeconds > 0)
        {
            _longestSilence = TimeSpan.FromSeconds(keepAliveSeconds * 1.5);
            _keepAliveTimer = _state.Options.Time.CreateTimer(
                static self => ((BrokerConnection)self!).CheckKeepAlive(),
                this,
                _longestSilence,
                Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _keepAliveTimer?.Dispose();
        _farewellTimer?.Dispose();
        Outbound.Stop();
        _socket.Dispose();
    }

    private void End(string reason)
    {
        IsClosed = true;
        LogClosed(_handler.ClientId, reason);
        _handler.OnClosed();
        Outbound.Stop();
        _state.Traffic.Changed();
    }

    /// <summary>
    /// Ends the connection behind the last byte that was sent, and leaves it to the client to close: a socket that is
    /// closed with unread bytes resets the connection, and the reset would overtake what was sent.
    /// </summary>
    private void EndSending(string reason)
    {
        lock (_state.Gate)
        {
            if (IsClosed)
            {
                return;
            }

            End(reason);
            _socket.Shutdown(SocketShutdown.Send);
            _farewellTimer = _state.Options.Time.CreateTimer(
                static self => ((BrokerConnection)self!)._socket.Dispose(),
                this,
                FarewellTime,
                Timeout.InfiniteTimeSpan);
        }
    }

    private async Task SendAsync()
    {
        try
        {
            await Outbound.RunAsync(_socket, _handler.Pump).ConfigureAwait(false);
            EndSending("The broker ended the connection.");
        }
        catch (Exception error) when (IsEndOfSocket(error))
        {
            CloseNow(error.Message);
        }
    }

    private static bool IsEndOfSocket(Exception error) =>
        error is IOException or SocketException or ObjectDisposedException;

    private async Task ReadAsync()
    {
        var stream = new NetworkStream(_socket, ownsSocket: false);
        await using (stream.ConfigureAwait(false))
        {
            var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
            while (true)
            {
                var read = await reader.ReadAsync().ConfigureAwait(false);
                var rest = read.Buffer;
                if (!HandleAll(ref rest))
                {
                    break;
                }

                reader.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }

            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Handles all whole packets; false when the connection shall end.</summary>
    private bool HandleAll(ref ReadOnlySequence<byte> buffer)
    {
        lock (_state.Gate)
        {
            if (IsClosed)
            {
                // Behind the end of sending: nothing that comes is taken any more, until the client closes too.
                buffer = buffer.Slice(buffer.End);
                return true;
            }

            _lastReceived = _state.Options.Time.GetTimestamp();
            while (!IsClosed && Frame.TryRead(ref buffer, _state.Options.MaxPacketBytes, out var frame))
            {
                var type = (MqttPacketType)frame.Type;
                _state.Traffic.CountReceived(type);
                var fate = _state.Faults.FateOfReceived(type);
                if (fate == PacketFate.Cut || (fate == PacketFate.Pass && !_handler.Handle(frame)))
                {
                    return false;
                }
            }

            _state.Traffic.Changed();
            return true;
        }
    }

    private void CheckKeepAlive()
    {
        lock (_state.Gate)
        {
            var silence = _state.Options.Time.GetElapsedTime(_lastReceived);
            if (silence >= _longestSilence)
            {
                Close("Nothing was received for 1.5 times the Keep Alive.");
            }
            else if (!IsClosed)
            {
                _keepAliveTimer?.Change(_longestSilence - silence, Timeout.InfiniteTimeSpan);
            }
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
