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
        File.WriteAllText(AuthorityFile, Authority.ExportCertificatePem());
        Show(_authority.Server("localhost", "127.0.0.1"));
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

    /// <summary>Where <see cref="Authority"/> lies as PEM.</summary>
    public string AuthorityFile => _folder.At("ca.crt");

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
                cafile {AuthorityFile}
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

    /// <summary>
    /// Has the server show another certificate from its next start on. The first is for localhost and 127.0.0.1.
    /// </summary>
    /// <param name="certificate">The certificate with its key; stays the caller's.</param>
    public void Show(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        using var key = certificate.GetECDsaPrivateKey()
            ?? throw new ArgumentException("The certificate comes without its key.", nameof(certificate));
        File.WriteAllText(_folder.At("server.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.At("server.key"), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Has <see cref="Authority"/> issue a certificate for the server.</summary>
    /// <param name="names">The names and addresses that it is for.</param>
    public X509Certificate2 Issue(params string[] names) => _authority.Server(names);

    /// <summary>Has <see cref="Authority"/> issue a certificate that is past its end.</summary>
    /// <param name="names">The names and addresses that it is for.</param>
    public X509Certificate2 IssueExpired(params string[] names) => _authority.Issue(
        "server", TestAuthority.Now - TimeSpan.FromDays(2), TestAuthority.Now - TimeSpan.FromDays(1), names);

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
