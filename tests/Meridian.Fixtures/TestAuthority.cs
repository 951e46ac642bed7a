using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Fixtures;

/// <summary>A certificate authority of one test, with what it has issued; all of it ends with the authority.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private readonly List<X509Certificate2> _issued = [];
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Makes an authority that nobody else knows.</summary>
    /// <param name="name">Its common name.</param>
    public TestAuthority(string name) => Root = Certify(name, request =>
        request.CreateSelfSigned(Now - (2 * Life), Now + (2 * Life)));

    private TestAuthority(string name, TestAuthority above, DateTimeOffset from, DateTimeOffset to) => Root = Certify(
        name,
        request =>
        {
            using var bare = above.Sign(request, from, to);
            return bare.CopyWithPrivateKey(_key);
        });

    /// <summary>The system's time, which the other end of a TLS handshake goes by too.</summary>
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>What a peer has to trust; of an authority below another, what leads there.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>Where what it issues says that its own certificate can be fetched; null for nowhere.</summary>
    public Uri? IssuerUrl { get; init; }

    /// <summary>Makes an authority below this one, which must outlive it.</summary>
    /// <param name="name">Its common name.</param>
    /// <param name="from">From when its certificate is valid; null for long ago.</param>
    /// <param name="to">Until when it is valid; null for long.</param>
    public TestAuthority Below(string name, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        new(name, this, from ?? Now - (2 * Life), to ?? Now + (2 * Life));

    /// <summary>Issues a server's certificate with its key.</summary>
    /// <param name="names">The names and addresses that it is for.</param>
    public X509Certificate2 Server(params string[] names) => Issue("server", Now - Life, Now + Life, names);

    /// <summary>Issues a client's certificate with its key.</summary>
    /// <param name="name">Its common name.</param>
    public X509Certificate2 Client(string name) => Issue(name, Now - Life, Now + Life);

    /// <summary>Issues a certificate with its key.</summary>
    /// <param name="subject">Its common name.</param>
    /// <param name="from">From when it is valid.</param>
    /// <param name="to">Until when it is valid.</param>
    /// <param name="names">The names and addresses that it is for; none for a client's.</param>
    public X509Certificate2 Issue(string subject, DateTimeOffset from, DateTimeOffset to, params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        if (names.Length > 0)
        {
            request.CertificateExtensions.Add(alternatives.Build());
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (IssuerUrl is { } url)
        {
            request.CertificateExtensions.Add(
                new X509AuthorityInformationAccessExtension([], [url.OriginalString], critical: false));
        }

        using var bare = Sign(request, from, to);
        var issued = bare.CopyWithPrivateKey(key);
        _issued.Add(issued);
        return issued;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _issued.ForEach(certificate => certificate.Dispose());
        Root.Dispose();
        _key.Dispose();
    }

    // Not by the certificate: that would refuse to sign what is valid for longer than it is itself.
    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset to) => request.Create(
        Root.SubjectName,
        X509SignatureGenerator.CreateForECDsa(_key),
        from,
        to,
        RandomNumberGenerator.GetBytes(8));

    private X509Certificate2 Certify(string name, Func<CertificateRequest, X509Certificate2> sign)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return sign(request);
    }
}
