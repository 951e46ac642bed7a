using System.CommandLine;
using System.Net;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>Where the broker is and the way to it.</summary>
internal sealed class ServerOptions : IOptionGroup
{
    private const string ProxyVariable = "MERIDIAN_MQTT_PROXY";

    private readonly Option<string?> _server = OptionOf.Text(
        "--server",
        "URI",
        "The broker: mqtt://[user@]host[:1883], mqtts://host[:8883], ws://host[:80][/mqtt], wss://host[:443][/mqtt] "
        + "or unix:///path.",
        "-L");

    private readonly Option<string?> _host = OptionOf.Text(
        "--host", "HOST", "The broker's host, 127.0.0.1 when nothing is given; instead of --server.", "-H");

    private readonly Option<long?> _port = OptionOf.Number(
        "--port", "PORT", "The broker's port: 1883, or 8883 with TLS.", 1, 65_535, "-p");

    private readonly Option<bool> _tls = OptionOf.Flag("--tls", "Speak TLS with --host.");

    private readonly Option<string[]> _headers = OptionOf.Texts(
        "--ws-header", "NAME:VALUE", "A header field for the WebSocket's request; may be repeated.");

    private readonly Option<string?> _proxy = OptionOf.Text(
        "--proxy",
        "URI",
        $"socks5://[user:password@]host[:1080] or http://[user:password@]host[:8080]. The variable {ProxyVariable} "
        + "keeps it out of the process list.");

    private readonly Option<string?> _local = OptionOf.Text(
        "--bind", "ADDRESS", "This machine's address to connect from, where it has several.", "-A");

    public IEnumerable<Option> All => [_server, _host, _port, _tls, _headers, _proxy, _local];

    /// <summary>The server, and the user that stands in its address.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="wantsTls">Whether another option only makes sense with TLS.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public (MqttServer Server, MqttCredentialsText? User) Read(
        ParseResult parsed, bool wantsTls, ICollection<string> problems)
    {
        var host = parsed.GetValue(_host) ?? "127.0.0.1";
        var isTls = parsed.GetValue(_tls) || wantsTls;
        var port = (int)(parsed.GetValue(_port) ?? (isTls ? 8883 : 1883));
        var asked = isTls ? MqttServer.Tls(host, port) : MqttServer.Tcp(host, port);
        if (parsed.GetValue(_server) is not { } address)
        {
            return (asked, null);
        }

        if (parsed.GetValue(_host) is not null || parsed.GetValue(_port) is not null || parsed.GetValue(_tls))
        {
            problems.Add("--server says all that --host, --port and --tls say; give it alone.");
        }

        var user = MqttCredentialsText.TakeFrom(ref address);
        try
        {
            return (MqttServer.Parse(address), user);
        }
        catch (FormatException wrong)
        {
            problems.Add($"--server: {wrong.Message}");
            return (asked, user);
        }
    }

    public MqttProxy? ReadProxy(ParseResult parsed, ICollection<string> problems)
    {
        var address = parsed.GetValue(_proxy) ?? Environment.GetEnvironmentVariable(ProxyVariable);
        if (string.IsNullOrEmpty(address))
        {
            return null;
        }

        var user = MqttCredentialsText.TakeFrom(ref address);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("socks5" or "http")
            || uri.Host.Length == 0)
        {
            problems.Add("--proxy is not socks5://host[:1080] or http://host[:8080].");
            return null;
        }

        var hasPort = address.AsSpan(uri.Scheme.Length + 3).TrimEnd('/').LastIndexOf(':') >
            address.AsSpan(uri.Scheme.Length + 3).LastIndexOf(']');
        var host = uri.Host.Trim('[', ']');
        var proxy = uri.Scheme is "socks5"
            ? MqttProxy.Socks5(host, hasPort ? uri.Port : 1080)
            : MqttProxy.Http(host, hasPort ? uri.Port : 8080);
        return user is null ? proxy : proxy with { UserName = user.Name, Password = user.Password ?? string.Empty };
    }

    public IPAddress? ReadLocalAddress(ParseResult parsed, ICollection<string> problems)
    {
        var text = parsed.GetValue(_local);
        if (!IPAddress.TryParse(text, out var address) && text is not null)
        {
            problems.Add($"--bind is '{text}'; it must be an IP address of this machine.");
        }

        return address;
    }

    public Dictionary<string, string>? ReadHeaders(ParseResult parsed, ICollection<string> problems)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in parsed.GetValue(_headers) ?? [])
        {
            if (UserPropertyText.TrySplit(text, ':', out var name, out var value))
            {
                headers[name.Trim()] = value.Trim();
            }
            else
            {
                problems.Add($"--ws-header '{text}' is not NAME:VALUE.");
            }
        }

        return headers.Count == 0 ? null : headers;
    }
}

/// <summary>User name and password as they stand in an address.</summary>
internal sealed record MqttCredentialsText(string Name, string? Password)
{
    /// <summary>Takes <c>user[:password]@</c> out of an address.</summary>
    public static MqttCredentialsText? TakeFrom(ref string address)
    {
        var begin = address.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = begin < 3 ? -1 : address.AsSpan(begin).IndexOfAny('/', '?', '#');
        var authority = begin < 3 ? "" : end < 0 ? address[begin..] : address[begin..(begin + end)];
        var at = authority.LastIndexOf('@');
        if (at < 0)
        {
            return null;
        }

        address = address.Remove(begin, at + 1);
        var colon = authority.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon < at
            ? new(Uri.UnescapeDataString(authority[..colon]), Uri.UnescapeDataString(authority[(colon + 1)..at]))
            : new(Uri.UnescapeDataString(authority[..at]), Password: null);
    }
}
