using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Meridian.Mqtt.Tests.Connection;

namespace Meridian.Mqtt.Tests.Transport;

/// <summary>A web server that speaks WebSocket only as far as the test says.</summary>
internal sealed partial class HttpPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public HttpPeer() => _listener.Start();

    public MqttClientOptions Options => new()
    {
        Server = MqttServer.Parse($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"),
        Reconnect = null,
    };

    /// <summary>The head of the next request up to its empty line.</summary>
    public static async Task<string> ReadHeadAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            text.Append((char)one[0]);
        }

        return text.ToString();
    }

    public async Task<NetworkStream> AcceptAsync() => new(
        await _listener.AcceptSocketAsync().WaitAsync(ScriptedPeer.Deadline), ownsSocket: true);

    /// <summary>Answers one request with this status and fields, and closes.</summary>
    /// <returns>The request.</returns>
    public async Task<string> RefuseAsync(string statusAndFields)
    {
        await using var stream = await AcceptAsync();
        var request = await ReadHeadAsync(stream);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {statusAndFields}\r\n\r\n"));
        return request;
    }

    /// <summary>Agrees to a WebSocket and to CONNECT.</summary>
    public async Task<WebSocket> AcceptWebSocketAsync(string protocol = "mqtt")
    {
        var stream = await AcceptAsync();
        var key = KeyField().Match(await ReadHeadAsync(stream)).Groups["key"].Value;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {AcceptOf(key)}\r\nSec-WebSocket-Protocol: {protocol}\r\n\r\n"));
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
    }

    public void Dispose() => _listener.Dispose();

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 6455 demands it.")]
    private static string AcceptOf(string key) => Convert.ToBase64String(
        SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    [GeneratedRegex("Sec-WebSocket-Key: (?<key>.*)\r\n", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex KeyField();
}
