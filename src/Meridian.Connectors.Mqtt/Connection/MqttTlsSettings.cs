using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>Certificates of a connection with TLS 1.2 or 1.3.</summary>
public sealed record MqttTlsSettings
{
    /// <summary>
    /// The authorities that are trusted, as a PEM file; a self-signed certificate of the broker may stand there too.
    /// Read anew at each connection, so authorities may be exchanged.
    /// </summary>
    /// <value>The system's authorities.</value>
    [Title("CA file")]
    public string? CaFile { get; init; }

    /// <summary>
    /// Our own certificate where the broker asks for one: a PEM file with those between it and the authority behind it,
    /// or a PKCS#12 file (<c>.pfx</c>, <c>.p12</c>) with its key. Read anew at each connection, so it may be renewed.
    /// </summary>
    /// <value>None is shown.</value>
    public string? CertificateFile { get; init; }

    /// <summary>The key of a PEM certificate.</summary>
    /// <value>The certificate's own file.</value>
    public string? KeyFile { get; init; }

    /// <summary>The password of the key or of the PKCS#12 file.</summary>
    /// <value>None: it is not encrypted.</value>
    public Secret? KeyPassword { get; init; }

    /// <summary>The name that the broker's certificate must carry.</summary>
    /// <value>The host.</value>
    public string? ServerName { get; init; }

    /// <summary>The names to offer where servers share a port by them (ALPN), such as <c>mqtt</c>.</summary>
    /// <value>None.</value>
    [Title("ALPN")]
    public IReadOnlyList<string> Alpn { get; init; } = [];

    /// <summary>
    /// Whether authorities are asked if a certificate was revoked. A plant without a way to them then has no
    /// connection.
    /// </summary>
    /// <value>false.</value>
    public bool ChecksRevocation { get; init; }
}

/// <summary>A proxy on the way to the broker.</summary>
public sealed record MqttProxySettings
{
    /// <summary>What the proxy speaks: <c>socks5</c>, or <c>httpConnect</c>.</summary>
    /// <value>socks5.</value>
    public Meridian.Mqtt.MqttProxyKind Kind { get; init; } = Meridian.Mqtt.MqttProxyKind.Socks5;

    /// <summary>The proxy's name or address.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>The proxy's port.</summary>
    /// <value>1080, with <c>httpConnect</c> 8080.</value>
    [Range(1, 65_535)]
    public int? Port { get; init; }

    /// <summary>The user name at the proxy.</summary>
    /// <value>None.</value>
    public string? UserName { get; init; }

    /// <summary>The password at the proxy; it is sent to it in the clear.</summary>
    /// <value>None.</value>
    public Secret? Password { get; init; }
}

/// <summary>What the broker publishes when a connection is lost without a farewell.</summary>
public sealed record MqttWillSettings
{
    /// <summary>The Topic Name.</summary>
    [Required]
    public required string Topic { get; init; }

    /// <summary>The payload, as text.</summary>
    /// <value>Empty.</value>
    public string Payload { get; init; } = "";

    /// <summary>The quality of service.</summary>
    /// <value>1.</value>
    [Range(0, 2)]
    public int Qos { get; init; } = 1;

    /// <summary>Whether the broker keeps it for later subscribers.</summary>
    /// <value>false.</value>
    public bool IsRetained { get; init; }

    /// <summary>How long the broker waits for the connection to come back before; MQTT 5.0 only.</summary>
    /// <value>0 s.</value>
    [Range(typeof(TimeSpan), "0 s", "7 d")]
    public TimeSpan Delay { get; init; }
}
