using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South;
using Meridian.Fixtures;
using Meridian.Mqtt;
using Meridian.Sdk.Faults;

namespace Meridian.Connectors.Mqtt.Tests.Connection;

/// <summary>Every transport and certificate that the settings can say, against mosquitto.</summary>
public sealed class TransportTests : IAsyncLifetime, IDisposable
{
    private readonly MosquittoListeners _listeners = new();
    private readonly TempFolder _folder = new("meridian-mqtt-");
    private MosquittoServer _server = null!; // InitializeAsync sets it before any test.

    private string CaFile => _folder.At("ca.crt");

    public async Task InitializeAsync()
    {
        _server = await MosquittoServer.StartAsync(new MosquittoServerOptions { Listeners = _listeners });
        await File.WriteAllTextAsync(CaFile, _listeners.Authority.ExportCertificatePem());
        using var key = _listeners.ClientCertificate.GetECDsaPrivateKey()!; // It was made with one.
        await File.WriteAllTextAsync(_folder.At("client.crt"), _listeners.ClientCertificate.ExportCertificatePem());
        await File.WriteAllTextAsync(_folder.At("client.key"), key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(
            _folder.At("locked.key"),
            key.ExportEncryptedPkcs8PrivateKeyPem(
                "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));
        await File.WriteAllBytesAsync(
            _folder.At("client.pfx"), _listeners.ClientCertificate.Export(X509ContentType.Pkcs12, "secret"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _listeners.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(MqttVersion.V31, "MQTT 3.1")]
    [InlineData(MqttVersion.V311, "MQTT 3.1.1")]
    [InlineData(MqttVersion.V5, "MQTT 5.0")]
    [InlineData(MqttVersion.Newest, "MQTT 5.0")]
    public async Task Version_AsSet_IsWhatIsSpoken(MqttVersion version, string word) =>
        Assert.Equal(word, await ProtocolOfAsync(Tcp with { Version = version }));

    [Fact]
    public async Task Transport_OfEachKind_Connects()
    {
        var tls = new MqttTlsSettings { CaFile = CaFile };
        MqttSouthSettings[] all =
        [
            Tcp,
            Of(MqttTransport.Tls, _listeners.Tls.Port) with { Tls = tls },
            Of(MqttTransport.WebSocket, _listeners.WebSocket.Port),
            Of(MqttTransport.SecureWebSocket, _listeners.SecureWebSocket.Port) with { Tls = tls },
            new MqttSouthSettings { Host = _listeners.Unix.Path, Transport = MqttTransport.UnixSocket },
        ];
        foreach (var settings in all)
        {
            Assert.Empty(ConnectionCheck.Find(settings));
            Assert.Equal("MQTT 3.1.1", await ProtocolOfAsync(settings));
        }
    }

    [Theory]
    [InlineData("client.crt", "client.key", null)]
    [InlineData("client.crt", "locked.key", "secret")]
    [InlineData("client.pfx", null, "secret")]
    public async Task ClientCertificate_InEachForm_IsTaken(string certificate, string? key, string? password)
    {
        var settings = MutualTls(certificate, key, password);

        Assert.Equal("MQTT 3.1.1", await ProtocolOfAsync(settings));
    }

    [Fact]
    public async Task OtherServer_WhenTheFirstIsAway_IsTaken()
    {
        var settings = new MqttSouthSettings
        {
            Host = "127.0.0.1",
            Port = FreePort.Next(),
            OtherServers = [$"mqtt://127.0.0.1:{_server.Port}"],
        };

        Assert.Equal("MQTT 3.1.1", await ProtocolOfAsync(settings));
    }

    [Fact]
    public async Task Proxy_OnTheWay_IsGoneThrough()
    {
        await using var proxy = new ProxyServer();
        var settings = Tcp with
        {
            Proxy = new MqttProxySettings { Kind = MqttProxyKind.HttpConnect, Host = "127.0.0.1", Port = proxy.Port },
        };

        Assert.Equal("MQTT 3.1.1", await ProtocolOfAsync(settings));
        Assert.NotEmpty(proxy.Targets);
    }

    [Fact]
    public async Task Certificate_OfAnUnknownAuthority_IsAFaultInWords()
    {
        var fault = await FaultOfAsync(Of(MqttTransport.Tls, _listeners.Tls.Port));

        Assert.Equal(Fault.Unauthorized, fault.Fault);
        Assert.True(fault.IsTransient);
        Assert.Contains("do not trust each other", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientCertificate_Missing_IsAFaultInWords()
    {
        var fault = await FaultOfAsync(
            Of(MqttTransport.Tls, _listeners.MutualTls.Port) with { Tls = new MqttTlsSettings { CaFile = CaFile } });

        Assert.True(fault.IsTransient);
        Assert.Contains("tls.certificateFile", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.crt", null, null, "missing.crt")]
    [InlineData("client.crt", "locked.key", "wrong", "client.crt")]
    [InlineData("client.key", null, null, "client.key")]
    public async Task CertificateFile_ThatCannotBeUsed_IsNamed(
        string certificate, string? key, string? password, string named)
    {
        var fault = await FaultOfAsync(MutualTls(certificate, key, password));

        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
        Assert.Contains("tls.certificateFile", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AuthoritiesFile_WithoutACertificate_IsNamed()
    {
        await File.WriteAllTextAsync(_folder.At("empty.crt"), "nothing");

        var fault = await FaultOfAsync(
            Of(MqttTransport.Tls, _listeners.Tls.Port) with
            {
                Tls = new MqttTlsSettings { CaFile = _folder.At("empty.crt") },
            });

        Assert.Equal(Fault.Misconfigured, fault.Fault);
        Assert.Contains("tls.caFile", fault.Message, StringComparison.Ordinal);
    }

    private MqttSouthSettings Tcp => Of(MqttTransport.Tcp, _server.Port);

    private static MqttSouthSettings Of(MqttTransport transport, int port) =>
        new() { Host = "localhost", Port = port, Transport = transport };

    private MqttSouthSettings MutualTls(string certificate, string? key, string? password) =>
        Of(MqttTransport.Tls, _listeners.MutualTls.Port) with
        {
            Tls = new MqttTlsSettings
            {
                CaFile = CaFile,
                CertificateFile = _folder.At(certificate),
                KeyFile = key is null ? null : _folder.At(key),
                KeyPassword = password is null ? null : new(password),
            },
        };

    private static async Task<string> ProtocolOfAsync(MqttSouthSettings settings)
    {
        var facts = await new MqttSouth(new TestContext(), settings).TestConnectionAsync(CancellationToken.None);
        return facts.Single(static fact => string.Equals(fact.Key, "Protocol", StringComparison.Ordinal)).Value;
    }

    private static Task<ConnectorException> FaultOfAsync(MqttSouthSettings settings) =>
        Assert.ThrowsAsync<ConnectorException>(
            () => new MqttSouth(new TestContext(), settings).TestConnectionAsync(CancellationToken.None));
}
