using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace Meridian.Mqtt;

/// <summary>
/// All that a client needs to know about its server and its own bounds. Immutable; <see cref="Validate"/> names every
/// problem at once.
/// </summary>
public sealed partial record MqttClientOptions
{
    /// <summary>The server.</summary>
    public required MqttServer Server { get; init; }

    /// <summary>Servers to try in order when <see cref="Server"/> cannot be had, then round again.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<MqttServer> OtherServers { get; init; } = [];

    /// <summary>How TLS is spoken with servers on <c>mqtts://</c> and <c>wss://</c>.</summary>
    /// <value>
    /// Null by default: TLS 1.2 or 1.3, the system's authorities, the server's host in its certificate.
    /// </value>
    public MqttTlsOptions? Tls { get; init; }

    /// <summary>The proxy through which servers are reached, or null.</summary>
    /// <value>Null by default: straight. No setting of the system or environment is looked at.</value>
    public MqttProxy? Proxy { get; init; }

    /// <summary>This machine's address to connect from, where it has several networks.</summary>
    /// <value>Null by default: the system chooses by its routes. Servers and proxies are then reached over addresses of
    /// the same family alone; Unix sockets do not look at it.</value>
    public IPAddress? LocalAddress { get; init; }

    /// <summary>
    /// Gives header fields to add to the request for a WebSocket, such as <c>Authorization</c>. Asked anew at each try
    /// to connect; what it throws fails the try.
    /// </summary>
    /// <value>Null by default: none.</value>
    public Func<CancellationToken, ValueTask<IReadOnlyDictionary<string, string>>>? WebSocketHeaders { get; init; }

    /// <summary>The Client Identifier, at most 65,535 bytes of UTF-8.</summary>
    /// <value>
    /// Empty by default: the client draws 8 random hexadecimal digits once, see <see cref="MqttClient.ClientId"/>.
    /// </value>
    public string ClientId { get; init; } = "";

    /// <summary>The version of the protocol.</summary>
    /// <value><see cref="MqttProtocolVersion.V311"/> by default.</value>
    public MqttProtocolVersion Version { get; init; } = MqttProtocolVersion.V311;

    /// <summary>
    /// True: the client begins with an empty session, and the server forgets it when the connection ends. False: the
    /// server keeps subscriptions and messages at QoS 1 and 2.
    /// </summary>
    /// <remarks>
    /// In MQTT 5.0 this is Clean Start of the first connection; how long the session lives is
    /// <see cref="SessionExpiry"/>'s. The client's own reconnects ask for the session wherever the server may still
    /// have it.
    /// </remarks>
    /// <value>True by default.</value>
    public bool CleanSession { get; init; } = true;

    /// <summary>The longest silence, in whole seconds up to 65,535 s. A dead link is found within 1.5 times this by
    /// received bytes. Zero: the server watches nothing, the client still pings every 30 s, and a silent link is not
    /// ended.</summary>
    /// <value>15 s by default.</value>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The user name, or null for none. Unused where <see cref="Credentials"/> are asked for.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, at most 65,535 bytes; needs a <see cref="UserName"/>.</summary>
    /// <value>Empty by default: none is sent.</value>
    public ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>What the server publishes when this client is lost, or null.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>The time for all from the resolution of the name to CONNACK.</summary>
    /// <value>10 s by default.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time that the server has on a living connection to answer the oldest unanswered packet.
    /// Past it the connection is ended as broken (nothing is ever sent twice on one connection). Checked to an eighth
    /// of itself.</summary>
    /// <value>30 s by default.</value>
    public TimeSpan AcknowledgementTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// When to try again after a lost connection, or null for never. Counts once the client has been connected, or from
    /// the first try on: <see cref="MqttReconnectOptions.CountsAtFirst"/>.
    /// </summary>
    /// <remarks>What is tried again: all whose <see cref="MqttException.IsTransient"/> is true, and a refused user name
    /// or password where <see cref="Credentials"/> are asked for. What the application's own code throws while it is
    /// asked (<see cref="Credentials"/>, <see cref="Authenticator"/>, <see cref="WebSocketHeaders"/>,
    /// <see cref="MqttTlsOptions.ClientCertificates"/>) fails the try as an <see cref="MqttException"/> with that
    /// exception within, and is tried again too: the next try asks anew. An <see cref="MqttException"/> of theirs
    /// passes as it is, so one that is not transient ends the tries.</remarks>
    /// <value><c>new()</c> by default: 500 ms, doubling to 30 s.</value>
    public MqttReconnectOptions? Reconnect { get; init; } = new();

