using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Mqtt.Testing.Listeners;

/// <summary>
/// The open stream of bytes of one client, whatever lies between it and the socket. It owns the socket from
/// <see cref="StreamOpener"/> on.
/// </summary>
internal sealed class ClientStream(Socket socket, Stream stream) : IAsyncDisposable
{
    public Stream Stream { get; } = stream;

    /// <summary>The subject of the certificate that the client showed, if any.</summary>
    public string? ClientCertificateSubject { get; init; }

    /// <summary>
    /// Nothing more will be sent: says so in the words of each layer. The client may still send, and what was sent
    /// still arrives.
    /// </summary>
    /// <param name="isCut">Whether the layers above the socket shall not be told.</param>
    public async Task EndWritingAsync(bool isCut)
    {
        if (!isCut && Stream is WebSocketStream webSocket)
        {
            await webSocket.CloseOutputAsync().ConfigureAwait(false);
        }
        else if (!isCut && Stream is SslStream tls)
        {
            await tls.ShutdownAsync().ConfigureAwait(false);
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    public async ValueTask DisposeAsync()
    {
        // The socket first: no layer above it may wait for a client that does not answer.
        socket.Dispose();
        await Stream.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>Makes a <see cref="ClientStream"/> of an accepted socket; one for each listener.</summary>
/// <param name="Transport">Which door it stands behind.</param>
/// <param name="Tls">What TLS shall do, or null for none.</param>
/// <param name="WebSocket">How WebSocket shall be spoken, or null for none.</param>
internal sealed record StreamOpener(
    MqttTransport Transport, SslServerAuthenticationOptions? Tls, MqttTestWebSocketOptions? WebSocket)
{
    /// <summary>Opens the layers; when one fails, whatever was opened is closed.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope",
        Justification = "The outermost stream owns the others, and the ClientStream owns that.")]
    public async Task<ClientStream> OpenAsync(Socket socket, CancellationToken cancellationToken)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            string? subject = null;
            if (Tls is not null)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsServerAsync(Tls, cancellationToken).ConfigureAwait(false);
                subject = (tls.RemoteCertificate as X509Certificate2)?.Subject;
            }

            if (WebSocket is not null)
            {
                stream = await WebSocketUpgrade.AcceptAsync(stream, WebSocket, cancellationToken)
                    .ConfigureAwait(false);
            }

            return new ClientStream(socket, stream) { ClientCertificateSubject = subject };
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
