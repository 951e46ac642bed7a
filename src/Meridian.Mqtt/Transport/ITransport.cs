using System.IO.Pipelines;
using System.Net;

namespace Meridian.Mqtt.Transport;

/// <summary>An open, ordered, reliable stream of bytes to the server, whatever carries it.</summary>
internal interface ITransport : IAsyncDisposable
{
    PipeReader Input { get; }

    EndPoint? LocalEndPoint { get; }

    /// <summary>The server's end, or the proxy's where one stands between.</summary>
    EndPoint? RemoteEndPoint { get; }

    /// <summary>Sends all bytes. One call at a time.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>
    /// Tells the server's TCP now, and not some 40 ms later, that what it sent has arrived: one that gathers small
    /// writes (Nagle, RFC 896 §4) keeps its next acknowledgements back for that long. Cheap; no fault.
    /// </summary>
    void AcknowledgePromptly()
    {
    }

    /// <summary>
    /// Nothing more will be sent, after the last write has ended; what was sent still arrives, and the server may still
    /// send. Does not fail when the connection is gone already.
    /// </summary>
    ValueTask EndWritingAsync(CancellationToken cancellationToken);

    /// <summary>Ends the stream at once; pending reads and writes fail. Any thread, any number of times.</summary>
    void Abort();
}

/// <summary>Opens transports, one at a time.</summary>
internal interface ITransportConnector
{
    /// <summary>
    /// What the running or last <see cref="ConnectAsync"/> waits for, in words, for the message of a timeout; null once
    /// the transport is open.
    /// </summary>
    string? Awaited { get; }

    /// <summary>Opens a transport or throws <see cref="MqttException"/>; cancelling leaves nothing open.</summary>
    Task<ITransport> ConnectAsync(MqttServer server, CancellationToken cancellationToken);
}
