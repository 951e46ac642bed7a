using System.Security.Cryptography.X509Certificates;

namespace Meridian.Fixtures;

/// <summary>A certificate as servers want it: two files in PEM.</summary>
public static class PemFiles
{
    /// <summary>Writes a certificate and its private key.</summary>
    /// <param name="certificate">It has its private key, elliptic or RSA.</param>
    /// <param name="certificateFile">Where the certificate goes.</param>
    /// <param name="keyFile">Where the key goes.</param>
    public static void Write(X509Certificate2 certificate, string certificateFile, string keyFile)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        using var elliptic = certificate.GetECDsaPrivateKey();
        using var rsa = certificate.GetRSAPrivateKey();
        File.WriteAllText(keyFile, elliptic?.ExportPkcs8PrivateKeyPem() ?? rsa!.ExportPkcs8PrivateKeyPem());
    }
}
