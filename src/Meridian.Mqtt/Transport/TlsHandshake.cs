using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Mqtt.Transport;

/// <summary>The client's side of a TLS handshake, and the judgement of the server's certificate.</summary>
internal static class TlsHandshake
{
    // Only where revocation is checked online does a handshake ask a third party, which may be away.
    private static readonly TimeSpan RetrievalTimeout = TimeSpan.FromSeconds(5);

    /// <param name="stream">Where it is held.</param>
    /// <param name="server">With whom.</param>
    /// <param name="tls">What is asked for.</param>
    /// <param name="awaits">Hears what is awaited from now on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MqttTlsException">It failed; the message says why.</exception>
    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the TLS library.")]
    [SuppressMessage(
        "Security",
        "CA5359:Do not disable certificate validation",
        Justification = "Only when the user asks for it by the name DangerouslyAcceptAnyCertificate.")]
    public static async Task RunAsync(
        SslStream stream,
        MqttServer server,
        MqttTlsOptions tls,
        Action<string> awaits,
        CancellationToken cancellationToken)
    {
        var expected = string.IsNullOrWhiteSpace(tls.TargetHost) ? server.Host : tls.TargetHost;
        var own = await OwnCertificateAsync(server, tls, awaits, cancellationToken).ConfigureAwait(false);
        var authorities = tls.FindCertificateAuthorities is { } find
            ? await AskAsync(server, "Tls.FindCertificateAuthorities", find, awaits, cancellationToken)
                .ConfigureAwait(false)
            : tls.CertificateAuthorities;
        awaits("the TLS handshake");
        string? verdict = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = expected,
            EnabledSslProtocols = tls.Protocols,
            ApplicationProtocols = tls.ApplicationProtocols.Count == 0
                ? null
                : [.. tls.ApplicationProtocols.Select(protocol => new SslApplicationProtocol(protocol))],
            ClientCertificateContext = own,
            CertificateChainPolicy = PolicyOf(tls, authorities),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                verdict = errors == SslPolicyErrors.None || tls.DangerouslyAcceptAnyCertificate
                    ? null
                    : CertificateVerdict.Describe(certificate as X509Certificate2, chain, errors, expected);
                return verdict is null;
            },
        };
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw verdict is null
                ? TlsFaults.OfHandshake(server, error)
                : new MqttTlsException($"The certificate of the server {server} is not accepted: {verdict}", error);
        }
    }

    private static X509ChainPolicy PolicyOf(MqttTlsOptions tls, IReadOnlyList<X509Certificate2>? authorities)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = tls.RevocationMode,
            // The root of one's own authority names no place where its revocation could be asked.
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
            DisableCertificateDownloads = tls.RevocationMode != X509RevocationMode.Online,
            UrlRetrievalTimeout = RetrievalTimeout,
        };
        if (authorities is { Count: > 0 })
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            foreach (var authority in authorities)
            {
                var isRoot = authority.SubjectName.RawData.AsSpan().SequenceEqual(authority.IssuerName.RawData);
                (isRoot ? policy.CustomTrustStore : policy.ExtraStore).Add(authority);
            }
        }

        return policy;
    }

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "The edge to the user's code.")]
    private static async Task<IReadOnlyList<X509Certificate2>?> AskAsync(
        MqttServer server,
        string name,
        Func<CancellationToken, ValueTask<IReadOnlyList<X509Certificate2>>> ask,
        Action<string> awaits,
        CancellationToken cancellationToken)
    {
        awaits(name);
        try
        {
            return await ask(cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new MqttTlsException(
                $"{name} failed for the server {server}: {TransportFaults.Sentence(error)}.", error);
        }
    }

    private static async Task<SslStreamCertificateContext?> OwnCertificateAsync(
        MqttServer server, MqttTlsOptions tls, Action<string> awaits, CancellationToken cancellationToken)
    {
        if (tls.ClientCertificates is not { } ask)
        {
            return null;
        }

        var certificates = await AskAsync(server, "Tls.ClientCertificates", ask, awaits, cancellationToken)
            .ConfigureAwait(false);
        if (certificates is null or [])
        {
            return null;
        }

        try
        {
            if (!certificates[0].HasPrivateKey)
            {
                throw new MqttTlsException(
                    $"The client certificate '{certificates[0].Subject}' comes without its private key; "
                    + "Tls.ClientCertificates must give one that has it, such as by "
                    + "X509Certificate2.CreateFromPemFile.");
            }

            // What the user gave is only looked at: it stays the user's, also over many connections.
            return SslStreamCertificateContext.Create(certificates[0], [.. certificates.Skip(1)], offline: true);
        }
        catch (CryptographicException error)
        {
            throw new MqttTlsException(
                "A certificate of Tls.ClientCertificates cannot be used, perhaps because it was disposed of: "
                + $"{TransportFaults.Sentence(error)}.",
                error);
        }
    }
}
