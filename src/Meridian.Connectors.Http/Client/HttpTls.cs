using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Http.Client;

/// <summary>
/// The certificates of one client, and what was wrong with a server's when a handshake failed. Owns what it has read.
/// </summary>
internal sealed class HttpTls : IDisposable
{
    private readonly X509Certificate2Collection _authorities = [];
    private readonly X509Certificate2? _own;
    private string? _problem;

    /// <summary>Reads the files.</summary>
    /// <exception cref="ConnectorException">One of them cannot be used.</exception>
    public HttpTls(HttpTlsSettings? settings)
    {
        try
        {
            if (settings?.CaFile is { } caFile)
            {
                var count = Read(
                    "settings.tls.caFile",
                    caFile,
                    () =>
                    {
                        _authorities.ImportFromPemFile(caFile);
                        return _authorities.Count;
                    });
                if (count == 0)
                {
                    throw Unusable("settings.tls.caFile", caFile, "it holds no certificate in PEM", null);
                }
            }

            if (settings?.ClientCertificateFile is { } file)
            {
                _own = Read("settings.tls.clientCertificateFile", file, () => Own(settings, file));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What was wrong with the server's certificate at the last handshake; null when nothing was.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>What the handshake goes by.</summary>
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(certificate, chain, errors),
        };
        if (_authorities.Count > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        if (_own is not null)
        {
            options.ClientCertificates = [_own];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => _own;
        }

        return options;
    }

    public void Dispose()
    {
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }

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

    private static T Read<T>(string setting, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (
            fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw Unusable(setting, file, fault.Message.TrimEnd('.'), fault);
        }
    }

    private static ConnectorException Unusable(string setting, string file, string why, Exception? fault) =>
        new(Fault.Misconfigured, $"{setting}: '{file}' cannot be used: {why}. Name a readable PEM file.", fault);

    private bool Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Volatile.Write(ref _problem, errors == SslPolicyErrors.None ? null : Words(certificate, chain, errors));
        return errors == SslPolicyErrors.None;
    }

    private static string Words(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var status = (chain?.ChainStatus ?? []).Aggregate(
            X509ChainStatusFlags.NoError, static (all, one) => all | one.Status);
        var subject = certificate is null ? "none" : $"'{certificate.Subject}'";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "the server shows no certificate";
        }

        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return $"the server's certificate {subject} is valid from {certificate?.GetEffectiveDateString()} to "
                + $"{certificate?.GetExpirationDateString()} only; renew it, or set this machine's clock";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the server's certificate {subject} is for another name; settings.url must have a name that is in "
                + "it";
        }

        return $"the server's certificate {subject} is signed by nobody whom this machine trusts ({status}); name its "
            + "authority's file in settings.tls.caFile";
    }
}
