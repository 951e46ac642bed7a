using System.Globalization;
using System.Text;

namespace Meridian.Mqtt;

/// <summary>A proxy through which every server but a Unix socket is reached. Immutable.</summary>
/// <remarks>The proxy resolves the server's name; TLS goes through it to the server.</remarks>
public sealed record MqttProxy
{
    private MqttProxy()
    {
    }

    /// <summary>What the proxy speaks.</summary>
    public MqttProxyKind Kind { get; init; }

    /// <summary>The name or address of the proxy, an IPv6 address without brackets.</summary>
    public string Host { get; init; } = "";

    /// <summary>The port of the proxy.</summary>
    public int Port { get; init; }

    /// <summary>The user name at the proxy, or null for none; for SOCKS5 at most 255 bytes.</summary>
    /// <value>Null by default.</value>
    public string? UserName { get; init; }

    /// <summary>The password at the proxy; needs a <see cref="UserName"/>; for SOCKS5 at most 255 bytes.</summary>
    /// <remarks>Both kinds send it unencrypted.</remarks>
    /// <value>Empty by default.</value>
    public string Password { get; init; } = "";

    /// <summary>A proxy that speaks SOCKS5 (RFC 1928, with user and password RFC 1929).</summary>
    /// <param name="host">The name or address.</param>
    /// <param name="port">The port.</param>
    /// <returns>The proxy.</returns>
    public static MqttProxy Socks5(string host, int port = 1080)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new MqttProxy { Kind = MqttProxyKind.Socks5, Host = host, Port = port };
    }

    /// <summary>A proxy that speaks HTTP and allows CONNECT (with user and password: Basic).</summary>
    /// <param name="host">The name or address.</param>
    /// <param name="port">The port.</param>
    /// <returns>The proxy.</returns>
    public static MqttProxy Http(string host, int port = 8080)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new MqttProxy { Kind = MqttProxyKind.HttpConnect, Host = host, Port = port };
    }

    /// <summary>The proxy in words, without user and password.</summary>
    /// <returns>Such as <c>socks5://host:1080</c> or <c>http://host:8080</c>.</returns>
    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        var scheme = Kind == MqttProxyKind.Socks5 ? "socks5" : "http";
        return $"{scheme}://{host}:{Port.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>One sentence per problem.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!Enum.IsDefined(Kind))
        {
            yield return $"Kind {(int)Kind} is not known.";
        }

        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown)
        {
            yield return $"Host '{Host}' is not a name or address.";
        }

        if (Port is <= 0 or > 65_535)
        {
            yield return $"Port {Port} is not between 1 and 65535.";
        }

        if (Password is null)
        {
            yield return "Password is null; leave it empty for none.";
            yield break;
        }

        if (UserName is null && Password.Length > 0)
        {
            yield return "Password is set without a UserName.";
        }

        if (Kind == MqttProxyKind.Socks5
            && (UserName is ""
                || Encoding.UTF8.GetByteCount(UserName ?? "") > 255 || Encoding.UTF8.GetByteCount(Password) > 255))
        {
            yield return "UserName must be 1 to 255 bytes and Password at most 255 for SOCKS5.";
        }

        if (Kind == MqttProxyKind.HttpConnect && UserName?.Contains(':', StringComparison.Ordinal) == true)
        {
            yield return "UserName contains ':', which Basic authentication does not allow.";
        }
    }
}

/// <summary>What a proxy speaks.</summary>
public enum MqttProxyKind
{
    /// <summary>SOCKS5.</summary>
    Socks5,

    /// <summary>HTTP with the CONNECT method.</summary>
    HttpConnect,
}
