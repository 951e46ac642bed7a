using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Fixtures;
using Meridian.Formats.Certificates;
using Meridian.Sdk.Faults;

namespace Meridian.Formats.Tests.Certificates;

/// <summary>Which certificates of a file of authorities are roots.</summary>
public sealed class CertificateTrustTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string CaFile => _folder.At("ca.pem");

    /// <summary>An authority that has a new key, whose certificate its old one signed: by name it signs itself.
    /// </summary>
    [Fact]
    public async Task Authority_WhoseNewKeyIsSignedByItsOldOne_IsNoRoot()
    {
        using var old = Key();
        using var renewed = Key();
        var (from, to) = (TestAuthority.Now.AddDays(-1), TestAuthority.Now.AddDays(1));
        using var root = RequestOf(old).CreateSelfSigned(from, to);
        var request = RequestOf(renewed);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using var link = request.Create(root, from, to, [1, 2, 3]);

        await File.WriteAllTextAsync(CaFile, link.ExportCertificatePem());
        var fault = await Assert.ThrowsAsync<ConnectorException>(ReadAsync);
        await File.AppendAllTextAsync(CaFile, "\n" + root.ExportCertificatePem());
        using var trust = await ReadAsync();

        Assert.Contains("it holds no root", fault.Message, StringComparison.Ordinal);
        Assert.Null(trust.Problem);
    }

    public void Dispose() => _folder.Dispose();

    private static ECDsa Key() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static CertificateRequest RequestOf(ECDsa key)
    {
        var request = new CertificateRequest("CN=plant", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private async Task<CertificateTrust> ReadAsync()
    {
        using var reading = new PemReading(
            Deadline.Default, "settings.connectTimeout", TimeProvider.System, CancellationToken.None);
        return await CertificateTrust.ReadAsync(CaFile, "settings.caFile", "settings.host", reading);
    }
}
