using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;

namespace Meridian.Mqtt.Transport;

/// <summary>
/// Opens what a server's address asks for, layer by layer: a socket, the tunnel through a proxy, TLS, WebSocket.
/// </summary>
internal sealed class ServerConnector(MqttClientOptions options, TimeProvider time) : ITransportConnector
{
    private volatile string? _awaited;

    public string? Awaited => _awaited;

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The edge to sockets, TLS, files and the user's delegates: whatever they throw is a failed "
        + "try, and the loop that tries again must hear of it as one.")]
    [SuppressMessage(
        "Reliability",
        "CA2000:Dispose objects before losing scope",
        Justification = "Each layer owns the one below; the top one becomes the transport's or is disposed of.")]
    public async Task<ITransport> ConnectAsync(MqttServer server, CancellationToken cancellationToken)
    {
        Stream? top = null;
        try
        {
            var socket = await DialAsync(server, cancellationToken).ConfigureAwait(false);
            top = new NetworkStream(socket, ownsSocket: true);
            await TunnelAsync(top, server, cancellationToken).ConfigureAwait(false);
            if (server.Transport is MqttTransport.Tls or MqttTransport.SecureWebSocket)
            {
                var tls = new SslStream(top, leaveInnerStreamOpen: false);
                top = tls;
                await TlsHandshake
                    .RunAsync(
                        tls,
                        server,
                        options.Tls ?? new MqttTlsOptions(),
                        awaited => _awaited = awaited,
                        cancellationToken)
                    .ConfigureAwait(false);
            }

            if (server.Transport is MqttTransport.WebSocket or MqttTransport.SecureWebSocket)
            {
                _awaited = "the WebSocket";
                var webSocket = await WebSocketUpgrade.RunAsync(
                    top, server, options.WebSocketHeaders, cancellationToken).ConfigureAwait(false);
                top = new WebSocketByteStream(webSocket);
            }

            _awaited = null;
            var transport = new StreamTransport(socket, top);
            top = null;
            return transport;
        }
        catch (Exception error) when (error is not MqttException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw TransportFaults.Unreachable(server.ToString(), error);
        }
        finally
        {
            if (top is not null)
            {
                await top.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<Socket> DialAsync(MqttServer server, CancellationToken cancellationToken)
    {
        if (server.Transport == MqttTransport.UnixSocket)
        {
            _awaited = "the socket";
            return await ConnectUnixAsync(server.Path, cancellationToken).ConfigureAwait(false);
        }

        if (options.Proxy is not { } proxy)
        {
            _awaited = "TCP";
            return await TcpDialer.ConnectAsync(
                server.Host, server.Port, options.LocalAddress, time, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            _awaited = $"TCP to the proxy {proxy}";
            return await TcpDialer.ConnectAsync(
                proxy.Host, proxy.Port, options.LocalAddress, time, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException error)
        {
            throw new MqttProxyException(
                $"The server {server} cannot be reached: its proxy {proxy} "
                + $"{TransportFaults.Describe(error)}.",
                code: null,
                isTransient: true,
                error);
        }
    }

    private Task TunnelAsync(Stream stream, MqttServer server, CancellationToken cancellationToken)
    {
        if (server.Transport == MqttTransport.UnixSocket || options.Proxy is not { } proxy)
        {
            return Task.CompletedTask;
        }

        _awaited = $"the proxy {proxy}";
        return proxy.Kind == MqttProxyKind.Socks5
            ? Socks5Tunnel.OpenAsync(stream, proxy, server, cancellationToken)
            : HttpTunnel.OpenAsync(stream, proxy, server, cancellationToken);
    }

    private static async Task<Socket> ConnectUnixAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
