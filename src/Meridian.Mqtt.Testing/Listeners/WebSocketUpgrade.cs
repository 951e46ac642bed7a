using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Meridian.Mqtt.Testing.Listeners;

/// <summary>The server's half of the WebSocket handshake (RFC 6455 §4.2), as MQTT wants it (MQTT 5.0 §6).</summary>
internal static class WebSocketUpgrade
{
    /// <summary>More than any client's request; a bound against one that never ends.</summary>
    private const int MaxRequestBytes = 16 * 1024;

    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3.

    /// <exception cref="IOException">The client did not ask for MQTT over WebSocket.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope",
        Justification = "The stream owns the WebSocket.")]
    public static async Task<Stream> AcceptAsync(
        Stream stream, MqttTestWebSocketOptions options, CancellationToken cancellationToken)
    {
        var request = await ReadRequestAsync(stream, cancellationToken).ConfigureAwait(false);
        if (!request[0].StartsWith($"GET {options.Path} HTTP/1.1", StringComparison.Ordinal))
        {
            throw await RefuseAsync(stream, "404 Not Found", $"'{request[0]}' asks for another path.")
                .ConfigureAwait(false);
        }

        if (Header(request, "Sec-WebSocket-Key") is not { } key
            || Header(request, "Sec-WebSocket-Version") is not "13"
            || Header(request, "Sec-WebSocket-Protocol")?.Split(',', StringSplitOptions.TrimEntries)
                .Contains(options.SubProtocol, StringComparer.Ordinal) != true) // [MQTT-6.0.0-3]
        {
            throw await RefuseAsync(
                stream, "400 Bad Request", $"The request is no upgrade to WebSocket for '{options.SubProtocol}'.")
                .ConfigureAwait(false);
        }

        await WriteAsync(
            stream,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {Answer(key)}\r\nSec-WebSocket-Protocol: {options.SubProtocol}\r\n\r\n",
            cancellationToken).ConfigureAwait(false); // [MQTT-6.0.0-4]
        var socket = WebSocket.CreateFromStream(
            stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = options.SubProtocol });
        return new WebSocketStream(socket, options.MaxFrameBytes);
    }

    /// <summary>The first line and the headers; byte by byte, so that nothing of what follows is taken.</summary>
    private static async Task<string[]> ReadRequestAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < 4 || !(bytes is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n']))
        {
            if (bytes.Count == MaxRequestBytes)
            {
                throw new IOException($"The HTTP request is longer than {MaxRequestBytes} bytes.");
            }

            await stream.ReadExactlyAsync(one, cancellationToken).ConfigureAwait(false);
            bytes.Add(one[0]);
        }

        return Encoding.ASCII.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }

    private static string? Header(string[] request, string name)
    {
        foreach (var line in request)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return line[(colon + 1)..].Trim();
            }
        }

        return null;
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms",
        Justification = "RFC 6455 §4.2.2 demands SHA-1 here; it protects nothing.")]
    private static string Answer(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix)));

    private static async Task<IOException> RefuseAsync(Stream stream, string status, string reason)
    {
        await WriteAsync(stream, $"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", default)
            .ConfigureAwait(false);
        return new IOException(reason);
    }

    private static async Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
