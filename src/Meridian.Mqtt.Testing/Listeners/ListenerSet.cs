using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Meridian.Mqtt.Testing.Sessions;

namespace Meridian.Mqtt.Testing.Listeners;

/// <summary>All doors of the broker; opened and closed together.</summary>
internal sealed class ListenerSet : IAsyncDisposable
{
    private readonly List<Listener> _listeners = [];

    private ListenerSet()
    {
    }

    /// <summary>Opens what the options ask for; nothing stays open when one address is taken.</summary>
    /// <param name="options">Which.</param>
    /// <param name="certificates">For TLS.</param>
    /// <param name="state">Whom the clients meet.</param>
    /// <param name="ports">The ports to take again, or null for those of the options.</param>
    public static ListenerSet Open(
        MqttTestBrokerOptions options,
        MqttTestCertificates certificates,
        BrokerState state,
        IReadOnlyDictionary<MqttTransport, int>? ports)
    {
        var set = new ListenerSet();
        try
        {
            foreach (var (opener, port) in Wanted(options, certificates))
            {
                set.Add(opener, ports?[opener.Transport] ?? port, options, state);
            }

        }
        catch
        {
            set._listeners.ForEach(static listener => listener.Abandon());
            throw;
        }

        set._listeners.ForEach(static listener => listener.Start());
        return set;
    }

    /// <summary>Which doors are open, and at which ports.</summary>
    public IReadOnlyDictionary<MqttTransport, int> Ports =>
        _listeners.ToDictionary(static listener => listener.Transport, static listener => listener.Port);

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
            if (listener.Address is UnixDomainSocketEndPoint unix)
            {
                File.Delete(unix.ToString());
            }
        }
    }

    private static IEnumerable<(StreamOpener Opener, int Port)> Wanted(
        MqttTestBrokerOptions options, MqttTestCertificates certificates)
    {
        yield return (new StreamOpener(MqttTransport.Tcp, Tls: null, WebSocket: null), options.Port);
        if (options.UnixSocketPath is not null)
        {
            yield return (new StreamOpener(MqttTransport.UnixSocket, Tls: null, WebSocket: null), 0);
        }

        if (options.WebSocket is { } webSocket)
        {
            yield return (new StreamOpener(MqttTransport.WebSocket, Tls: null, webSocket), webSocket.Port);
        }

        if (options.Tls is { } tls)
        {
            yield return (
                new StreamOpener(MqttTransport.Tls, TlsServer(tls, certificates), WebSocket: null), tls.Port);
        }

        if (options.SecureWebSocket is { } secure)
        {
            var server = TlsServer(options.Tls ?? new MqttTestTlsOptions(), certificates);
            yield return (new StreamOpener(MqttTransport.SecureWebSocket, server, secure), secure.Port);
        }
    }

    private static SslServerAuthenticationOptions TlsServer(
        MqttTestTlsOptions options, MqttTestCertificates certificates) => new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(
                options.ServerCertificate ?? certificates.Server,
                options.ServerCertificate is null ? [certificates.Authority] : null,
                offline: true),
            EnabledSslProtocols = options.Protocols,
            ClientCertificateRequired = options.WantsClientCertificate || options.RequiresClientCertificate,
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is null
                    ? !options.RequiresClientCertificate
                    : certificates.IsTrusted(certificate, options.ClientAuthority),
            ApplicationProtocols = options.ApplicationProtocol is { } protocol
                ? [new SslApplicationProtocol(protocol)]
                : null,
        };

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The set owns it.")]
    private void Add(StreamOpener opener, int port, MqttTestBrokerOptions options, BrokerState state) =>
        _listeners.Add(new Listener(
            opener.Transport == MqttTransport.UnixSocket && options.UnixSocketPath is { } path
                ? new UnixDomainSocketEndPoint(path)
                : new IPEndPoint(IPAddress.Loopback, port),
            opener,
            state));
}
