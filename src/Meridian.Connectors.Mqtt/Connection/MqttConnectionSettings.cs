using System.ComponentModel.DataAnnotations;
using Meridian.Mqtt;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Connection;

/// <summary>How to reach a broker; South and North share it. A closed family.</summary>
public abstract record MqttConnectionSettings
{
    private protected MqttConnectionSettings()
    {
    }

    /// <summary>The broker's name or address; with <c>unixSocket</c> the path of the socket.</summary>
    [Required]
    public required string Host { get; init; }

    /// <summary>The broker's port.</summary>
    /// <value>1883, with TLS 8883, with <c>webSocket</c> 80, with <c>secureWebSocket</c> 443.</value>
    [Range(1, 65_535)]
    public int? Port { get; init; }

    /// <summary>What carries the bytes.</summary>
    /// <value>tcp.</value>
    public MqttTransport Transport { get; init; } = MqttTransport.Tcp;

    /// <summary>The path and query of a WebSocket.</summary>
    /// <value><c>/mqtt</c>.</value>
    [VisibleWhen(nameof(Transport), MqttTransport.WebSocket, MqttTransport.SecureWebSocket)]
    public string? Path { get; init; }

    /// <summary>
    /// Brokers to try in order when the first cannot be had, then round again: addresses such as
    /// <c>mqtts://second.example:8883</c>, <c>ws://…/mqtt</c> or <c>unix:///run/mqtt.sock</c>. They must share the
    /// session with the first, or what waits there is missed.
    /// </summary>
    /// <value>None.</value>
    public IReadOnlyList<string> OtherServers { get; init; } = [];

    /// <summary>The version of the protocol.</summary>
    /// <value>v311: every broker speaks it.</value>
    public MqttVersion Version { get; init; } = MqttVersion.V311;

    /// <summary>Certificates, where the transport has TLS.</summary>
    /// <value>The system's authorities, and no certificate of our own.</value>
    [Group("Security")]
    [Title("TLS")]
    public MqttTlsSettings? Tls { get; init; }

    /// <summary>The proxy on the way to the broker.</summary>
    /// <value>None.</value>
    public MqttProxySettings? Proxy { get; init; }

    /// <summary>What the broker publishes when this connection is lost without a farewell.</summary>
    /// <value>Nothing.</value>
    public MqttWillSettings? Will { get; init; }

    /// <summary>How user name and password are shown to the broker.</summary>
    /// <value>password: as MQTT has it, so in the clear without TLS.</value>
    [Group("Security")]
    public MqttAuthentication Authentication { get; init; } = MqttAuthentication.Password;

    /// <summary>What to tell the broker beside the connection, by name; MQTT 5.0 only.</summary>
    /// <value>Nothing.</value>
    public IReadOnlyDictionary<string, string> UserProperties { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>This machine's address to connect from, where it has several networks.</summary>
    /// <value>The system chooses.</value>
    public string? LocalAddress { get; init; }

    /// <summary>
    /// The Client Identifier, unique at the broker: a second client with the same one throws the first out.
    /// </summary>
    /// <value>
    /// <c>meridian-MACHINE-south-NAME</c> (or <c>north</c>) with the machine's name and the connector's, which stays
    /// the
    /// same over restarts, so that the broker knows the session again. Two gateways on one machine whose connectors
    /// have
    /// the same names need this set.
    /// </value>
    [MaxLength(65_535)]
    public string? ClientId { get; init; }

    /// <summary>The user name; leave it out where the broker asks for none.</summary>
    [MaxLength(65_535)]
    public string? UserName { get; init; }

    /// <summary>The password; needs a user name.</summary>
    public Secret? Password { get; init; }

    /// <summary>The longest silence; a dead link is found within 1.5 times this. Whole seconds.</summary>
    /// <value>15 s.</value>
    [Range(typeof(TimeSpan), "1 s", "18 h")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The time for TCP and the broker's answer together.</summary>
    /// <value>10 s.</value>
    [Range(typeof(TimeSpan), "100 ms", "10 min")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the broker may leave a packet unanswered before the connection counts as broken.
    /// </summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "1 s", "10 min")]
    public TimeSpan AcknowledgementTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A lost connection is tried again at random within a delay that doubles up to this.</summary>
    /// <value>30 s.</value>
    [Range(typeof(TimeSpan), "1 s", "1 h")]
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest packet that is sent or taken; a larger one ends the connection.</summary>
    /// <value>16 MiB. What gathers beside it must fit with it into one record of the journal, 64 MiB.</value>
    [Range(typeof(ByteSize), "1 KiB", "32 MiB")]
    public ByteSize MaxPacketSize { get; init; } = new(16 * 1024 * 1024);
}

/// <summary>The version of the protocol.</summary>
public enum MqttVersion
{
    /// <summary>MQTT 3.1.1.</summary>
    V311,

    /// <summary>MQTT 5.0; a broker that does not speak it is an error.</summary>
    V5,

    /// <summary>MQTT 3.1, for old devices.</summary>
    V31,

    /// <summary>5.0, or what the broker speaks of the older ones.</summary>
    Newest,
}

/// <summary>How user name and password are shown to the broker.</summary>
public enum MqttAuthentication
{
    /// <summary>In the packet that connects.</summary>
    Password,

    /// <summary>
    /// By SCRAM-SHA-256: the password never leaves this machine, and the broker proves that it knows it. MQTT 5.0 only.
    /// </summary>
    ScramSha256,
}
