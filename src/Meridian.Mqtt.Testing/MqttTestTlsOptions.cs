using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Mqtt.Testing;

/// <summary>How the TLS listeners of a test broker behave. Immutable.</summary>
public sealed record MqttTestTlsOptions
{
    /// <summary>The TCP port on 127.0.0.1; 0 lets the system choose.</summary>
    /// <value>0 by default.</value>
    public int Port { get; init; }

    /// <summary>
    /// The certificate with private key that the broker shows; stays the caller's. Null for one that the broker makes
    /// itself, signed by <see cref="MqttTestCertificates.Authority"/>.
    /// </summary>
    /// <value>Null by default.</value>
    public X509Certificate2? ServerCertificate { get; init; }

    /// <summary>The host names of the certificate that the broker makes; addresses are allowed.</summary>
    /// <value><c>localhost</c> and 127.0.0.1 by default.</value>
    public IReadOnlyList<string> HostNames { get; init; } = ["localhost", "127.0.0.1"];

    /// <summary>The versions that are spoken.</summary>
    /// <value><see cref="SslProtocols.None"/> by default: the system's choice.</value>
    public SslProtocols Protocols { get; init; }

    /// <summary>Whether clients are asked for a certificate, and may come without one.</summary>
    /// <value>False by default.</value>
    public bool WantsClientCertificate { get; init; }

    /// <summary>Whether only clients with a certificate may come.</summary>
    /// <value>False by default.</value>
    public bool RequiresClientCertificate { get; init; }

    /// <summary>Who must have signed the certificates of clients; null for the broker's own authority, see
    /// <see cref="MqttTestCertificates.CreateClient"/>.</summary>
    /// <value>Null by default.</value>
    public X509Certificate2? ClientAuthority { get; init; }

    /// <summary>
    /// The application protocol (ALPN) that the broker agrees to, such as <c>mqtt</c>; null for none.
    /// </summary>
    /// <value>Null by default.</value>
    public string? ApplicationProtocol { get; init; }
}

/// <summary>How the WebSocket listeners of a test broker behave. Immutable.</summary>
public sealed record MqttTestWebSocketOptions
{
    /// <summary>The TCP port on 127.0.0.1; 0 lets the system choose.</summary>
    /// <value>0 by default.</value>
    public int Port { get; init; }

    /// <summary>The path that clients must ask for; others get 404.</summary>
    /// <value><c>/mqtt</c> by default.</value>
    public string Path { get; init; } = "/mqtt";

    /// <summary>The subprotocol that clients must offer [MQTT-6.0.0-3].</summary>
    /// <value><c>mqtt</c> by default.</value>
    public string SubProtocol { get; init; } = "mqtt";

    /// <summary>The largest frame that the broker sends, in bytes of payload, so that packets are split over frames;
    /// 0 for no limit.</summary>
    /// <value>0 by default.</value>
    public int MaxFrameBytes { get; init; }
}
