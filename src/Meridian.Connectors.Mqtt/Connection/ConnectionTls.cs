using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Formats.Certificates;
using Meridian.Mqtt;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>From files to the certificates of a connection.</summary>
internal static class ConnectionTls
{
    /// <summary>
    /// The client's options. Files are read at each try to connect, within its time; what is wrong with one fails the
    /// try as a <see cref="ConnectorException"/> within the client's error.
    /// </summary>
    public static MqttTlsOptions OptionsOf(MqttTlsSettings settings) => new()
    {
        TargetHost = settings.ServerName,
        FindCertificateAuthorities = settings.CaFile is { } authorities
            ? new FreshCertificates(token => ReadAuthoritiesAsync(authorities, token)).FindAsync
            : null,
        ClientCertificates = settings.CertificateFile is { } own
            ? new FreshCertificates(token => ReadOwnAsync(own, settings, token)).FindAsync
            : null,
        ApplicationProtocols = settings.Alpn,
        RevocationMode = settings.ChecksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
    };

    private static Task<IReadOnlyList<X509Certificate2>> ReadAuthoritiesAsync(
        string file, CancellationToken cancellationToken) => ReadAsync(
        $"The authorities' file '{file}' (tls.caFile)",
        async () =>
        {
            var found = AllOf(await PemFile.ReadTextAsync(file, cancellationToken).ConfigureAwait(false));
            return found.Count > 0
                ? found.ToArray()
                : throw new CryptographicException("it holds no certificate in PEM, '-----BEGIN CERTIFICATE-----'");
        });

    private static Task<IReadOnlyList<X509Certificate2>> ReadOwnAsync(
        string file, MqttTlsSettings settings, CancellationToken cancellationToken) => ReadAsync(
        $"The certificate '{file}' (tls.certificateFile)",
        () => IsPkcs12(file)
            ? ReadPkcs12Async(file, settings, cancellationToken)
            : ReadPemAsync(file, settings, cancellationToken));

    private static bool IsPkcs12(string file) => Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12";

    private static async Task<IReadOnlyList<X509Certificate2>> ReadPkcs12Async(
        string file, MqttTlsSettings settings, CancellationToken cancellationToken)
    {
        var bytes = await PemFile.ReadBytesAsync(file, cancellationToken).ConfigureAwait(false);
        var all = X509CertificateLoader.LoadPkcs12Collection(bytes, settings.KeyPassword?.Reveal());
        return [.. all.OrderByDescending(static one => one.HasPrivateKey)];
    }

    [SuppressMessage(
        "Reliability", "CA2000:Dispose objects before losing scope", Justification = "It is the caller's.")]
    private static async Task<IReadOnlyList<X509Certificate2>> ReadPemAsync(
        string file, MqttTlsSettings settings, CancellationToken cancellationToken)
    {
        var text = await PemFile.ReadTextAsync(file, cancellationToken).ConfigureAwait(false);
        var key = settings.KeyFile is { } keyFile
            ? await PemFile.ReadTextAsync(keyFile, cancellationToken).ConfigureAwait(false)
            : text;
        var own = settings.KeyPassword is { } password
            ? X509Certificate2.CreateFromEncryptedPem(text, key, password.Reveal())
            : X509Certificate2.CreateFromPem(text, key);
        var others = AllOf(text).ToLookup(one => one.RawDataMemory.Span.SequenceEqual(own.RawDataMemory.Span));
        foreach (var same in others[true])
        {
            same.Dispose();
        }

        return [own, .. others[false]];
    }

    private static X509Certificate2Collection AllOf(string pem)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(pem);
        return all;
    }

    private static async Task<IReadOnlyList<X509Certificate2>> ReadAsync(
        string what, Func<Task<IReadOnlyList<X509Certificate2>>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            // Transient: files are renewed and rights are repaired while the gateway runs.
            throw new ConnectorException(
                Fault.Misconfigured, isTransient: true, $"{what} cannot be used: {error.Message}", error);
        }
    }
}
