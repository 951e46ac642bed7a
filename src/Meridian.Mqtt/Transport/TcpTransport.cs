using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Mqtt.Transport;

/// <summary>Plain TCP.</summary>
internal sealed class TcpTransport : ITransport
{
    // One system call reads this much; at 100-byte messages some 500 packets.
    private const int ReadBytes = 64 * 1024;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    public TcpTransport(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;

        // Zero-byte reads: a thousand idle connections hold no buffers.
        Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(
            bufferSize: ReadBytes, minimumReadSize: ReadBytes / 4, leaveOpen: true, useZeroByteReads: true));
    }

    public PipeReader Input { get; }

    public EndPoint? LocalEndPoint { get; }

    public EndPoint? RemoteEndPoint { get; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var sent = await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            bytes = bytes[sent..];
        }
    }

    public void EndWriting()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The connection is gone already, which is what was wanted.
        }
    }

    public void Abort() => _socket.Dispose();

    public async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _socket.Dispose();
    }
}

/// <summary>Opens <see cref="TcpTransport"/>s.</summary>
internal sealed class TcpConnector(MqttServer server) : ITransportConnector
{
    [SuppressMessage(
        "Reliability", "CA2000:Dispose objects before losing scope", Justification = "The transport owns the socket.")]
    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken)
    {
        // The parameterless form tries both address families in turn.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken).ConfigureAwait(false);
            return new TcpTransport(socket);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new MqttConnectionLostException(
                $"The server {server} cannot be reached: {error.Message}.", error);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }
}
