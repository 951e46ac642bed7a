using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Meridian.Mqtt;

namespace Meridian.Fixtures;

/// <summary>
/// What one mosquitto listens on beside plain TCP: every transport that it has, with certificates of an authority that
/// nobody else knows. Given to the server by <see cref="MosquittoServerOptions.Listeners"/>; dispose of it afterwards.
/// </summary>
public sealed class MosquittoListeners : IDisposable
{
    private readonly TempFolder _folder = new("meridian-tls-", isOpenToAll: true);
    private readonly TestAuthority _authority = new("Plant Authority");

    /// <summary>Issues the certificates and finds the ports.</summary>
    public MosquittoListeners()
    {
        ClientCertificate = _authority.Client("line1");
        var server = _authority.Server("localhost", "127.0.0.1");
        using var key = server.GetECDsaPrivateKey() ?? throw new InvalidOperationException("It was made with a key.");
        File.WriteAllText(_folder.At("ca.crt"), Authority.ExportCertificatePem());
        File.WriteAllText(_folder.At("server.crt"), server.ExportCertificatePem());
        File.WriteAllText(_folder.At("server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>TLS; no client certificate is asked for.</summary>
    public MqttServer Tls { get; } = MqttServer.Tls("localhost", FreePort.Next());

    /// <summary>TLS that takes clients of <see cref="Authority"/> only.</summary>
    public MqttServer MutualTls { get; } = MqttServer.Tls("localhost", FreePort.Next());

    /// <summary>WebSocket.</summary>
    public MqttServer WebSocket { get; } = MqttServer.Parse($"ws://localhost:{FreePort.Next()}");

    /// <summary>WebSocket in TLS.</summary>
    public MqttServer SecureWebSocket { get; } = MqttServer.Parse($"wss://localhost:{FreePort.Next()}");

    /// <summary>A Unix socket.</summary>
    public MqttServer Unix => MqttServer.Unix(_folder.At("mqtt.sock"));

    /// <summary>Who has issued the server's certificate and <see cref="ClientCertificate"/>.</summary>
    public X509Certificate2 Authority => _authority.Root;

    /// <summary>A certificate with its key that <see cref="MutualTls"/> takes.</summary>
    public X509Certificate2 ClientCertificate { get; }

    /// <summary>Options that trust the server's certificate.</summary>
    public MqttTlsOptions Trust => new() { CertificateAuthorities = [Authority] };

    /// <summary>Options that trust the server's certificate and show <see cref="ClientCertificate"/>.</summary>
    public MqttTlsOptions MutualTrust => Trust with { ClientCertificates = _ => new([ClientCertificate]) };

    /// <summary>The sections of mosquitto's configuration.</summary>
    internal string Text
    {
        get
        {
            var tls = $"certfile {_folder.At("server.crt")}\nkeyfile {_folder.At("server.key")}";
            return $"""
                listener {Tls.Port} 127.0.0.1
                {tls}
                listener {MutualTls.Port} 127.0.0.1
                {tls}
                cafile {_folder.At("ca.crt")}
                require_certificate true
                listener {WebSocket.Port} 127.0.0.1
                protocol websockets
                listener {SecureWebSocket.Port} 127.0.0.1
                protocol websockets
                {tls}
                listener 0 {Unix.Path}
                """;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    /// <summary>Waits until every one takes connections; mosquitto opens them one after the other.</summary>
    internal Task WaitAsync()
    {
        int[] ports = [Tls.Port, MutualTls.Port, WebSocket.Port, SecureWebSocket.Port];
        return Deadline.UntilAsync(
            async () => File.Exists(Unix.Path) && (await Task.WhenAll(ports.Select(TakesAsync))).All(takes => takes),
            "mosquitto listens on every transport");
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
