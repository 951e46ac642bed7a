using System.Diagnostics.CodeAnalysis;
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
    private readonly MosquittoListeners _listeners = new();
    private MosquittoServer? _mosquitto;

    public MqttServer Mutual => _listeners.MutualTls;

    public MqttServer Tls => _listeners.Tls;

    public MqttServer Tcp => MqttServer.Tcp("localhost", Running.Port);

    public MqttServer Unix => _listeners.Unix;

    public X509Certificate2 ClientCertificate => _listeners.ClientCertificate;

    internal MqttTlsOptions Trusting => _listeners.Trust;

    private MosquittoServer Running => _mosquitto ?? throw new InvalidOperationException("mosquitto is stopped.");

    public async Task InitializeAsync() =>
        _mosquitto = await MosquittoServer.StartAsync(new MosquittoServerOptions { Listeners = _listeners });

    public async Task DisposeAsync()
    {
        if (_mosquitto is not null)
        {
            await _mosquitto.DisposeAsync();
        }

        _listeners.Dispose();
    }

    internal MqttClientOptions Options(string transport) => transport switch
    {
        "tcp" => new() { Server = Tcp },
        "tls" => new() { Server = Tls, Tls = Trusting },
        "mutual" => new() { Server = Mutual, Tls = _listeners.MutualTrust },
        "ws" => new() { Server = _listeners.WebSocket },
        "wss" => new() { Server = _listeners.SecureWebSocket, Tls = Trusting },
        "unix" => new() { Server = Unix },
        _ => throw new ArgumentOutOfRangeException(nameof(transport)),
    };
}
