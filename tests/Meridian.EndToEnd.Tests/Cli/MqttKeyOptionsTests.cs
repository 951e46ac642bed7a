using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian mqtt --cert --key</c> with keys that are encrypted, and with wrong ones.</summary>
public sealed class MqttKeyOptionsTests
{
    private const string Password = "gehe im";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pub_EncryptedKeyWithItsPassword_IsWhoTheBrokerSees(bool isInCertificateFile)
    {
        using var folder = new TempFolder();
        await using var broker = await StartAsync(folder, Password);
        var certificate = await File.ReadAllTextAsync(folder.At("own.pem"));
        var key = await File.ReadAllTextAsync(folder.At("own.key"));
        await File.WriteAllTextAsync(folder.At("both.pem"), $"{certificate}\n{key}");

        await using var pub = Pub(
            broker,
            folder,
            Password,
            isInCertificateFile
                ? ["--cert", folder.At("both.pem")]
                : ["--cert", folder.At("own.pem"), "--key", folder.At("own.key")]);

        Assert.Equal(0, await pub.Process.WaitForExitAsync());
        Assert.Single(broker.Received);
    }

    [Fact]
    public async Task Pub_Pkcs12WithItsPassword_IsWhoTheBrokerSees()
    {
        using var folder = new TempFolder();
        await using var broker = await StartAsync(folder, password: null);
        using var own = X509Certificate2.CreateFromPemFile(folder.At("own.pem"), folder.At("own.key"));
        await File.WriteAllBytesAsync(folder.At("own.p12"), own.Export(X509ContentType.Pkcs12, Password));

        await using var pub = Pub(broker, folder, Password, ["--cert", folder.At("own.p12")]);
        await using var wrong = Pub(broker, folder, "wrong", ["--cert", folder.At("own.p12")]);

        Assert.Equal(0, await pub.Process.WaitForExitAsync());
        Assert.Equal(2, await wrong.Process.WaitForExitAsync());
        Assert.Contains("does not open it", Assert.Single(wrong.Process.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pub_PlainKeyBesideAPasswordOfAnotherCall_IsUsedAsItIs()
    {
        using var folder = new TempFolder();
        await using var broker = await StartAsync(folder, password: null);

        await using var pub = Pub(
            broker, folder, Password, ["--cert", folder.At("own.pem"), "--key", folder.At("own.key")]);

        Assert.Equal(0, await pub.Process.WaitForExitAsync());
    }

    [Theory]
    [InlineData(null, "own.key", "MERIDIAN_MQTT_KEY_PASSWORD")]
    [InlineData("wrong", "own.key", "does not open it")]
    [InlineData(Password, "other.key", "of another certificate")]
    [InlineData(Password, "own.pem", "no private key")]
    [InlineData(Password, "old.key", "openssl pkcs8 -topk8")]
    [InlineData(Password, "", "--key")]
    public async Task Pub_KeyThatCannotBeUsed_EndsWithTwoAndSaysWhatToDo(string? password, string key, string words)
    {
        using var folder = new TempFolder();
        await using var broker = await StartAsync(folder, Password);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(folder.At("other.key"), other.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(
            folder.At("old.key"),
            "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n"
            + "-----END EC PRIVATE KEY-----\n");

        await using var pub = Pub(
            broker,
            folder,
            password,
            key.Length == 0
                ? ["--cert", folder.At("own.pem")]
                : ["--cert", folder.At("own.pem"), "--key", folder.At(key)]);

        Assert.Equal(2, await pub.Process.WaitForExitAsync());
        Assert.Contains(words, Assert.Single(pub.Process.Lines), StringComparison.Ordinal);
        Assert.Empty(broker.Received);
    }

    private static async Task<MqttTestBroker> StartAsync(TempFolder folder, string? password)
    {
        var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            Tls = new MqttTestTlsOptions { RequiresClientCertificate = true },
        });
        using var own = broker.Certificates.CreateClient("press 7");
        using var key = own.GetECDsaPrivateKey()!; // The authority of the test broker makes no others.
        await File.WriteAllTextAsync(folder.At("ca.pem"), broker.Certificates.Authority.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.At("own.pem"), own.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.At("own.key"), password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(
                password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000)));
        return broker;
    }

    private static GatewayProcess Pub(
        MqttTestBroker broker, TempFolder folder, string? password, string[] arguments) => GatewayProcess.Start(
        [
            "mqtt", "pub", "-t", "t", "-m", "x", "-q", "1", "-L", broker.ServerOf(MqttTransport.Tls).ToString(),
            "--ca-file", folder.At("ca.pem"), .. arguments,
        ],
        new ChildProcessOptions
        {
            Environment = password is null
                ? new Dictionary<string, string>(StringComparer.Ordinal)
                : new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["MERIDIAN_MQTT_KEY_PASSWORD"] = password,
                },
        });
}
