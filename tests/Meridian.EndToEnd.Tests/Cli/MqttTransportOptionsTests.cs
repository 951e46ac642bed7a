using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Mqtt.Testing;

namespace Meridian.EndToEnd.Tests.Cli;

/// <summary><c>meridian mqtt</c> over TLS, WebSocket and Unix sockets.</summary>
public sealed class MqttTransportOptionsTests
{
    [Theory]
    [InlineData(MqttTransport.Tls)]
    [InlineData(MqttTransport.SecureWebSocket)]
    public async Task Pub_ClientCertificate_IsWhoTheBrokerSees(MqttTransport transport)
    {
        using var folder = new TempFolder();
        await using var broker = await StartAsync(folder);
        using var own = broker.Certificates.CreateClient("press 7");
        await File.WriteAllTextAsync(folder.At("ca.pem"), broker.Certificates.Authority.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.At("own.pem"), own.ExportCertificatePem());
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions
            .GetECDsaPrivateKey(own)!;
        await File.WriteAllTextAsync(folder.At("own.key"), key.ExportPkcs8PrivateKeyPem());

        await using var sub = GatewayProcess.Start(
            [
                "mqtt", "sub", "-t", "a", "-L", broker.ServerOf(transport).ToString(), "--ca-file",
                folder.At("ca.pem"), "--cert", folder.At("own.pem"), "--key", folder.At("own.key"), "-C", "1",
            ]);
        await broker.WaitForAsync(() => broker.Sessions.Any(session => session.Subscriptions.Count == 1));

        Assert.Equal("CN=press 7", Assert.Single(broker.Sessions).ClientCertificateSubject);
        broker.Publish("a", "x"u8.ToArray());
        Assert.Equal(0, await sub.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task Pub_UnknownAuthority_IsRefusedUnlessTheUserAcceptsTheDanger()
    {
        using var folder = new TempFolder();
        await using var broker = await StartAsync(folder, wantsCertificates: false);
        string[] message =
            ["mqtt", "pub", "-L", broker.ServerOf(MqttTransport.Tls).ToString(), "-t", "t", "-m", "x", "-q", "1"];

        await using var careful = GatewayProcess.Start(message);
        await using var careless = GatewayProcess.Start([.. message, "--dangerously-accept-any-certificate"]);

        Assert.Equal(1, await careful.Process.WaitForExitAsync());
        Assert.Equal(0, await careless.Process.WaitForExitAsync());
        Assert.Contains("DANGER", careless.Process.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttTransport.WebSocket)]
    [InlineData(MqttTransport.UnixSocket)]
    public async Task Pub_OtherTransport_Arrives(MqttTransport transport)
    {
        using var folder = new TempFolder();
        await using var broker = await StartAsync(folder);

        await using var pub = GatewayProcess.Start(
            ["mqtt", "pub", "-L", broker.ServerOf(transport).ToString(), "-t", "t", "-m", "x", "-q", "1"]);

        Assert.Equal(0, await pub.Process.WaitForExitAsync());
        Assert.Single(broker.Received);
    }

    private static Task<MqttTestBroker> StartAsync(TempFolder folder, bool wantsCertificates = true) =>
        MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            Tls = new MqttTestTlsOptions { RequiresClientCertificate = wantsCertificates },
            WebSocket = new MqttTestWebSocketOptions(),
            SecureWebSocket = new MqttTestWebSocketOptions(),
            UnixSocketPath = folder.At("m.sock"),
        });
}
