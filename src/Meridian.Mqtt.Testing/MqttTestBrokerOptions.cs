using Microsoft.Extensions.Logging;

namespace Meridian.Mqtt.Testing;

/// <summary>
/// What a test broker listens on, what it demands of its clients, and its own bounds. Immutable.
/// </summary>
public sealed partial record MqttTestBrokerOptions
{
    /// <summary>The TCP port on 127.0.0.1; 0 lets the system choose, see <see cref="MqttTestBroker.Port"/>.</summary>
    /// <value>0 by default.</value>
    public int Port { get; init; }

    /// <summary>A TLS listener beside the plain one; null for none.</summary>
    /// <value>Null by default.</value>
    public MqttTestTlsOptions? Tls { get; init; }

    /// <summary>A WebSocket listener beside the plain one; null for none.</summary>
    /// <value>Null by default.</value>
    public MqttTestWebSocketOptions? WebSocket { get; init; }

    /// <summary>
    /// A listener for WebSocket over TLS beside the plain one; null for none. Its TLS is that of <see cref="Tls"/>,
    /// with defaults when that is null.
    /// </summary>
    /// <value>Null by default.</value>
    public MqttTestWebSocketOptions? SecureWebSocket { get; init; }

    /// <summary>A Unix socket to listen on beside the TCP port; its file must not exist. Null for none.</summary>
    /// <value>Null by default.</value>
    public string? UnixSocketPath { get; init; }

    /// <summary>How long a client may take for TLS and the upgrade to WebSocket.</summary>
    /// <value>10 s by default.</value>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The user name that clients must give, or null when everybody may connect.</summary>
    /// <value>Null by default.</value>
    public string? UserName { get; init; }

    /// <summary>The password that belongs to <see cref="UserName"/>, compared as UTF-8.</summary>
    /// <value>Empty by default.</value>
    public string Password { get; init; } = "";

    /// <summary>The enhanced authentication that clients must use; null for none.</summary>
    /// <value>Null by default.</value>
    public Authentication.IMqttTestAuthenticator? Authenticator { get; init; }

    /// <summary>
    /// How many messages may wait for one session, connected or not. What comes beyond is dropped for that session and
    /// counted in <see cref="MqttTestBroker.DroppedCount"/>.
    /// </summary>
    /// <value>100,000 messages by default.</value>
    public int MaxQueuedMessages { get; init; } = 100_000;

    /// <summary>How many bytes of payload may wait for one session; beyond that as for messages.</summary>
    /// <value>64 MiB by default.</value>
    public long MaxQueuedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How many messages at QoS 1 and 2 one client may leave unacknowledged, 1 to 65,535; a client's own Receive
    /// Maximum makes it less.
    /// </summary>
    /// <value>1,000 by default.</value>
    public int MaxInFlight { get; init; } = 1_000;

    /// <summary>
    /// How many retained messages are kept; a further one is forwarded but not retained, and counted as dropped.
    /// </summary>
    /// <value>100,000 by default.</value>
    public int MaxRetainedMessages { get; init; } = 100_000;

    /// <summary>How many of the last received messages <see cref="MqttTestBroker.Received"/> shows.</summary>
    /// <value>10,000 by default; 0 keeps none.</value>
    public int MaxKeptMessages { get; init; } = 10_000;

    /// <summary>How many of the last packets <see cref="MqttTestBroker.Packets"/> shows.</summary>
    /// <value>10,000 by default; 0 keeps none.</value>
    public int MaxKeptPackets { get; init; } = 10_000;

    /// <summary>The clock for Keep Alive, expiry, delays and faults.</summary>
    /// <value>The system's by default.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the broker writes; null for nowhere.</summary>
    /// <value>Null by default.</value>
    public ILogger<MqttTestBroker>? Logger { get; init; }

    /// <summary>How many encoded bytes may wait for one client's socket before its queue waits.</summary>
    internal int MaxOutboundBytes { get; init; } = 256 * 1024;
}
