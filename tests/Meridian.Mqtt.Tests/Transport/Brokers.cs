using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Meridian.Fixtures;

namespace Meridian.Mqtt.Tests.Transport;

/// <summary>One mosquitto that listens on every transport; shared by the tests of a class.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "IAsyncLifetime does it.")]
public sealed class Brokers : IAsyncLifetime
{
    private readonly TempFolder _folder = new("meridian-tls-", isOpenToAll: true);
    private readonly TestAuthority _authority = new("Plant Authority");
    private readonly X509Certificate2 _client;
    private MosquittoServer? _mosquitto;

    public Brokers() => _client = _authority.Client("line1");

    public MqttServer Mutual { get; } = MqttServer.Tls("localhost", FreePort.Next());

    public MqttServer Tls { get; } = MqttServer.Tls("localhost", FreePort.Next());

    public MqttServer WebSocket { get; } = MqttServer.Parse($"ws://localhost:{FreePort.Next()}");

    public MqttServer SecureWebSocket { get; } = MqttServer.Parse($"wss://localhost:{FreePort.Next()}");

    public MqttServer Tcp => MqttServer.Tcp("localhost", Running.Port);

    public MqttServer Unix => MqttServer.Unix(_folder.At("mqtt.sock"));

    public X509Certificate2 Authority => _authority.Root;

    public X509Certificate2 ClientCertificate => _client;

    private MosquittoServer Running => _mosquitto ?? throw new InvalidOperationException("mosquitto is stopped.");

    internal MqttClientOptions Options(string transport) => transport switch
    {
        "tcp" => new() { Server = Tcp },
        "tls" => new() { Server = Tls, Tls = Trusting },
        "mutual" => new() { Server = Mutual, Tls = Trusting with { ClientCertificates = _ => new([_client]) } },
        "ws" => new() { Server = WebSocket },
        "wss" => new() { Server = SecureWebSocket, Tls = Trusting },
        "unix" => new() { Server = Unix },
        _ => throw new ArgumentOutOfRangeException(nameof(transport)),
    };

    internal MqttTlsOptions Trusting => new() { CertificateAuthorities = [Authority] };

    public async Task InitializeAsync()
    {
        var server = _authority.Server("localhost", "127.0.0.1");
        await File.WriteAllTextAsync(_folder.At("ca.crt"), Authority.ExportCertificatePem());
        await File.WriteAllTextAsync(_folder.At("server.crt"), server.ExportCertificatePem());
        using var key = server.GetECDsaPrivateKey() ?? throw new InvalidOperationException("It was made with a key.");
        await File.WriteAllTextAsync(_folder.At("server.key"), key.ExportPkcs8PrivateKeyPem());
        var tls = $"certfile {_folder.At("server.crt")}\nkeyfile {_folder.At("server.key")}";
        _mosquitto = await MosquittoServer.StartAsync(new MosquittoServerOptions
        {
            ExtraText = $"""
                listener {Tls.Port} 127.0.0.1
                {tls}
                listener {Mutual.Port} 127.0.0.1
                {tls}
                cafile {_folder.At("ca.crt")}
                require_certificate true
                listener {WebSocket.Port} 127.0.0.1
                protocol websockets
                listener {SecureWebSocket.Port} 127.0.0.1
                protocol websockets
                {tls}
                listener 0 {Unix.Path}
                """,
        });
        int[] ports = [Tls.Port, Mutual.Port, WebSocket.Port, SecureWebSocket.Port];
        await Deadline.UntilAsync(
            async () => File.Exists(Unix.Path) && (await Task.WhenAll(ports.Select(TakesAsync))).All(takes => takes),
            $"mosquitto listens on every transport: {_mosquitto.Log}");
    }

    public async Task DisposeAsync()
    {
        if (_mosquitto is not null)
        {
            await _mosquitto.DisposeAsync();
        }

        _client.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    private static async Task<bool> TakesAsync(int port)
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
