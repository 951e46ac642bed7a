using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Meridian.Mqtt.Testing.Listeners;
using Meridian.Mqtt.Testing.Sessions;

namespace Meridian.Mqtt.Testing;

/// <summary>
/// A real MQTT broker of versions 3.1, 3.1.1 and 5.0 on 127.0.0.1 within this process, for tests and demonstrations:
/// TCP, TLS, WebSocket and Unix sockets; sessions, retained messages, Wills, shared subscriptions; every limit of a
/// CONNACK; and faults on demand. It keeps everything in memory, within <see cref="MqttTestBrokerOptions"/>' bounds.
/// Any thread may call any member.
/// </summary>
/// <example>
/// <code>
/// await using var broker = await MqttTestBroker.StartAsync();
/// // … let the code under test publish to 127.0.0.1, port broker.Port …
/// await broker.WaitForAsync(() => broker.MessageCount == 3);
/// </code>
/// </example>
public sealed partial class MqttTestBroker : IAsyncDisposable
{
    private readonly BrokerState _state;
    private readonly IReadOnlyDictionary<MqttTransport, int> _ports;

    [SuppressMessage(
        "Usage", "CA2213:Disposable fields should be disposed", Justification = "SuspendAsync disposes it.")]
    private ListenerSet? _listeners;

    private MqttTestBroker(MqttTestBrokerOptions options)
    {
        // Set before anybody has the faults.
        Faults = new MqttTestFaults(clientId => _state!.CutConnections(clientId), options.Time);
        _state = new BrokerState(options, Faults);
        Certificates = new MqttTestCertificates((options.Tls ?? new MqttTestTlsOptions()).HostNames);
        _listeners = ListenerSet.Open(options, Certificates, _state, ports: null);
        _ports = _listeners.Ports;
        Port = PortOf(MqttTransport.Tcp);
    }

    /// <summary>The address that it listens on: 127.0.0.1.</summary>
    public string Host { get; } = IPAddress.Loopback.ToString();

    /// <summary>The port of plain TCP.</summary>
    public int Port { get; }

    /// <summary>What a client connects to over plain TCP.</summary>
    public MqttServer Server => ServerOf(MqttTransport.Tcp);

    /// <summary>
    /// The certificates of TLS, made on the first use. They live as long as the broker.
    /// </summary>
    public MqttTestCertificates Certificates { get; }

    /// <summary>What shall go wrong.</summary>
    public MqttTestFaults Faults { get; }

    /// <summary>Starts a broker; it listens when this ends.</summary>
    /// <param name="options">Its options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start; nothing listens then.</param>
    /// <exception cref="SocketException">An address is taken.</exception>
    /// <exception cref="ArgumentException">An option is out of its range; the message names all that are.</exception>
    public static Task<MqttTestBroker> StartAsync(
        MqttTestBrokerOptions? options = null, CancellationToken cancellationToken = default)
    {
        // A task from the beginning, so that a listener which cannot start without waiting is no break.
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new MqttTestBrokerOptions();
        var problems = string.Join(' ', options.Problems());
        return problems.Length == 0
            ? Task.FromResult(new MqttTestBroker(options))
            : throw new ArgumentException(problems, nameof(options));
    }

    /// <summary>What a client connects to through one of the doors.</summary>
    /// <param name="transport">Which.</param>
    /// <exception cref="InvalidOperationException">The options did not ask for it.</exception>
    public MqttServer ServerOf(MqttTransport transport)
    {
        var options = _state.Options;
        var port = PortOf(transport);
        return transport switch
        {
            MqttTransport.Tls => MqttServer.Tls(Host, port),
            MqttTransport.WebSocket => MqttServer.WebSocket(new Uri($"ws://{Host}:{port}{options.WebSocket?.Path}")),
            MqttTransport.SecureWebSocket => MqttServer.WebSocket(
                new Uri($"wss://{Host}:{port}{options.SecureWebSocket?.Path}")),
            MqttTransport.UnixSocket => MqttServer.Unix(options.UnixSocketPath ?? ""),
            _ => MqttServer.Tcp(Host, port),
        };
    }

    /// <summary>The port of one of the doors; 0 for the Unix socket.</summary>
    /// <param name="transport">Which.</param>
    /// <exception cref="InvalidOperationException">The options did not ask for it.</exception>
    public int PortOf(MqttTransport transport) => _ports.TryGetValue(transport, out var port)
        ? port
        : throw new InvalidOperationException(
            $"The broker has no {transport} listener; set {nameof(MqttTestBrokerOptions)}.{OptionOf(transport)}.");

    /// <summary>
    /// Stops listening and ends all connections without a word, as a broker that dies; sessions are kept.
    /// </summary>
    /// <remarks>Does nothing when it is suspended already. For an orderly end call <see cref="DisconnectAll"/>
    /// first.</remarks>
    public async Task SuspendAsync()
    {
        var listeners = Interlocked.Exchange(ref _listeners, null);
        if (listeners is not null)
        {
            await listeners.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Listens again on the same ports after <see cref="SuspendAsync"/>, with the sessions that were kept.
    /// </summary>
    /// <exception cref="InvalidOperationException">The broker is not suspended.</exception>
    /// <exception cref="SocketException">A port was taken meanwhile.</exception>
    public void Resume()
    {
        if (_listeners is not null)
        {
            throw new InvalidOperationException("The broker listens already; Resume follows SuspendAsync.");
        }

        _listeners = ListenerSet.Open(_state.Options, Certificates, _state, _ports);
    }

    /// <summary>Stops listening, ends all connections and forgets everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await SuspendAsync().ConfigureAwait(false);
        _state.StopClocks();
        Certificates.Dispose();
    }

    private static string OptionOf(MqttTransport transport) => transport switch
    {
        MqttTransport.Tls => nameof(MqttTestBrokerOptions.Tls),
        MqttTransport.WebSocket => nameof(MqttTestBrokerOptions.WebSocket),
        MqttTransport.SecureWebSocket => nameof(MqttTestBrokerOptions.SecureWebSocket),
        MqttTransport.UnixSocket => nameof(MqttTestBrokerOptions.UnixSocketPath),
        _ => nameof(MqttTestBrokerOptions.Port),
    };

    private T Look<T>(Func<BrokerState, T> look)
    {
        lock (_state.Gate)
        {
            return look(_state);
        }
    }
}
