using System.Globalization;

namespace Meridian.Mqtt;

/// <summary>Reads the address of a server. No message repeats what may be a password or a token.</summary>
internal static class MqttServerText
{
    private const string Schemes = "mqtt://, mqtts://, ws://, wss:// or unix://";
    private const string DefaultWebSocketPath = "/mqtt";

    public static string SchemeOf(MqttTransport transport) => transport switch
    {
        MqttTransport.Tcp => "mqtt",
        MqttTransport.Tls => "mqtts",
        MqttTransport.WebSocket => "ws",
        MqttTransport.SecureWebSocket => "wss",
        _ => "unix",
    };

    /// <returns>The server, or null and what is wrong.</returns>
    public static MqttServer? Read(string text, out string? problem)
    {
        var end = text.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
        {
            problem = $"The server's address does not begin with {Schemes}, such as mqtt://localhost:1883.";
            return null;
        }

        var rest = text[(end + 3)..];
        if (TransportOf(text[..end]) is not { } transport)
        {
            problem = $"The scheme '{text[..end]}' is not one of {Schemes}.";
            return null;
        }

        return transport == MqttTransport.UnixSocket
            ? ReadUnix(rest, out problem)
            : ReadNetwork(transport, rest, out problem);
    }

    private static MqttTransport? TransportOf(string scheme)
    {
        foreach (var transport in Enum.GetValues<MqttTransport>())
        {
            if (string.Equals(scheme, SchemeOf(transport), StringComparison.OrdinalIgnoreCase))
            {
                return transport;
            }
        }

        return null;
    }

    private static MqttServer? ReadUnix(string rest, out string? problem)
    {
        problem = rest.StartsWith('/')
            ? null
            : "A Unix socket is named by three slashes and its full path, such as unix:///run/mqtt.sock.";
        return problem is null
            ? MqttServer.Of(MqttTransport.UnixSocket, "", 0, Uri.UnescapeDataString(rest))
            : null;
    }

    private static MqttServer? ReadNetwork(MqttTransport transport, string rest, out string? problem)
    {
        var authorityEnd = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = authorityEnd < 0 ? rest : rest[..authorityEnd];
        var path = authorityEnd < 0 ? "" : rest[authorityEnd..];
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            problem = "The server's address carries a user name; set UserName and Password instead.";
            return null;
        }

        if (!TrySplit(authority, out var host, out var port, out problem))
        {
            return null;
        }

        if (path.Contains('#', StringComparison.Ordinal))
        {
            problem = "The server's address has a part behind '#', which means nothing here; leave it out.";
            return null;
        }

        var isWebSocket = transport is MqttTransport.WebSocket or MqttTransport.SecureWebSocket;
        if (!isWebSocket && path is not ("" or "/"))
        {
            problem = $"{SchemeOf(transport)}:// takes no path; only ws:// and wss:// do.";
            return null;
        }

        var server = MqttServer.Of(
            transport, host, port ?? DefaultPortOf(transport), isWebSocket ? WebSocketPathOf(path) : "");
        problem = string.Join(' ', server.Problems());
        return problem.Length == 0 ? server : null;
    }

    private static string WebSocketPathOf(string path) => path switch
    {
        "" => DefaultWebSocketPath,
        ['?', ..] => DefaultWebSocketPath + path,
        _ => path,
    };

    private static bool TrySplit(string authority, out string host, out int? port, out string? problem)
    {
        port = null;
        problem = null;
        var hostEnd = authority.StartsWith('[')
            ? authority.IndexOf(']', StringComparison.Ordinal) + 1
            : authority.IndexOf(':', StringComparison.Ordinal);
        host = hostEnd < 0 ? authority : authority[..hostEnd].Trim('[', ']');
        var tail = hostEnd < 0 ? "" : authority[hostEnd..];
        if (authority.StartsWith('[') && hostEnd == 0)
        {
            problem = $"The host '{authority}' lacks its closing bracket.";
        }
        else if (tail.IndexOf(':', 1 < tail.Length ? 1 : 0) > 0)
        {
            problem = $"The host '{authority}' has several colons; an IPv6 address stands in brackets.";
        }
        else if (tail.Length > 0)
        {
            if (tail[0] == ':' && int.TryParse(tail[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var n))
            {
                port = n;
            }
            else
            {
                problem = $"The port '{tail.TrimStart(':')}' is not a number between 1 and 65535.";
            }
        }

        return problem is null;
    }

    private static int DefaultPortOf(MqttTransport transport) => transport switch
    {
        MqttTransport.Tcp => 1883,
        MqttTransport.Tls => 8883,
        MqttTransport.WebSocket => 80,
        _ => 443,
    };
}