    /// <summary>Who acknowledges received messages at QoS 1 and 2.</summary>
    /// <value><see cref="MqttAcknowledgeMode.Automatic"/> by default.</value>
    public MqttAcknowledgeMode AcknowledgeMode { get; init; }

    /// <summary>What becomes of unacknowledged publications when the connection is lost.</summary>
    /// <value><see cref="MqttInFlightPolicy.Resume"/> by default.</value>
    public MqttInFlightPolicy OnConnectionLost { get; init; }

    /// <summary>How many received messages at QoS 1 and 2 may wait for the application, 1 to 65,535. A server of MQTT
    /// 5.0 is told of the limit and keeps it. Where it does not, and before 5.0, reading pauses at the limit and
    /// resumes by itself; pings go on and the dead-link clock stops. See <see cref="PauseAtReceiveMaximum"/>.</summary>
    /// <value>65,535 by default.</value>
    public int ReceiveMaximum { get; init; } = 65_535;

    /// <summary>How many publications at QoS 1 and 2 may be unacknowledged, 1 to 65,535; others wait. Above 64,512 it
    /// counts as that: the other Packet Identifiers are for subscriptions.</summary>
    /// <value>1,000 by default.</value>
    public int MaxInFlight { get; init; } = 1_000;

    /// <summary>The largest packet that is sent or accepted, in bytes, header included.</summary>
    /// <value>16 MiB by default; the protocol ends at 268,435,460.</value>
    public int MaxPacketBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// How many encoded bytes may wait for the socket before publishers wait. One packet larger than this still passes,
    /// alone.
    /// </summary>
    /// <value>1 MiB by default.</value>
    public int MaxOutboundBytes { get; init; } = 1024 * 1024;

    /// <summary>Finds every problem of these options.</summary>
    /// <returns>One sentence per problem, each beginning with the property's name; empty when all is well.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        CheckServers(problems);
        Check(
            problems,
            Version is MqttProtocolVersion.V31 or MqttProtocolVersion.V311 or MqttProtocolVersion.V50,
            $"Version {Version} is not supported; use V50, V311 or V31.");
        Check(
            problems,
            KeepAlive >= TimeSpan.Zero && KeepAlive.TotalSeconds <= 65_535,
            $"KeepAlive {KeepAlive} is not between 0 and 65535 s.");
        Check(
            problems,
            KeepAlive == TimeSpan.Zero || KeepAlive >= TimeSpan.FromSeconds(1),
            "KeepAlive is below 1 s; use 0 for none.");
        Check(problems, ConnectTimeout > TimeSpan.Zero, "ConnectTimeout is not above zero.");
        Check(problems, AcknowledgementTimeout > TimeSpan.Zero, "AcknowledgementTimeout is not above zero.");
        Check(
            problems,
            ReceiveMaximum is > 0 and <= 65_535,
            $"ReceiveMaximum {ReceiveMaximum} is not between 1 and 65535.");
        Check(problems, MaxInFlight is > 0 and <= 65_535, $"MaxInFlight {MaxInFlight} is not between 1 and 65535.");
        Check(
            problems,
            MaxPacketBytes is >= 128 and <= 268_435_460,
            $"MaxPacketBytes {MaxPacketBytes} is not between 128 and 268435460.");
        Check(problems, MaxOutboundBytes >= 1024, $"MaxOutboundBytes {MaxOutboundBytes} is below 1024.");
        Check(problems, Password.Length <= 65_535, $"Password has {Password.Length} bytes; at most 65535 fit.");
        Check(
            problems,
            Password.IsEmpty || UserName is not null || Version == MqttProtocolVersion.V50,
            "Password is set without a UserName [MQTT-3.1.2-22].");
        CheckText(problems, ClientId, nameof(ClientId));
        CheckText(problems, UserName ?? "", nameof(UserName));
        if (Version == MqttProtocolVersion.V31)
        {
            Check(
                problems,
                Encoding.UTF8.GetByteCount(ClientId) <= 23,
                "ClientId is longer than the 23 bytes that MQTT 3.1 allows.");
        }

