using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Meridian.Mqtt.Transport;

/// <summary>A socket and the layers above it: none, TLS, WebSocket, or WebSocket over TLS.</summary>
internal sealed class StreamTransport : ITransport
{
    // One system call reads this much; at 100-byte messages some 500 packets.
    private const int ReadBytes = 64 * 1024;

    // IPPROTO_TCP and TCP_QUICKACK of Linux (tcp(7)); it is not kept, so it is said again each time.
    private const int TcpLevel = 6;
    private const int TcpQuickAck = 12;
    private static readonly byte[] One = [1, 0, 0, 0];

    private readonly Socket _socket;
    private readonly Stream _stream;
    private volatile bool _canAcknowledgePromptly;

    /// <param name="socket">The socket below; owned.</param>
    /// <param name="stream">The top layer; owned, and it owns those below.</param>
    public StreamTransport(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
        try
        {
            LocalEndPoint = socket.LocalEndPoint;
            RemoteEndPoint = socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            // The server has closed already; the first read will say so, and with its reason.
        }

        _canAcknowledgePromptly = OperatingSystem.IsLinux() && RemoteEndPoint is IPEndPoint;

        // Zero-byte reads: a thousand idle connections hold no buffers.
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(
            bufferSize: ReadBytes, minimumReadSize: ReadBytes / 4, leaveOpen: true, useZeroByteReads: true));
    }

    public PipeReader Input { get; }

    public EndPoint? LocalEndPoint { get; }

    public EndPoint? RemoteEndPoint { get; }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _stream.WriteAsync(bytes, cancellationToken);

    public void AcknowledgePromptly()
    {
        if (!_canAcknowledgePromptly)
        {
            return;
        }

        try
        {
            _socket.SetRawSocketOption(TcpLevel, TcpQuickAck, One);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            _canAcknowledgePromptly = false; // It is gone, as the next read says; or a system that has not got it.
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "Where the server closes in the same moment, TLS fails with types that have no public name.")]
    public async ValueTask EndWritingAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_stream is WebSocketByteStream webSocket)
            {
                // The server answers with a Close frame and then ends TCP, in this order (RFC 6455 §7.1.1).
                await webSocket.EndWritingAsync(cancellationToken).ConfigureAwait(false);
                return;
            }

            if (_stream is SslStream tls)
            {
                await tls.ShutdownAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The connection is gone already, which is what was wanted.
        }
    }

    public void Abort() => _socket.Dispose();

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose(); // First, so that no layer above waits for the peer to take its last words.
        await Input.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }
}
