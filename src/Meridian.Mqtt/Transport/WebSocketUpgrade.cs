using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Meridian.Mqtt.Transport;

/// <summary>
/// Turns a stream into a WebSocket (RFC 6455 §4.1). Done here and not by the framework's HTTP client, so that every
/// layer below — addresses, proxies, TLS and its verdicts — is the same as without WebSocket.
/// </summary>
internal static class WebSocketUpgrade
{
    private const string Subprotocol = "mqtt";
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
    private const int SwitchingProtocols = 101;

    /// <exception cref="MqttWebSocketException">The server did not agree.</exception>
    [SuppressMessage(
        "Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller owns the WebSocket.")]
    public static async Task<WebSocket> RunAsync(
        Stream stream,
        MqttServer server,
        Func<CancellationToken, ValueTask<IReadOnlyDictionary<string, string>>>? headers,
        CancellationToken cancellationToken)
    {
        var more = headers is null
            ? new Dictionary<string, string>(StringComparer.Ordinal)
            : await AskAsync(server, headers, cancellationToken).ConfigureAwait(false);
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        HttpHead head;
        try
        {
            await stream.WriteAsync(RequestFor(server, key, more), cancellationToken).ConfigureAwait(false);
            head = await HttpHead.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw TlsFaults.AlertOf(error) is { } alert
                ? TlsFaults.Refused(server, alert, error)
                : new MqttWebSocketException(
                    $"The server {server} did not answer the request for a WebSocket "
                    + $"({TransportFaults.Sentence(error)}); check that this port speaks WebSocket.",
                    statusCode: null,
                    error);
        }

        Demand(head, server, key);
        return WebSocket.CreateFromStream(
            stream,
            new WebSocketCreationOptions
            {
                IsServer = false,
                SubProtocol = Subprotocol,
                KeepAliveInterval = TimeSpan.Zero, // PINGREQ does it.
            });
    }

    private static void Demand(HttpHead head, MqttServer server, string key)
    {
        if (head.Status != SwitchingProtocols)
        {
            throw new MqttWebSocketException(
                $"The server {server} refused the WebSocket: {head}. {AdviceFor(head.Status)}", head.Status);
        }

        if (!string.Equals(head.Find("Sec-WebSocket-Accept"), AcceptOf(key), StringComparison.Ordinal))
        {
            throw new MqttWebSocketException(
                $"The server {server} answered with a Sec-WebSocket-Accept that does not fit the request; "
                + "something between may answer from its memory.",
                head.Status);
        }

        // The name that the server selects must be "mqtt" [MQTT-6.0.0-4].
        if (!string.Equals(head.Find("Sec-WebSocket-Protocol"), Subprotocol, StringComparison.Ordinal))
        {
            throw new MqttWebSocketException(
                $"The server {server} selected the WebSocket subprotocol '{head.Find("Sec-WebSocket-Protocol")}', not "
                + $"'{Subprotocol}' [MQTT-6.0.0-4]; check the path, which may belong to something else.",
                head.Status);
        }
    }

    private static string AdviceFor(int status) => status switch
    {
        401 or 403 => "It wants other headers; see WebSocketHeaders.",
        404 => "Check the path; most servers use /mqtt, some use / or /ws.",
        >= 300 and < 400 => "It sends elsewhere; name that address.",
        _ => "Its log may say why.",
    };

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    private static async Task<IReadOnlyDictionary<string, string>> AskAsync(
        MqttServer server,
        Func<CancellationToken, ValueTask<IReadOnlyDictionary<string, string>>> headers,
        CancellationToken cancellationToken)
    {
        try
        {
            return await headers(cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new MqttWebSocketException(
                $"WebSocketHeaders failed for the server {server}: {TransportFaults.Sentence(error)}.",
                statusCode: null,
                error);
        }
    }

    private static byte[] RequestFor(MqttServer server, string key, IReadOnlyDictionary<string, string> headers)
    {
        var impliedPort = server.Transport == MqttTransport.WebSocket ? 80 : 443;
        var request = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"GET {server.Path} HTTP/1.1\r\n")
            .Append(CultureInfo.InvariantCulture, $"Host: {HttpHead.AuthorityOf(server, impliedPort)}\r\n")
            .Append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
            .Append(CultureInfo.InvariantCulture, $"Sec-WebSocket-Key: {key}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Sec-WebSocket-Protocol: {Subprotocol}\r\n"); // [MQTT-6.0.0-3]
        foreach (var (name, value) in headers)
        {
            if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
                || value.Any(char.IsControl))
            {
                throw new MqttWebSocketException(
                    $"WebSocketHeaders gave the header '{name}', whose name or value has characters that HTTP does "
                    + "not allow.",
                    statusCode: null);
            }

            request.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return Encoding.UTF8.GetBytes(request.Append("\r\n").ToString());
    }

    [SuppressMessage(
        "Security",
        "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "RFC 6455 demands it; no secret.")]
    private static string AcceptOf(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
}
