using System.Globalization;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian mqtt --proxy</c> through a real proxy.</summary>
public sealed class MqttProxyOptionsTests
{
    [Theory]
    [InlineData("socks5")]
    [InlineData("http")]
    public async Task Pub_ThroughAProxy_ArrivesAndTheProxyHearsTheName(string scheme)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        await using var proxy = new ProxyServer();

        // Only the proxy can resolve the name.
        await using var pub = Pub(
            "-H", "broker.plant.invalid", "-p", Port(broker.Port), "--proxy", $"{scheme}://127.0.0.1:{proxy.Port}");

        Assert.Equal(0, await pub.Process.WaitForExitAsync());
        Assert.Single(broker.Received);
        Assert.Equal([$"{scheme} broker.plant.invalid:{broker.Port}"], proxy.Targets);
    }

    [Theory]
    [InlineData("socks5")]
    [InlineData("http")]
    public async Task Pub_ProxyWithAPassword_IsPassedWithItAlone(string scheme)
    {
        await using var broker = await MqttTestBroker.StartAsync();
        await using var proxy = new ProxyServer { UserName = "ada", Password = "p@ss:word" };
        var port = Port(broker.Port);

        await using var wrong = Pub("-p", port, "--proxy", $"{scheme}://ada:wrong@127.0.0.1:{proxy.Port}");
        await using var nobody = Pub("-p", port, "--proxy", $"{scheme}://127.0.0.1:{proxy.Port}");
        await using var right = GatewayProcess.Start(
            ["mqtt", "pub", "-t", "t", "-m", "x", "-q", "1", "-p", port],
            new ChildProcessOptions
            {
                Environment = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["MERIDIAN_MQTT_PROXY"] = $"{scheme}://ada:p%40ss%3Aword@127.0.0.1:{proxy.Port}",
                },
            });

        Assert.Equal(1, await wrong.Process.WaitForExitAsync());
        Assert.Equal(1, await nobody.Process.WaitForExitAsync());
        Assert.Equal(0, await right.Process.WaitForExitAsync());
        Assert.Contains("proxy", Assert.Single(wrong.Process.Lines), StringComparison.Ordinal);
        Assert.Contains("proxy", Assert.Single(nobody.Process.Lines), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong@", wrong.Process.Log, StringComparison.Ordinal);
        Assert.Single(broker.Received);
    }

    [Theory]
    [InlineData("socks5")]
    [InlineData("http")]
    public async Task Sub_TlsThroughAProxy_VerifiesTheBrokerAndNotTheProxy(string scheme)
    {
        using var folder = new TempFolder();
        await using var broker = await MqttTestBroker.StartAsync(
            new MqttTestBrokerOptions { Tls = new MqttTestTlsOptions() });
        await using var proxy = new ProxyServer();
        await File.WriteAllTextAsync(folder.At("ca.pem"), broker.Certificates.Authority.ExportCertificatePem());
        broker.Publish("a", "x"u8.ToArray(), isRetained: true);

        await using var sub = GatewayProcess.Start(
            [
                "mqtt", "sub", "-t", "a", "-C", "1", "-L", broker.ServerOf(MqttTransport.Tls).ToString(), "--ca-file",
                folder.At("ca.pem"), "--proxy", $"{scheme}://127.0.0.1:{proxy.Port}",
            ]);

        Assert.Equal(0, await sub.Process.WaitForExitAsync());
        Assert.Equal(["x"], sub.Process.Lines);
        Assert.Single(proxy.Targets);
    }

    private static GatewayProcess Pub(params string[] arguments) =>
        GatewayProcess.Start(["mqtt", "pub", "-t", "t", "-m", "x", "-q", "1", .. arguments]);

    private static string Port(int port) => port.ToString(CultureInfo.InvariantCulture);
}
