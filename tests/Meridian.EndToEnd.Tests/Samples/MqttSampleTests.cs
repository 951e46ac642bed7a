using System.Security.Cryptography.X509Certificates;
using Meridian.Fixtures;
using Meridian.Mqtt;

namespace Meridian.EndToEnd.Tests.Samples;

/// <summary>What the samples show is true.</summary>
public sealed class MqttSampleTests
{
    [Fact]
    public async Task PublishAndSubscribe_AgainstMosquitto_TellEachOther()
    {
        await using var broker = await MosquittoServer.StartAsync();
        var server = MqttServer.Tcp("127.0.0.1", broker.Port).ToString();

        await using var subscribe = Start("MqttSubscribe", server, "sample/#", "2");
        await subscribe.WaitForLineAsync(line => line is "subscribed", "subscribed");
        await using var publish = Start("MqttPublish", server, "sample/a", "one", "two");

        Assert.Equal(0, await publish.WaitForExitAsync());
        Assert.Equal(0, await subscribe.WaitForExitAsync());
        Assert.Equal(["one: Success", "two: Success"], publish.Lines);
        Assert.Equal(["subscribed", "sample/a one", "sample/a two"], subscribe.Lines);
    }

    [Fact]
    public async Task RequestResponse_AgainstMosquitto_IsAnswered()
    {
        await using var broker = await MosquittoServer.StartAsync();

        await using var sample = Start(
            "MqttRequestResponse", MqttServer.Tcp("127.0.0.1", broker.Port).ToString(), "how are you");

        Assert.Equal(0, await sample.WaitForExitAsync());
        Assert.Equal(["HOW ARE YOU"], sample.Lines);
    }

    [Fact]
    public async Task TlsClientCertificate_AgainstMosquitto_IsShown()
    {
        using var folder = new TempFolder();
        using var listeners = new MosquittoListeners();
        await using var broker = await MosquittoServer.StartAsync(new MosquittoServerOptions { Listeners = listeners });
        var own = listeners.ClientCertificate;
        using var key = own.GetECDsaPrivateKey()!; // It was made with one.
        await File.WriteAllTextAsync(folder.At("ca.pem"), listeners.Authority.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.At("own.pem"), own.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.At("own.key"), key.ExportPkcs8PrivateKeyPem());
        var server = listeners.MutualTls.ToString();

        await using var sample = Start(
            "MqttTlsClientCertificate", server, folder.At("ca.pem"), folder.At("own.pem"), folder.At("own.key"));

        Assert.Equal(0, await sample.WaitForExitAsync());
        Assert.Equal([$"connected to {server}"], sample.Lines);
    }

    [Fact]
    public async Task Configuration_OfTheGateway_IsSound()
    {
        await using var check = GatewayProcess.Start(
            [
                "check",
                "-c",
                Path.Combine(RepositoryRoot.Path, "samples", "plants", "mqtt-to-postgres", "meridian.json"),
            ],
            new ChildProcessOptions
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PLANT_PASSWORD"] = "x" },
            });

        Assert.Equal(0, await check.Process.WaitForExitAsync());
    }

    [Fact]
    public void Samples_AreAllInTheirReadme()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "samples");
        var readme = File.ReadAllText(Path.Combine(folder, "README.md"));

        var missing = Directory.EnumerateDirectories(folder)
            .Select(static sample => Path.GetFileName(sample))
            .Where(sample => !readme.Contains($"[{sample}](", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    private static ChildProcess Start(string sample, params string[] arguments)
    {
        var name = $"Meridian.Samples.{sample}";
        var path = Path.Combine(
            RepositoryRoot.Path, "artifacts", "bin", name, RepositoryRoot.Configuration, $"{name}.dll");
        return ChildProcess.Start(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [path, .. arguments]);
    }
}
