using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Meridian.Formats.Certificates;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http.Client;

/// <summary>
/// The certificates of one client, and what was wrong with a server's when a handshake failed. Owns what it has read.
/// </summary>
internal sealed class HttpTls : IDisposable
{
    private readonly CertificateTrust _trust;
    private readonly X509Certificate2? _own;

    /// <summary>Reads the files.</summary>
    /// <exception cref="ConnectorException">One of them cannot be used.</exception>
    public HttpTls(HttpTlsSettings? settings)
    {
        _trust = new CertificateTrust(settings?.CaFile, "settings.tls.caFile", "settings.url");
        try
        {
            if (settings?.ClientCertificateFile is { } file)
            {
                _own = PemFile.Read("settings.tls.clientCertificateFile", file, () => Own(settings, file));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What was wrong with the server's certificate at the last handshake; null when nothing was.</summary>
    public string? Problem => _trust.Problem;

    /// <summary>What the handshake goes by.</summary>
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions();
        _trust.Apply(options);
        if (_own is not null)
        {
            options.ClientCertificates = [_own];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => _own;
        }

        return options;
    }

    public void Dispose()
    {
        _trust.Dispose();
        _own?.Dispose();
    }

    private static X509Certificate2 Own(HttpTlsSettings settings, string file)
    {
        var password = settings.ClientKeyPassword?.Reveal();
        using var read = password is null
            ? X509Certificate2.CreateFromPemFile(file, settings.ClientKeyFile)
            : X509Certificate2.CreateFromEncryptedPemFile(file, password, settings.ClientKeyFile);

        // A key that came from PEM is ephemeral, which some systems do not take in a handshake.
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    }
}