        CheckWillAndReconnect(problems);
        CheckVersion5(problems);
        CheckInbound(problems);
        CheckQueue(problems);
        return problems;
    }

    private void CheckServers(List<string> problems)
    {
        problems.AddRange(Server?.Problems().Select(problem => $"Server: {problem}") ?? ["Server is null; name one."]);
        if (OtherServers is null)
        {
            problems.Add("OtherServers is null; leave it empty for none.");
            return;
        }

        for (var i = 0; i < OtherServers.Count; i++)
        {
            problems.AddRange(
                OtherServers[i]?.Problems().Select(problem => $"OtherServers[{i}]: {problem}")
                ?? [$"OtherServers[{i}] is null."]);
        }

        MqttServer?[] servers = [Server, .. OtherServers];
        problems.AddRange(Tls?.Problems().Select(problem => $"Tls: {problem}") ?? []);
        problems.AddRange(Proxy?.Problems().Select(problem => $"Proxy: {problem}") ?? []);
        Check(
            problems,
            Tls is null || servers.Any(
                server => server?.Transport is MqttTransport.Tls or MqttTransport.SecureWebSocket),
            "Tls is set, but no server speaks TLS; name one with mqtts:// or wss://.");
        Check(
            problems,
            Proxy is null || servers.Any(server => server?.Transport != MqttTransport.UnixSocket),
            "Proxy is set, but a Unix socket is reached without one.");
        Check(
            problems,
            WebSocketHeaders is null || servers.Any(
                server => server?.Transport is MqttTransport.WebSocket or MqttTransport.SecureWebSocket),
            "WebSocketHeaders is set, but no server is a WebSocket; name one with ws:// or wss://.");
    }

    private void CheckWillAndReconnect(List<string> problems)
    {
        if (Will is { } will)
        {
            Check(problems, TopicName.IsValid(will.Topic, out var problem), $"Will.Topic: {problem}");
            Check(
                problems,
                will.Payload.Length <= 65_535,
                $"Will.Payload has {will.Payload.Length} bytes; at most 65535 fit.");
            Check(problems, will.Qos <= MqttQos.ExactlyOnce, $"Will.Qos {(int)will.Qos} is not 0, 1 or 2.");
        }

        if (Reconnect is { } reconnect)
        {
            Check(problems, reconnect.InitialDelay > TimeSpan.Zero, "Reconnect.InitialDelay is not above zero.");
            Check(
                problems,
                reconnect.MaxDelay >= reconnect.InitialDelay,
                "Reconnect.MaxDelay is below Reconnect.InitialDelay.");
        }
    }

    private static void Check(List<string> problems, bool isGood, string problem)
    {
        if (!isGood)
        {
            problems.Add(problem);
        }
    }

    private static void Check(
        List<string> problems,
        bool isGood,
        [InterpolatedStringHandlerArgument(nameof(isGood))] ref ProblemText problem)
    {
        if (!isGood)
        {
            problems.Add(problem.Take());
        }
    }

    private static void CheckText(List<string> problems, string text, string name)
    {
        Check(problems, Encoding.UTF8.GetByteCount(text) <= 65_535, $"{name} is longer than 65535 bytes.");
        Check(
            problems,
            !text.Contains('\0', StringComparison.Ordinal),
            $"{name} contains the character U+0000 [MQTT-1.5.3-2].");
    }
}

/// <summary>Who hears of a received message before it is acknowledged.</summary>
public enum MqttAcknowledgeMode
{
    /// <summary>The client acknowledges when <see cref="IMqttReceiver.OnMessage"/> has returned.</summary>
    Automatic,

    /// <summary>
    /// The application calls <see cref="MqttClient.Acknowledge(in MqttAcknowledgement)"/>; until then the server keeps
    /// the message.
    /// </summary>
    ByApplication,
}

/// <summary>
/// What becomes of publications at QoS 1 and 2 that are not acknowledged when the connection is lost.
/// </summary>
public enum MqttInFlightPolicy
{
    /// <summary>
    /// They wait for the next connection and are sent again in order, with DUP where the session was kept.
    /// </summary>
    Resume,

    /// <summary>
    /// Each ends at once with <see cref="MqttConnectionLostException"/>, so that the caller resends what it keeps
    /// itself.
    /// </summary>
    Fail,
}

/// <summary>When a lost connection is tried again. The delay doubles from <see cref="InitialDelay"/> to <see
/// cref="MaxDelay"/>; each try waits a random part of it (full jitter), so that a fleet does not return in one
/// storm.</summary>
public sealed record MqttReconnectOptions
{
    /// <summary>The bound of the first wait.</summary>
    /// <value>500 ms by default.</value>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The bound that the doubling stops at.</summary>
    /// <value>30 s by default.</value>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What a network failure waits in place of the random part; a server's refusal still backs off, by at
    /// least half of the bound. Null for none of this.</summary>
    internal TimeSpan? Interval { get; init; }

    /// <summary>True: the first connection is tried for like a lost one, so that <see
    /// cref="MqttClient.ConnectAsync"/> ends when a server has accepted, when waiting helps no more, or when it is
    /// cancelled. False: it is one try, whose failure is the caller's.</summary>
    /// <value>False by default.</value>
    public bool CountsAtFirst { get; init; }
}
