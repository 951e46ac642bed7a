using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>
/// The certificate that the client shows, from the files of <c>--cert</c> and <c>--key</c>. What is wrong with them is
/// a <see cref="CryptographicException"/> that says what to do.
/// </summary>
internal static class OwnCertificate
{
    public const string PasswordVariable = "MERIDIAN_MQTT_KEY_PASSWORD";

    /// <summary>The certificate with its key, then its intermediates.</summary>
    /// <param name="path">The certificate: PEM, or PKCS#12 by its extension.</param>
    /// <param name="keyPath">The key; null where it stands with the certificate.</param>
    [SuppressMessage(
        "Reliability",
        "CA2000:Dispose objects before losing scope",
        Justification = "The certificate lives as long as the process.")]
    public static IReadOnlyList<X509Certificate2> Load(string path, string? keyPath)
    {
        var password = Environment.GetEnvironmentVariable(PasswordVariable);
        if (Path.GetExtension(path).ToUpperInvariant() is ".PFX" or ".P12")
        {
            return [LoadPkcs12(path, password)];
        }

        var intermediates = new X509Certificate2Collection();
        intermediates.ImportFromPemFile(path);
        if (intermediates.Count == 0)
        {
            throw new CryptographicException("it holds no certificate in PEM form (-----BEGIN CERTIFICATE-----).");
        }

        return [LoadPem(path, keyPath, password), .. intermediates.Skip(1)];
    }

    private static X509Certificate2 LoadPem(string path, string? keyPath, string? password)
    {
        var keyText = File.ReadAllText(keyPath ?? path);
        var key = keyPath is null ? "its private key" : $"the private key in '{keyPath}'";
        if (!keyText.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new CryptographicException(keyPath is null
                ? "it holds no private key; name the key's file with --key."
                : $"'{keyPath}' holds no private key in PEM form (-----BEGIN PRIVATE KEY-----).");
        }

        if (keyText.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            throw new CryptographicException(
                $"{key} is encrypted in OpenSSL's old form; make a new one with "
                + "'openssl pkcs8 -topk8 -in OLD -out NEW'.");
        }

        var isEncrypted = keyText.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (isEncrypted && string.IsNullOrEmpty(password))
        {
            throw new CryptographicException(
                $"{key} is encrypted; put its password into the variable {PasswordVariable}.");
        }

        var certificateText = File.ReadAllText(path);
        try
        {
            return isEncrypted
                ? X509Certificate2.CreateFromEncryptedPem(certificateText, keyText, password)
                : X509Certificate2.CreateFromPem(certificateText, keyText);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            throw new CryptographicException(
                isEncrypted
                    ? $"{key} is of another certificate, or the password in {PasswordVariable} does not open it."
                    : $"{key} is of another certificate.",
                wrong);
        }
    }

    private static X509Certificate2 LoadPkcs12(string path, string? password)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12FromFile(path, password);
        }
        catch (CryptographicException wrong)
        {
            throw new CryptographicException(
                $"it is no PKCS#12 file, or the password in {PasswordVariable} does not open it.", wrong);
        }
    }
}
