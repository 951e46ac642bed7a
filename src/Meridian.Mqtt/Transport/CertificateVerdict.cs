using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Mqtt.Transport;

/// <summary>Why a server's certificate is not accepted, in sentences that say what to do.</summary>
internal static class CertificateVerdict
{
    private const int MaxNames = 10;

    public static string Describe(
        X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string expected)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "the server showed none.";
        }

        var problems = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            problems.Add(
                $"it is made for {NamesOf(certificate)}, not for '{expected}'; connect by a name that it has, or set "
                + "Tls.TargetHost to one.");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && chain is not null)
        {
            AddChain(problems, chain);
        }

        return problems.Count == 0 ? $"{errors}." : string.Join(" Also, ", problems);
    }

    private static void AddChain(List<string> problems, X509Chain chain)
    {
        foreach (var element in chain.ChainElements)
        {
            foreach (var status in element.ChainElementStatus)
            {
                var problem = Describe(element.Certificate, status);
                if (!problems.Contains(problem, StringComparer.Ordinal))
                {
                    problems.Add(problem);
                }
            }
        }

        if (problems.Count == 0)
        {
            // Some verdicts are of the chain as a whole.
            problems.AddRange(chain.ChainStatus.Select(status => $"{status.StatusInformation.Trim().TrimEnd('.')}."));
        }
    }

    private static string Describe(X509Certificate2 certificate, X509ChainStatus status) => status.Status switch
    {
        X509ChainStatusFlags.NotTimeValid => DescribeTime(certificate),
        X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain =>
            $"nobody who is trusted vouches for '{certificate.Issuer}'; put the certificate of its authority into "
            + "Tls.CertificateAuthorities, or into the system's store.",
        X509ChainStatusFlags.Revoked => $"its authority has revoked '{certificate.Subject}'.",
        X509ChainStatusFlags.RevocationStatusUnknown or X509ChainStatusFlags.OfflineRevocation =>
            $"whether '{certificate.Subject}' is revoked could not be asked; see Tls.RevocationMode.",
        _ => $"'{certificate.Subject}' is {status.Status}: {status.StatusInformation.Trim().TrimEnd('.')}.",
    };

    private static string DescribeTime(X509Certificate2 certificate)
    {
        var time = TimeProvider.System.GetUtcNow(); // As the system did when it found this.
        return new DateTimeOffset(certificate.NotBefore) > time
            ? $"'{certificate.Subject}' is not valid before {Utc(certificate.NotBefore)}; check the clock of this "
                + "machine."
            : $"'{certificate.Subject}' expired on {Utc(certificate.NotAfter)}; renew it, or check the clock of this "
                + "machine.";
    }

    private static string Utc(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames()
                .Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))
            .ToArray();
        return names.Length == 0
            ? $"'{certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)}'"
            : string.Join(", ", names.Take(MaxNames).Select(name => $"'{name}'"))
                + (names.Length > MaxNames ? $" and {names.Length - MaxNames} more" : "");
    }
}
