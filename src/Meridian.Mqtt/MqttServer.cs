using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Meridian.Mqtt;

/// <summary>Where a server is and what carries the bytes to it. Immutable; any thread.</summary>
/// <remarks>
/// Made by <see cref="Parse"/> from a URI or by a factory; a <c>with</c> expression changes single parts.
/// <see cref="MqttClientOptions.Validate"/> names what is wrong with one.
/// </remarks>
public sealed record MqttServer
{
    // 108 with the closing zero on Linux; other systems have a little less and say so at the connect.
    private const int MaxUnixPathBytes = 107;

    private MqttServer()
    {
    }

    /// <summary>What carries the bytes.</summary>
    public MqttTransport Transport { get; init; }

    /// <summary>
    /// The name or address of the server, an IPv6 address without brackets; empty for a Unix socket.
    /// </summary>
    public string Host { get; init; } = "";

    /// <summary>The TCP port, 1 to 65,535; 0 for a Unix socket.</summary>
    /// <value>1883 for TCP, 8883 for TLS, 80 and 443 for WebSocket.</value>
    public int Port { get; init; }

    /// <summary>The path and query of a WebSocket, or the path of a Unix socket; empty for TCP and TLS.</summary>
    /// <value><c>/mqtt</c> for WebSocket.</value>
    public string Path { get; init; } = "";

    /// <summary>A server on plain TCP: everybody on the way can read and change what is sent.</summary>
    /// <param name="host">The name or address.</param>
    /// <param name="port">The port.</param>
    /// <returns>The server.</returns>
    public static MqttServer Tcp(string host, int port = 1883)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new MqttServer { Transport = MqttTransport.Tcp, Host = host, Port = port };
    }

    /// <summary>A server on TLS.</summary>
    /// <param name="host">The name or address; the server's certificate must carry it.</param>
    /// <param name="port">The port.</param>
    /// <returns>The server.</returns>
    public static MqttServer Tls(string host, int port = 8883)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new MqttServer { Transport = MqttTransport.Tls, Host = host, Port = port };
    }

    /// <summary>A server behind a WebSocket.</summary>
    /// <param name="address">
    /// A <c>ws</c> or <c>wss</c> address; without a path it gets <c>/mqtt</c>, which most servers expect.
    /// </param>
    /// <returns>The server.</returns>
    /// <exception cref="ArgumentException">It is not an absolute <c>ws</c> or <c>wss</c> address.</exception>
    public static MqttServer WebSocket(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var server = MqttServerText.Read(address.OriginalString, out var problem);
        return server?.Transport is MqttTransport.WebSocket or MqttTransport.SecureWebSocket
            ? server
            : throw new ArgumentException(
                problem ?? $"'{server}' is not a WebSocket; its address begins with ws:// or wss://.",
                nameof(address));
    }

    /// <summary>A server on this machine behind a Unix socket.</summary>
    /// <param name="path">The path of the socket's file, at most 107 bytes on Linux.</param>
    /// <returns>The server.</returns>
    public static MqttServer Unix(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new MqttServer { Transport = MqttTransport.UnixSocket, Path = path };
    }

    /// <summary>
    /// Reads <c>mqtt://host[:1883]</c>, <c>mqtts://host[:8883]</c>, <c>ws://host[:80][/mqtt]</c>,
    /// <c>wss://host[:443][/mqtt]</c> or <c>unix:///run/mqtt.sock</c>. An IPv6 address stands in brackets.
    /// </summary>
    /// <param name="text">The address.</param>
    /// <returns>The server.</returns>
    /// <exception cref="FormatException">
    /// It is none of these; the message says what is wrong and never repeats a password.
    /// </exception>
    public static MqttServer Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return MqttServerText.Read(text, out var problem) ?? throw new FormatException(problem);
    }

    /// <summary>Reads an address as <see cref="Parse"/> does.</summary>
    /// <param name="text">The address.</param>
    /// <param name="server">The server, or null.</param>
    /// <returns>False when it is not an address.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out MqttServer? server)
    {
        server = text is null ? null : MqttServerText.Read(text, out _);
        return server is not null;
    }

    /// <summary>The address as <see cref="Parse"/> reads it, with its port and without a query, which may be a secret.
    /// </summary>
    /// <returns>The address.</returns>
    public override string ToString()
    {
        if (Transport == MqttTransport.UnixSocket)
        {
            return $"unix://{Path}";
        }

        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        var path = Path.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? Path[..query] : Path;
        return $"{MqttServerText.SchemeOf(Transport)}://{host}:{Port.ToString(CultureInfo.InvariantCulture)}{path}";
    }

    /// <summary>One sentence per problem.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!Enum.IsDefined(Transport))
        {
            yield return $"Transport {(int)Transport} is not known.";
        }

        if (Transport == MqttTransport.UnixSocket)
        {
            if (Path.Length == 0)
            {
                yield return "Path is empty; name the socket's file.";
            }
            else if (Encoding.UTF8.GetByteCount(Path) > MaxUnixPathBytes)
            {
                yield return $"Path '{Path}' is longer than the {MaxUnixPathBytes} bytes that a Unix socket allows.";
            }

            yield break;
        }

        if (string.IsNullOrWhiteSpace(Host))
        {
            yield return "Host is empty; name the server.";
        }
        else if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
        {
            yield return $"Host '{Host}' is not a name or address.";
        }

        if (Port is <= 0 or > 65_535)
        {
            yield return $"Port {Port} is not between 1 and 65535.";
        }

        var isWebSocket = Transport is MqttTransport.WebSocket or MqttTransport.SecureWebSocket;
        if (isWebSocket && (!Path.StartsWith('/') || Path.Any(static c => c is <= ' ' or >= (char)0x7F)))
        {
            yield return "Path does not begin with '/', or has spaces or other characters that are to be escaped.";
        }
        else if (!isWebSocket && Path.Length > 0)
        {
            yield return $"Path '{Path}' has no meaning for {Transport}; leave it empty.";
        }
    }

    /// <summary>For the reader of addresses.</summary>
    internal static MqttServer Of(MqttTransport transport, string host, int port, string path) =>
        new() { Transport = transport, Host = host, Port = port, Path = path };
}

/// <summary>What carries the bytes between client and server.</summary>
public enum MqttTransport
{
    /// <summary>Plain TCP, <c>mqtt://</c>.</summary>
    Tcp,

    /// <summary>TLS over TCP, <c>mqtts://</c>.</summary>
    Tls,

    /// <summary>WebSocket, <c>ws://</c>.</summary>
    WebSocket,

    /// <summary>WebSocket over TLS, <c>wss://</c>.</summary>
    SecureWebSocket,

    /// <summary>A Unix socket on this machine, <c>unix://</c>.</summary>
    UnixSocket,
}
