using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Sdk.Faults;

namespace Meridian.Formats.Certificates;

/// <summary>
/// Whom a client trusts, and what was wrong with a server's certificate when a handshake failed. Any thread may use it,
/// for one handshake after the other.
/// </summary>
/// <remarks>
/// A file of authorities is read as libpq and OpenSSL read theirs, which trust no partial chain: its certificates that
/// sign themselves are the roots, the others only lead to them. Nothing is fetched from where certificates say that
/// their authorities' are: who is not trusted yet must not send this machine anywhere.
/// </remarks>
public sealed class CertificateTrust : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection _authorities;
    private readonly X509Certificate2Collection _roots;
    private readonly string _caSetting;
    private readonly string _hostSetting;
    private string? _problem;

    private CertificateTrust(string? caFile, string? pem, string caSetting, string hostSetting)
    {
        (_caSetting, _hostSetting) = (caSetting, hostSetting);
        _authorities = caFile is null || pem is null ? [] : PemFile.Read(caSetting, caFile, () => Import(pem));
        if (caFile is not null && _authorities.Count == 0)
        {
            throw PemFile.Unusable(caSetting, caFile, "it holds no certificate in PEM");
        }

        _roots = [.. _authorities.Where(IsRoot)];
        if (caFile is not null && _roots.Count == 0)
        {
            var (subject, issuer) = (_authorities[0].Subject, _authorities[0].Issuer);
            Dispose();
            throw new ConnectorException(
                Fault.Misconfigured,
                isTransient: true,
                $"{caSetting}: '{caFile}' cannot be used: it holds no root, a certificate that is signed by itself. In "
                + $"it '{subject}' is signed by '{issuer}': add the certificate of that one.");
        }
    }

    /// <summary>
    /// What was wrong with the server's certificate at the last handshake, with the way out, without a full stop; null
    /// when nothing was, or none came so far.
    /// </summary>
    public string? Problem => Volatile.Read(ref _problem);

    /// <summary>Reads the authorities.</summary>
    /// <param name="caFile">
    /// A PEM file with the certificates of the roots that are trusted, and of what leads to them where a server does
    /// not show it; null to trust what the system trusts.
    /// </param>
    /// <param name="caSetting">The path of the setting that names the file, for messages.</param>
    /// <param name="hostSetting">The path of the setting that names the server, for messages.</param>
    /// <param name="reading">Reads the file, in its time.</param>
    /// <exception cref="ConnectorException">
    /// The file cannot be used. Transient: it is mended in its place, without a change of the settings.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<CertificateTrust> ReadAsync(
        string? caFile, string caSetting, string hostSetting, PemReading reading)
    {
        ArgumentException.ThrowIfNullOrEmpty(caSetting);
        ArgumentException.ThrowIfNullOrEmpty(hostSetting);
        ArgumentNullException.ThrowIfNull(reading);
        var pem = caFile is null ? null : await reading.ReadAsync(caSetting, caFile).ConfigureAwait(false);
        return new CertificateTrust(caFile, pem, caSetting, hostSetting);
    }

    /// <summary>Lets a handshake fetch nothing, whatever it makes of the certificate.</summary>
    /// <param name="options">The handshake's options.</param>
    public static void ForbidDownloads(SslClientAuthenticationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            ApplicationPolicy = { new Oid(ServerAuthentication) },
        };
    }

    /// <summary>Lets a handshake go by it: the certificate must be trusted, valid, and for the host.</summary>
    /// <param name="options">The handshake's options.</param>
    public void Apply(SslClientAuthenticationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.RemoteCertificateValidationCallback = Judge;
        ForbidDownloads(options);
        if (_roots.Count > 0 && options.CertificateChainPolicy is { } policy)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(_roots);
            policy.ExtraStore.AddRange(_authorities);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }
    }

    /// <summary>As OpenSSL sees it: an authority that has a new key may have signed that with its old one.</summary>
    private static bool IsRoot(X509Certificate2 certificate)
    {
        var signer = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()
            ?.KeyIdentifier;
        var own = certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()
            ?.SubjectKeyIdentifierBytes;
        return certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
            && (signer is null || own is null || signer.Value.Span.SequenceEqual(own.Value.Span));
    }

    private static X509Certificate2Collection Import(string pem)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem);
        return authorities;
    }

    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var host = (sender as SslStream)?.TargetHostName ?? string.Empty;
        Volatile.Write(
            ref _problem, errors == SslPolicyErrors.None ? null : Words(certificate, chain, errors, host));
        return errors == SslPolicyErrors.None;
    }

    private string Words(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string host)
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
            return OutOfDate(certificate, chain);
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the server's certificate {subject} is for another name than '{host}'{NamesOf(certificate)}; "
                + $"{_hostSetting} must have a name that is in it";
        }

        var untrusted = $"the server's certificate {subject} is signed by nobody whom this machine trusts ({status})";
        return status.HasFlag(X509ChainStatusFlags.PartialChain) && chain?.ChainElements is [.., var last]
            ? $"{untrusted}: the certificate of '{last.Certificate.Issuer}' is missing; let the server send its whole "
                + $"chain, or add that certificate and its root to {_caSetting}"
            : $"{untrusted}; name its authority's file in {_caSetting}";
    }

    /// <summary>The server's certificate, or one of those above it.</summary>
    private string OutOfDate(X509Certificate? certificate, X509Chain? chain)
    {
        var above = chain?.ChainElements
            .SkipWhile(static one => !one.ChainElementStatus.Any(
                static status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))
            .FirstOrDefault()?.Certificate;
        return above is null || above.Equals(certificate)
            ? $"the server's certificate '{certificate?.Subject}' is valid {TimesOf(certificate)}; renew it, or set "
                + "this machine's clock"
            : $"the certificate '{above.Subject}' of an authority is valid {TimesOf(above)}; let the server or "
                + $"{_caSetting} have the one that renews it, or set this machine's clock";
    }

    private static string TimesOf(X509Certificate? certificate) =>
        $"from {certificate?.GetEffectiveDateString()} to {certificate?.GetExpirationDateString()} only";

    private static string NamesOf(X509Certificate? certificate)
    {
        var names = (certificate as X509Certificate2)?.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(static one => one.EnumerateDnsNames()
                .Concat(one.EnumerateIPAddresses().Select(static address => address.ToString())));
        var text = string.Join(", ", names ?? []);
        return text.Length == 0 ? string.Empty : $", namely {text}";
    }
}
