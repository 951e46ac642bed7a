using System.Text;

namespace Meridian.Mqtt.Testing.Tests;

/// <summary>The samples of docs/mqtt/testing.md and of the package's README, as they stand there.</summary>
public sealed class DocumentedSampleTests
{
    [Fact]
    public async Task Thermometer_ConnectionCutBehindTheMessage_SendsItAgain()
    {
        // Sample: a fault, the code under test, what came of it.
        await using var broker = await MqttTestBroker.StartAsync();
        broker.Faults.OnReceived(MqttPacketType.Publish).CutAfter();

        await using var thermometer = new Thermometer(broker.Server);
        await thermometer.ReportAsync(21.5);

        await broker.WaitForAsync(() => broker.MessageCount == 2);
        Assert.All(broker.Received, m => Assert.Equal("21.5", Encoding.UTF8.GetString(m.Payload.Span)));
        Assert.True(broker.Received[1].IsDuplicate);
        Assert.Equal(2, broker.ConnectionCount);
    }

    [Fact]
    public async Task Packets_OfAConnection_CanBeLookedAt()
    {
        // Sample: what did my code really send?
        await using var broker = await MqttTestBroker.StartAsync();
        await using var thermometer = new Thermometer(broker.Server);
        await thermometer.ReportAsync(21.5);

        var connect = await broker.WaitForPacketAsync(p => p.Type == MqttPacketType.Connect);
        Assert.Equal("thermometer", connect.Connect!.ClientId);
        Assert.False(connect.Connect.CleanStart);
    }

    [Theory]
    [InlineData(MqttTransport.Tcp, MqttProtocolVersion.V31)]
    [InlineData(MqttTransport.Tcp, MqttProtocolVersion.V50)]
    [InlineData(MqttTransport.Tls, MqttProtocolVersion.V311)]
    [InlineData(MqttTransport.Tls, MqttProtocolVersion.V50)]
    [InlineData(MqttTransport.WebSocket, MqttProtocolVersion.V50)]
    [InlineData(MqttTransport.SecureWebSocket, MqttProtocolVersion.V50)]
    [InlineData(MqttTransport.UnixSocket, MqttProtocolVersion.V50)]
    public async Task Client_ThroughEachDoor_PublishesAtEachQos(MqttTransport transport, MqttProtocolVersion version)
    {
        // Sample: TLS with the broker's own authority and a client certificate, and all other doors.
        await using var broker = await MqttTestBroker.StartAsync(new MqttTestBrokerOptions
        {
            Tls = new() { RequiresClientCertificate = true },
            WebSocket = new(),
            SecureWebSocket = new(),
            UnixSocketPath = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        });
        var certificate = broker.Certificates.CreateClient("press-7");
        var trust = new MqttTlsOptions
        {
            CertificateAuthorities = [broker.Certificates.Authority],
            ClientCertificates = _ => new([certificate]),
        };
        await using var client = new MqttClient(new MqttClientOptions
        {
            Server = broker.ServerOf(transport),
            Version = version,
            ClientId = "press-7",
            Tls = transport is MqttTransport.Tls or MqttTransport.SecureWebSocket ? trust : null,
        });

        await client.ConnectAsync();
        await client.PublishAsync("a", "0"u8.ToArray());
        await client.PublishAsync("a", "1"u8.ToArray(), MqttQos.AtLeastOnce);
        await client.PublishAsync("a", "2"u8.ToArray(), MqttQos.ExactlyOnce);

        Assert.Equal("012"u8, broker.Received.SelectMany(static m => m.Payload.ToArray()).ToArray());
        Assert.Equal(transport, broker.Sessions[0].Transport);
    }

    /// <summary>The code under test: any code that speaks MQTT.</summary>
    private sealed class Thermometer(MqttServer server) : IAsyncDisposable
    {
        private readonly MqttClient _client = new(new MqttClientOptions
        {
            Server = server,
            ClientId = "thermometer",
            CleanSession = false,
            Reconnect = new MqttReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(10) },
        });

        public async Task ReportAsync(double celsius)
        {
            await _client.ConnectAsync();
            await _client.PublishAsync(
                "plant/temperature",
                Encoding.UTF8.GetBytes(celsius.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                MqttQos.AtLeastOnce);
        }

        public ValueTask DisposeAsync() => _client.DisposeAsync();
    }
}
