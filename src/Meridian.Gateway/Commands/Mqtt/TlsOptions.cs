using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Mqtt;

namespace Meridian.Gateway.Commands.Mqtt;

/// <summary>How TLS is spoken: authorities, the client's own certificate, and the option nobody should need.</summary>
internal sealed class TlsOptions : IOptionGroup
{
    private readonly Option<FileInfo?> _authorities = OptionOf.File(
        "--ca-file", "Certificates of the authorities to trust (PEM or DER) instead of the system's.", "--cafile");

    private readonly Option<FileInfo?> _certificate = OptionOf.File(
        "--cert", "The client's certificate, with its intermediates behind it (PEM), or a PKCS#12 file with its key.");

    private readonly Option<FileInfo?> _key = OptionOf.File(
        "--key",
        $"The key of --cert (PEM). The password of an encrypted one stands in {OwnCertificate.PasswordVariable}.");

    private readonly Option<string?> _name = OptionOf.Text(
        "--tls-host", "NAME", "The name that the broker's certificate must carry, when it is not its host.");

    private readonly Option<string[]> _alpn = OptionOf.Texts(
        "--alpn", "NAME", "A protocol to offer by ALPN, such as mqtt; may be repeated.", "--tls-alpn");

    private readonly Option<string> _version = OptionOf.Choice(
        "--tls-version", "The version of TLS: 1.2, 1.3, or any of both.", ["any", "1.2", "1.3"]);

    private readonly Option<bool> _dangerous = OptionOf.Flag(
        "--dangerously-accept-any-certificate",
        "DANGER: talk to whoever answers. Anybody on the way can pretend to be the broker, read the password and all "
        + "messages, and change them. --ca-file trusts a broker's own certificate safely.");

    public IEnumerable<Option> All => [_authorities, _certificate, _key, _name, _alpn, _version, _dangerous];

    public bool IsDangerous(ParseResult parsed) => parsed.GetValue(_dangerous);

    public bool IsAsked(ParseResult parsed) => All.Any(option => parsed.GetResult(option) is { Implicit: false });

    public MqttTlsOptions Read(ParseResult parsed, ICollection<string> problems)
    {
        if (parsed.GetValue(_key) is not null && parsed.GetValue(_certificate) is null)
        {
            problems.Add("--key needs the certificate it belongs to; add --cert FILE.");
        }

        var own = Load(
            parsed.GetValue(_certificate),
            file => OwnCertificate.Load(file, parsed.GetValue(_key)?.FullName),
            problems);
        return new MqttTlsOptions
        {
            CertificateAuthorities = Load(parsed.GetValue(_authorities), LoadAll, problems),
            ClientCertificates = own.Count == 0 ? null : _ => ValueTask.FromResult(own),
            TargetHost = parsed.GetValue(_name),
            ApplicationProtocols = parsed.GetValue(_alpn) ?? [],
            Protocols = ProtocolsOf(parsed.GetValue(_version)),
            DangerouslyAcceptAnyCertificate = parsed.GetValue(_dangerous),
        };
    }

    [SuppressMessage(
        "Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "The user asked for just this one.")]
    private static SslProtocols ProtocolsOf(string? version) => version switch
    {
        "1.2" => SslProtocols.Tls12,
        "1.3" => SslProtocols.Tls13,
        _ => new MqttTlsOptions().Protocols,
    };

    private static IReadOnlyList<X509Certificate2> Load(
        FileInfo? file, Func<string, IReadOnlyList<X509Certificate2>> load, ICollection<string> problems)
    {
        try
        {
            return file is null ? [] : load(file.FullName);
        }
        catch (Exception wrong) when (wrong is CryptographicException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"'{file!.FullName}' cannot be used: {wrong.Message}");
            return [];
        }
    }

    private static IReadOnlyList<X509Certificate2> LoadAll(string path)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPemFile(path);
        if (found.Count > 0)
        {
            return [.. found];
        }

        try
        {
            return [X509CertificateLoader.LoadCertificateFromFile(path)];
        }
        catch (CryptographicException wrong)
        {
            throw new CryptographicException(
                "it holds no certificate, neither as PEM (-----BEGIN CERTIFICATE-----) nor as DER.", wrong);
        }
    }
}
