using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Http.Client;

/// <summary>How to reach a server that speaks HTTP; all connectors of this project share it. A closed family.</summary>
public abstract record HttpClientSettings
{
    private protected HttpClientSettings()
    {
    }

    /// <summary>
    /// The address, <c>http</c> or <c>https</c>, without user, password and fragment. Redirects are not followed: name
    /// the address that answers.
    /// </summary>
    [Required]
    [Title("URL")]
    public required Uri Url { get; init; }

    /// <summary>Headers that go with each request. A key belongs into the authentication, where it is kept secret.
    /// </summary>
    /// <value>None.</value>
    [Group("Requests")]
    public IReadOnlyDictionary<string, string> Headers { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The time for name, TCP, proxy and TLS together.</summary>
    /// <value>10 s.</value>
    [Range(typeof(TimeSpan), "100 ms", "10 min")]
    [Group("Requests")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest time without progress: until the next part of the request is taken, and from the last one until the
    /// whole answer is there. A link that is half open ends by this.
    /// </summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "100 ms", "1 h")]
    [Group("Requests")]
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most of an answer that is read, unpacked; what follows is not.</summary>
    /// <value>1 MiB.</value>
    [Range(typeof(ByteSize), "1 KiB", "256 MiB")]
    [Group("Requests")]
    public ByteSize MaxAnswerSize { get; init; } = new(1024 * 1024);

    /// <summary>How many requests may begin within a second, evenly spread; leave it out for no limit.</summary>
    [Range(0.001, 10_000)]
    [Unit("requests/s")]
    [Group("Requests")]
    public double? RequestsPerSecond { get; init; }

    /// <summary>The proxy; without it none is used, whatever the system says.</summary>
    public HttpProxySettings? Proxy { get; init; }

    /// <summary>Certificates; without it the server's must be one that the system trusts.</summary>
    [Title("TLS")]
    public HttpTlsSettings? Tls { get; init; }
}

/// <summary>A proxy between the gateway and the server.</summary>
public sealed record HttpProxySettings
{
    /// <summary>Its address: <c>http</c>, <c>https</c> or <c>socks5</c>, with its port.</summary>
    [Required]
    [Title("URL")]
    public required Uri Url { get; init; }

    /// <summary>The user name; leave it out where the proxy asks for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password; needs a user name.</summary>
    public Secret? Password { get; init; }
}

/// <summary>Certificates. There is no way to leave the server's unchecked.</summary>
public sealed record HttpTlsSettings
{
    /// <summary>A PEM file with the authorities that may have signed the server's certificate, in place of the
    /// system's.</summary>
    [Title("CA file")]
    public string? CaFile { get; init; }

    /// <summary>A PEM file with our own certificate, for a server that asks for one.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>A PEM file with its key; leave it out where the certificate's file holds it.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>The password of an encrypted key.</summary>
    public Secret? ClientKeyPassword { get; init; }
}
