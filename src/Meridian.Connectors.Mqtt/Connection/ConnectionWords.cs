using Meridian.Mqtt;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>
/// From the words of the client, which speaks to programmers of servers and options, to those of a plant: a broker and
/// the settings of a file.
/// </summary>
internal static class ConnectionWords
{
    private const string AnyServer = "The server ";

    // How the client leads over to the broker's own words.
    private const string Quotation = " It says: ";

    private const int MaxShownUserLength = 8;
    private const int ShownTokenLength = 3;

    private static readonly (string Options, string Settings)[] Names =
    [
        ("It speaks none of the versions in Tls.Protocols", "It speaks neither TLS 1.2 nor TLS 1.3"),
        ("Tls.ClientCertificates", "settings.tls.certificateFile"),
        ("Tls.CertificateAuthorities", "settings.tls.caFile"),
        ("Tls.FindCertificateAuthorities", "settings.tls.caFile"),
        ("Tls.TargetHost", "settings.tls.serverName"),
        ("Tls.ApplicationProtocols", "settings.tls.alpn"),
        ("Tls.RevocationMode", "settings.tls.checksRevocation"),
        ("Proxy.UserName", "settings.proxy.userName"),
        ("Proxy.Password", "settings.proxy.password"),
        ("ConnectTimeout", "settings.connectTimeout"),
        ("AcknowledgementTimeout", "settings.acknowledgementTimeout"),
        ("the KeepAlive of", "settings.keepAlive,"),
        ("LocalAddress", "settings.localAddress"),
        ("the ClientId '", "the client identifier (settings.clientId) '"),
        ("name it with mqtts://", "set settings.transport to tls"),
        ("name it with ws://", "set settings.transport to webSocket"),
        ("name the server with mqtts:// or ws://", "set settings.transport to tls or webSocket"),
        ("name the server with mqtt:// or ws://", "set settings.transport to tcp or webSocket"),
        ("version V50", "MQTT 5.0"),
        ("version V311", "MQTT 3.1.1"),
        ("version V31", "MQTT 3.1"),
    ];

    // Of the settings' first server; that of otherServers would be looked for in the wrong place.
    private static readonly (string Client, string Settings)[] Places =
    [
        ("check its spelling and the name service", "check settings.host and the name service of this machine"),
        ("listens on this port", "listens there (settings.host, settings.port)"),
    ];

    /// <summary>What the client says, as the rest of a sentence that has named the broker.</summary>
    /// <param name="error">The client's error.</param>
    /// <param name="settings">The settings of the connection.</param>
    /// <returns>The words, with a full stop; none of them is a password.</returns>
    public static string Of(MqttException error, MqttConnectionSettings settings)
    {
        var message = error.Message;
        var end = message.IndexOf(Quotation, StringComparison.Ordinal);
        var own = end < 0 ? message : message[..end];
        var quoted = end < 0 ? "" : Hide(message[end..], settings);
        return LowerFirst(Rename(own, settings)) + quoted;
    }

    /// <summary>What the broker itself says of it, to be put behind a sentence; empty where it says nothing.</summary>
    /// <param name="reasonString">Its words, or null.</param>
    /// <param name="settings">The settings of the connection.</param>
    public static string Quote(string? reasonString, MqttConnectionSettings settings) =>
        string.IsNullOrEmpty(reasonString) ? "" : Quotation + Hide(reasonString, settings);

    /// <summary>
    /// The user name as a person may read it. Some brokers take an access token for one; it comes without a password,
    /// so of a longer name without one only the first letters are told.
    /// </summary>
    public static string UserOf(MqttConnectionSettings settings) =>
        settings.UserName is { Length: > MaxShownUserLength } token
            && string.IsNullOrEmpty(settings.Password?.Reveal())
                ? $"{token[..ShownTokenLength]}***"
                : settings.UserName ?? "";

    private static string Rename(string words, MqttConnectionSettings settings)
    {
        var server = $"The server {ConnectionSetup.ServerOf(settings)} ";
        var isOfFirst = words.StartsWith(server, StringComparison.Ordinal);
        words = words
            .Replace($"{server}cannot be reached: ", "", StringComparison.Ordinal)
            .Replace(server, "it ", StringComparison.Ordinal);
        if (words.StartsWith(AnyServer, StringComparison.Ordinal) && !NamesServer(words.AsSpan(AnyServer.Length)))
        {
            words = $"it {words[AnyServer.Length..]}";
        }

        foreach (var (options, named) in isOfFirst ? [.. Places, .. Names] : Names)
        {
            words = words.Replace(options, named, StringComparison.Ordinal);
        }

        return words;
    }

    /// <summary>One of <c>otherServers</c> keeps its address.</summary>
    private static bool NamesServer(ReadOnlySpan<char> rest) =>
        rest.IndexOf(' ') is > 0 and var end && rest[..end].Contains("://", StringComparison.Ordinal);

    /// <summary>A broker may repeat what it was told.</summary>
    private static string Hide(string words, MqttConnectionSettings settings)
    {
        foreach (var secret in (string?[])[settings.Password?.Reveal(), settings.Proxy?.Password?.Reveal()])
        {
            words = string.IsNullOrEmpty(secret) ? words : words.Replace(secret, "***", StringComparison.Ordinal);
        }

        return words;
    }

    /// <summary>Names such as CONNACK stay as they are.</summary>
    private static string LowerFirst(string words) =>
        words.Length > 1 && char.IsUpper(words[0]) && !char.IsUpper(words[1])
            ? char.ToLowerInvariant(words[0]) + words[1..]
            : words;
}
