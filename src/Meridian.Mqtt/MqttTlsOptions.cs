using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Mqtt;

/// <summary>How TLS is spoken with servers on <c>mqtts://</c> and <c>wss://</c>. Immutable.</summary>
/// <remarks>Certificates are only borrowed: the client never disposes of one.</remarks>
public sealed record MqttTlsOptions
{
    [SuppressMessage(
        "Security",
        "CA5398:Avoid hardcoded SslProtocols values",
        Justification = "The system's default would let an old policy bring back versions that are broken.")]
    private const SslProtocols Sound = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>The name that the server's certificate must carry, and that is sent to it (SNI).</summary>
    /// <value>Null by default; null or blank means the host of the server.</value>
    public string? TargetHost { get; init; }

    /// <summary>
    /// The authorities to trust instead of the system's: self-signed roots, and intermediates that servers forget to
    /// send. A file is read by <c>X509CertificateLoader.LoadCertificateFromFile</c>.
    /// </summary>
    /// <value>Empty by default: the system's authorities.</value>
    public IReadOnlyList<X509Certificate2> CertificateAuthorities { get; init; } = [];

    /// <summary>
    /// Gives the authorities in place of <see cref="CertificateAuthorities"/>. Asked anew at each try to connect, so
    /// that an authority that is exchanged needs no new client; empty for the system's.
    /// </summary>
    /// <remarks>Not called twice at a time. What it throws fails the try.</remarks>
    /// <value>Null by default: <see cref="CertificateAuthorities"/> are trusted.</value>
    public Func<CancellationToken, ValueTask<IReadOnlyList<X509Certificate2>>>? FindCertificateAuthorities
    {
        get; init;
    }

    /// <summary>
    /// Gives the client's certificate with its private key, then the intermediates to send along. Asked anew at each
    /// try to connect, so that renewed certificates need no new client; empty for none.
    /// </summary>
    /// <remarks>Not called twice at a time. What it throws fails the try.</remarks>
    /// <value>Null by default: no client certificate.</value>
    public Func<CancellationToken, ValueTask<IReadOnlyList<X509Certificate2>>>? ClientCertificates { get; init; }

    /// <summary>The names of protocols to offer (ALPN), the best first, each 1 to 255 bytes.</summary>
    /// <value>Empty by default: none. Servers that share a port by it mostly expect <c>mqtt</c>.</value>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>The versions of TLS that are allowed: 1.2, 1.3 or both.</summary>
    /// <value>TLS 1.2 and 1.3 by default.</value>
    public SslProtocols Protocols { get; init; } = Sound;

    /// <summary>Whether authorities are asked if a certificate was revoked.</summary>
    /// <value>
    /// <see cref="X509RevocationMode.NoCheck"/> by default: a plant often has no way to them, and then every connection
    /// would fail. With it nothing at all is downloaded during a handshake.
    /// </value>
    public X509RevocationMode RevocationMode { get; init; } = X509RevocationMode.NoCheck;

    /// <summary>
    /// DANGEROUS. Accepts every certificate: anybody on the way can pretend to be the server, read the password and all
    /// messages, and change them. For experiments only; a server with a certificate of its own making is trusted
    /// safely by <see cref="CertificateAuthorities"/>.
    /// </summary>
    /// <value>False by default.</value>
    public bool DangerouslyAcceptAnyCertificate { get; init; }

    /// <summary>One sentence per problem.</summary>
    internal IEnumerable<string> Problems()
    {
        if (CertificateAuthorities is null || CertificateAuthorities.Contains(value: null))
        {
            yield return "CertificateAuthorities is or contains null; leave it empty for the system's.";
        }
        else if (DangerouslyAcceptAnyCertificate
            && (CertificateAuthorities.Count > 0 || FindCertificateAuthorities is not null))
        {
            yield return "DangerouslyAcceptAnyCertificate makes CertificateAuthorities meaningless; set one of them.";
        }
        else if (CertificateAuthorities.Count > 0 && FindCertificateAuthorities is not null)
        {
            yield return "FindCertificateAuthorities is set beside CertificateAuthorities; leave one of them out.";
        }

        if (ApplicationProtocols is null)
        {
            yield return "ApplicationProtocols is null; leave it empty for none.";
        }
        else if (ApplicationProtocols.FirstOrDefault(
            name => System.Text.Encoding.UTF8.GetByteCount(name ?? "") is < 1 or > 255) is { } wrong)
        {
            yield return $"ApplicationProtocols contains '{wrong}', which is not 1 to 255 bytes long.";
        }

        if (Protocols == SslProtocols.None || (Protocols | Sound) != Sound)
        {
            yield return $"Protocols {Protocols} is not Tls12, Tls13 or both; older versions are broken.";
        }

        if (!Enum.IsDefined(RevocationMode))
        {
            yield return $"RevocationMode {(int)RevocationMode} is not known.";
        }
    }
}
