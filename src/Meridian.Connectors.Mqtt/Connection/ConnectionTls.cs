using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Mqtt;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>From files to the certificates of a connection.</summary>
internal static class ConnectionTls
{
    /// <summary>
    /// The client's options. Files are read at each connection; that of the authorities now, too, so that one that is
    /// no use is told as what it is.
    /// </summary>
    /// <exception cref="ConnectorException">The authorities cannot be read.</exception>
    public static MqttTlsOptions OptionsOf(MqttTlsSettings settings)
    {
        if (settings.CaFile is { } authorities)
        {
            _ = ReadAuthorities(authorities);
        }

        return Make(settings);
    }

    private static MqttTlsOptions Make(MqttTlsSettings settings) => new()
    {
        TargetHost = settings.ServerName,
        FindCertificateAuthorities = settings.CaFile is { } file
            ? _ => ValueTask.FromResult(ReadAuthorities(file))
            : null,
        ClientCertificates = settings.CertificateFile is { } certificate
            ? _ => ValueTask.FromResult(ReadOwn(certificate, settings))
            : null,
        ApplicationProtocols = settings.Alpn,
        RevocationMode = settings.ChecksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
    };

    private static IReadOnlyList<X509Certificate2> ReadAuthorities(string file) => Read(
        $"The authorities' file '{file}' (tls.caFile)",
        () =>
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(file);
            return found.Count > 0
                ? found.ToArray()
                : throw new CryptographicException("it holds no certificate in PEM, '-----BEGIN CERTIFICATE-----'");
        });

    private static IReadOnlyList<X509Certificate2> ReadOwn(string file, MqttTlsSettings settings) => Read(
        $"The certificate '{file}' (tls.certificateFile)",
        () => IsPkcs12(file) ? ReadPkcs12(file, settings) : ReadPem(file, settings));

    private static bool IsPkcs12(string file) => Path.GetExtension(file).ToUpperInvariant() is ".PFX" or ".P12";

    private static IReadOnlyList<X509Certificate2> ReadPkcs12(string file, MqttTlsSettings settings)
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(file, settings.KeyPassword?.Reveal());
        return [.. all.OrderByDescending(static one => one.HasPrivateKey)];
    }

    [SuppressMessage(
        "Reliability", "CA2000:Dispose objects before losing scope", Justification = "It is the caller's.")]
    private static IReadOnlyList<X509Certificate2> ReadPem(string file, MqttTlsSettings settings)
    {
        var keyFile = settings.KeyFile ?? file;
        var own = settings.KeyPassword is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(file, password.Reveal(), keyFile)
            : X509Certificate2.CreateFromPemFile(file, keyFile);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        return [own, .. all.Where(one => !one.RawDataMemory.Span.SequenceEqual(own.RawDataMemory.Span))];
    }

    private static IReadOnlyList<X509Certificate2> Read(string what, Func<IReadOnlyList<X509Certificate2>> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Transient: files are renewed and rights are repaired while the gateway runs.
            throw new ConnectorException(
                Fault.Misconfigured, isTransient: true, $"{what} cannot be used: {error.Message}", error);
        }
    }
}
