using System.IO.Pipelines;
using System.Net;

namespace Meridian.Mqtt.Transport;

/// <summary>
/// An open, ordered, reliable stream of bytes to the server; TLS, WebSocket and the rest will be others of these.
/// </summary>
internal interface ITransport : IAsyncDisposable
{
    PipeReader Input { get; }

    EndPoint? LocalEndPoint { get; }

    EndPoint? RemoteEndPoint { get; }

    /// <summary>Sends all bytes. One call at a time.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Nothing more will be sent; what was sent still arrives, and the server may still send.</summary>
    void EndWriting();

    /// <summary>Ends the stream at once; pending reads and writes fail. Any thread, any number of times.</summary>
    void Abort();
}

/// <summary>Opens transports to servers.</summary>
internal interface ITransportConnector
{
    /// <summary>
    /// Opens a transport or throws <see cref="MqttConnectionLostException"/>; cancelling leaves nothing open.
    /// </summary>
    Task<ITransport> ConnectAsync(MqttServer server, CancellationToken cancellationToken);
}
