using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Meridian.Mqtt.Transport;

/// <summary>
/// The bytes within the binary frames of a WebSocket; where a frame ends means nothing, packets may straddle frames
/// [MQTT-6.0.0-2].
/// </summary>
internal sealed class WebSocketByteStream(WebSocket webSocket) : Stream
{
    private bool _hasEnded;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (!_hasEnded)
            {
                var result = await webSocket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    _hasEnded = true;
                    DemandNormalClosure();
                }
                else if (result.MessageType == WebSocketMessageType.Text)
                {
                    throw new MqttProtocolException(
                        "MQTT-6.0.0-1",
                        MqttReasonCode.ProtocolError,
                        "The server sent a text frame, not a binary one.");
                }
                else if (result.Count > 0 || buffer.IsEmpty)
                {
                    return result.Count; // An empty frame is allowed and is not the end.
                }
            }

            return 0;
        }
        catch (Exception error) when (IsLoss(error, cancellationToken))
        {
            throw new IOException((error.InnerException ?? error).Message, error);
        }
    }

    // Packets are sent in binary frames [MQTT-6.0.0-1].
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await webSocket.SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (IsLoss(error, cancellationToken))
        {
            throw new IOException((error.InnerException ?? error).Message, error);
        }
    }

    /// <summary>Sends the Close frame; reading goes on until the server's.</summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    public async Task EndWritingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (IsLoss(error, cancellationToken))
        {
            throw new IOException((error.InnerException ?? error).Message, error);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            webSocket.Dispose(); // With the layers below.
        }

        base.Dispose(disposing);
    }

    // The framework calls it a cancellation, too, when the peer ends the connection during a call.
    private static bool IsLoss(Exception error, CancellationToken cancellationToken) =>
        error is WebSocketException
        || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private void DemandNormalClosure()
    {
        if (webSocket.CloseStatus is { } status and not WebSocketCloseStatus.NormalClosure)
        {
            throw new MqttConnectionLostException(
                $"The server closed the WebSocket: {status} {webSocket.CloseStatusDescription}".TrimEnd() + ".");
        }
    }
}
