using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Net.WebSockets;
using Meridian.Mqtt.Session;
using Meridian.Mqtt.Transport;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// One accepted connection from its CONNACK to its end: a read loop, a write loop and a clock over one transport. The
/// first reason to end wins; the rest follows from it.
/// </summary>
internal sealed class Link : IAsyncDisposable
{
    // How long a server may take to close after DISCONNECT [MQTT-3.14.4-3].
    private static readonly TimeSpan CloseGrace = TimeSpan.FromMilliseconds(500);

    private readonly ITransport _transport;
    private readonly LinkReader _reader;
    private readonly LinkWriter _writer;
    private readonly LinkWatch _watch;
    private readonly MqttLog _log;

    [SuppressMessage(
        "Usage",
        "CA2213:Disposable fields should be disposed",
        Justification = "It is always cancelled, has "
        + "no timer and no parent, and a close that is just ending may still cancel it after the disposal.")]
    private readonly CancellationTokenSource _ended = new();

    private MqttException? _reason;
    private Task _reading = Task.CompletedTask;
    private int _isEnding;
    private volatile bool _isClosing;

    public Link(
        ITransport transport,
        MqttConnectResult result,
        ClientState state,
        IMqttReceiver? receiver,
        PacketDecoder decoder,
        TimeProvider time,
        MqttLog log)
    {
        _transport = transport;
        _log = log;
        Result = result;
        Limits = new LinkLimits(state.Options, result);
        Aliases = result.TopicAliasMaximum > 0 && state.Options.UseTopicAliases
            ? new OutgoingTopicAliases(result.TopicAliasMaximum)
            : null;
        _writer = new LinkWriter(this, transport, state, time, log);
        _reader = new LinkReader(this, transport.Input, state, receiver, decoder, time, log);
        _watch = new LinkWatch(this, state, time);
    }

    /// <summary>What gathers for the socket. Under the gate; <see cref="Wake"/> after writing.</summary>
    public OutboundBuffer Gathering => _writer.Gathering;

    /// <summary>What this connection speaks.</summary>
    public MqttProtocolVersion Version => Result.Version;

    /// <summary>What the server said when it accepted.</summary>
    public MqttConnectResult Result { get; }

    public LinkLimits Limits { get; }

    /// <summary>The aliases of what is sent, or null. Under the gate.</summary>
    public OutgoingTopicAliases? Aliases { get; }

    public ITransport Transport => _transport;

    /// <summary>Since when the reader waits for bytes, or null while it works or pauses. Any thread.</summary>
    public long? WaitingSince => _reader.WaitingSince;

    /// <summary>When the socket last took bytes. Any thread.</summary>
    public long LastSent => _writer.LastSent;

    /// <summary>There is something to send.</summary>
    public void Wake() => _writer.Wake();

    /// <summary>There is one packet to send, and its sender has nothing else to do: it may go out on this thread. Under
    /// no lock.</summary>
    public void WakeHere() => _writer.WakeHere();

    /// <summary>There is room again for received messages.</summary>
    public void OnInboundRoom() => _reader.OnRoom();

    /// <summary>Runs until the link has ended.</summary>
    /// <returns>Why; null when this side ended it on purpose.</returns>
    public async Task<MqttException?> RunAsync()
    {
        _watch.Start();
        _reading = GuardAsync(_reader.RunAsync(_ended.Token));
        var writing = GuardAsync(_writer.RunAsync(_ended.Token));
        await _reading.ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        return _reason;
    }

    /// <summary>
    /// Ends the link at once. Any thread; the first reason counts. Once its owner closes it, whatever ends it is no
    /// loss: a server answers DISCONNECT by closing, often before our own end of it is reached.
    /// </summary>
    public void End(MqttException? reason)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 0)
        {
            _reason = _isClosing ? null : reason;
            Stop();
        }
    }

    /// <summary>Sends what has gathered, then DISCONNECT, then ends. Cancelling ends at once.</summary>
    public async Task CloseAsync(DisconnectPacket farewell, CancellationToken cancellationToken)
    {
        _isClosing = true;
        try
        {
            await _writer.CloseAsync(farewell, cancellationToken).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _isEnding, 1) == 0)
            {
                await LingerAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            End(reason: null);
        }
    }

    public async ValueTask DisposeAsync()
    {
        End(reason: null);
        await _watch.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Lets the server close first: a socket that is closed with unread bytes resets the connection, and the reset may
    /// overtake the last bytes that were sent.
    /// </summary>
    private async Task LingerAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _transport.EndWritingAsync(cancellationToken).ConfigureAwait(false);
            _reader.StopPausing(); // Or it would not see the server close.
            var grace = Task.Delay(CloseGrace, TimeProvider.System, cancellationToken);
            await Task.WhenAny(_reading, grace).ConfigureAwait(false);
        }
        finally
        {
            Stop();
        }
    }

    /// <summary>Ends the link because of what the server sent, and says so to it [MQTT-4.13.1-1].</summary>
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The supervision edge of both loops.")]
    internal async Task AccuseAsync(MqttProtocolException error)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0)
        {
            return;
        }

        _reason = _isClosing ? null : error;
        using var grace = new CancellationTokenSource(CloseGrace, TimeProvider.System);
        try
        {
            await _writer.CloseAsync(new DisconnectPacket(error.ReasonCode), grace.Token).ConfigureAwait(false);
            await DrainAsync(grace.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The server takes nothing, does not close in time, or has closed: why the link ends is known already, and
            // its last word was a courtesy.
        }
        finally
        {
            Stop();
        }
    }

    /// <summary>As <see cref="LingerAsync"/>, but nobody reads any more: what still comes is thrown away.</summary>
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _transport.EndWritingAsync(cancellationToken).ConfigureAwait(false);
        var input = _transport.Input;
        while (await input.ReadAsync(cancellationToken).ConfigureAwait(false) is { IsCompleted: false } read)
        {
            input.AdvanceTo(read.Buffer.End);
        }
    }

    private void Stop()
    {
        _ = _ended.CancelAsync(); // Its callbacks wake the loops; they must not run under a caller's lock.
        _transport.Abort();
    }

    /// <summary>Whatever leaves a loop becomes the reason of the end.</summary>
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The supervision edge of both loops.")]
    private async Task GuardAsync(Task loop)
    {
        try
        {
            await loop.ConfigureAwait(false);
        }
        catch (MqttProtocolException error) when (Version >= MqttProtocolVersion.V50)
        {
            await AccuseAsync(error).ConfigureAwait(false);
        }
        catch (MqttException error)
        {
            End(error);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            End(reason: null); // Already ending.
        }
        catch (Exception error)
        {
            if (error is not (IOException or SocketException or WebSocketException or ObjectDisposedException))
            {
                _log.Unexpected(error);
            }

            End(new MqttConnectionLostException($"The connection was lost: {error.Message}", error));
        }
    }
}
