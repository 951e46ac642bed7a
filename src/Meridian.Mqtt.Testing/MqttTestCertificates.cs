using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Mqtt.Testing;

/// <summary>
/// The certificates of a test broker, made on the fly: an authority of its own, its server's certificate, and as many
/// for clients as a test wants. Valid from 2020 to 2099, whatever the clock says.
/// </summary>
public sealed class MqttTestCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset NotBefore = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NotAfter = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<X509Certificate2> _made = [];
    private readonly Lazy<X509Certificate2> _authority;
    private readonly Lazy<X509Certificate2> _server;

    internal MqttTestCertificates(IReadOnlyList<string> hostNames)
    {
        _authority = new Lazy<X509Certificate2>(() => Keep(MakeAuthority()));
        _server = new Lazy<X509Certificate2>(() => Keep(Sign("CN=test broker", ServerAuthentication, hostNames)));
    }

    /// <summary>
    /// The authority, with its private key: give it to the code under test as the one it trusts.
    /// It belongs to the broker.
    /// </summary>
    public X509Certificate2 Authority => _authority.Value;

    /// <summary>The certificate that the broker shows unless the options name one. It belongs to the broker.</summary>
    public X509Certificate2 Server => _server.Value;

    /// <summary>Makes a certificate with private key that the broker accepts from a client.</summary>
    /// <param name="name">The common name of its subject.</param>
    /// <returns>A certificate that lives as long as the broker.</returns>
    public X509Certificate2 CreateClient(string name) => Keep(Sign($"CN={name}", ClientAuthentication, []));

    /// <summary>Ends all certificates.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _made.ForEach(static certificate => certificate.Dispose());
        }
    }

    internal bool IsTrusted(X509Certificate certificate, X509Certificate2? authority)
    {
        using var chain = new X509Chain();
        using var shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority ?? Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return chain.Build(shown);
    }

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(NotBefore, NotAfter);
    }

    private X509Certificate2 Sign(string subject, string usage, IReadOnlyList<string> hostNames)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            Authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (hostNames.Count > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var name in hostNames)
            {
                if (IPAddress.TryParse(name, out var address))
                {
                    names.AddIpAddress(address);
                }
                else
                {
                    names.AddDnsName(name);
                }
            }

            request.CertificateExtensions.Add(names.Build());
        }

        using var certificate = request.Create(Authority, NotBefore, NotAfter, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }

    private X509Certificate2 Keep(X509Certificate2 certificate)
    {
        lock (_gate)
        {
            _made.Add(certificate);
        }

        return certificate;
    }
}
