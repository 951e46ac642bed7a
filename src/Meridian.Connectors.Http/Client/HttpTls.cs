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

    private HttpTls(CertificateTrust trust, X509Certificate2? own)
    {
        _trust = trust;
        _own = own;
    }

    /// <summary>What was wrong with the server's certificate at the last handshake; null when nothing was.</summary>
    public string? Problem => _trust.Problem;

    /// <summary>Reads the files.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="limit">How long that may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConnectorException">One of them cannot be used.</exception>
    public static async Task<HttpTls> ReadAsync(
        HttpTlsSettings? settings, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var reading = new PemReading(limit, "settings.connectTimeout", time, cancellationToken);
        var trust = await CertificateTrust
            .ReadAsync(settings?.CaFile, "settings.tls.caFile", "settings.url", reading).ConfigureAwait(false);
        try
        {
            return new HttpTls(trust, await ReadOwnAsync(settings, reading).ConfigureAwait(false));
        }
        catch
        {
            trust.Dispose();
            throw;
        }
    }

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

    private static async Task<X509Certificate2?> ReadOwnAsync(HttpTlsSettings? settings, PemReading reading)
    {
        const string Setting = "settings.tls.clientCertificateFile";
        if (settings?.ClientCertificateFile is not { } file)
        {
            return null;
        }

        var pem = await reading.ReadAsync(Setting, file).ConfigureAwait(false);
        var key = settings.ClientKeyFile is { } keyFile
            ? await reading.ReadAsync("settings.tls.clientKeyFile", keyFile).ConfigureAwait(false)
            : pem;
        return PemFile.Read(Setting, file, () => Own(settings, pem, key));
    }

    private static X509Certificate2 Own(HttpTlsSettings settings, string pem, string key)
    {
        using var read = settings.ClientKeyPassword?.Reveal() is { } password
            ? X509Certificate2.CreateFromEncryptedPem(pem, key, password)
            : X509Certificate2.CreateFromPem(pem, key);

        // A key that came from PEM is ephemeral, which some systems do not take in a handshake.
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    }
}
