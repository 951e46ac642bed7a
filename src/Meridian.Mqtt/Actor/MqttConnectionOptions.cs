namespace Meridian.Mqtt.Actor;

/// <summary>
/// All that an <see cref="MqttConnection"/> needs to know. Immutable; <see cref="Validate"/> names every problem at
/// once.
/// </summary>
public sealed record MqttConnectionOptions
{
    // A server that refuses for longer than this is asked this often.
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);

    /// <summary>The name or address of the server.</summary>
    public required string Host { get; init; }

    /// <summary>The TCP port.</summary>
    /// <value>1883 by default, also with <see cref="Tls"/>; servers mostly speak TLS on 8883.</value>
    public int Port { get; init; } = 1883;

    /// <summary>The longest silence, in whole seconds up to 65,535 s. A dead link is found within 1.5 times this. Zero:
    /// no such watch, and a ping every 30 s all the same.</summary>
    /// <value>15 s by default.</value>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The version of MQTT. With <see cref="RetryConnection"/>, a server that does not speak it is asked with
    /// older ones: 5.0, 3.1.1, 3.1.</summary>
    /// <value><see cref="MqttProtocolVersion.V311"/> by default.</value>
    public MqttProtocolVersion Version { get; init; } = MqttProtocolVersion.V311;

    /// <summary>After which time a failed or lost connection is tried again, the first one too. A server that answers
    /// and refuses is asked less and less often, up to every 5 min.</summary>
    /// <value>Zero by default: never.</value>
    public TimeSpan RetryConnection { get; init; }

    /// <summary>True: the session begins empty and the server forgets it. False: the server keeps it, for ever in
    /// MQTT 5.0.</summary>
    /// <value>True by default.</value>
    public bool CleanSession { get; init; } = true;

    /// <summary>How TLS is spoken; null for none.</summary>
    /// <value>Null by default. Options that cannot be used are told as
    /// <see cref="MqttError.TlsConfiguration"/>.</value>
    public MqttTlsOptions? Tls { get; init; }

    /// <summary>The name that the server's certificate must carry.</summary>
    /// <value>Blank by default: <see cref="MqttTlsOptions.TargetHost"/>, and where that is blank too,
    /// <see cref="Host"/>. The name is always verified.</value>
    public string TlsHost { get; init; } = "";

    /// <summary>What the server publishes when the connection is lost, or null.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>The Client Identifier.</summary>
    /// <value>Empty by default: 8 random hexadecimal digits.</value>
    public string ClientId { get; init; } = "";

    /// <summary>The user name; null or empty for none.</summary>
    public string? User { get; init; }

    /// <summary>The password, at most 65,535 bytes; needs a <see cref="User"/>.</summary>
    /// <value>Empty by default: none.</value>
    public ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>The time for all from the resolution of the name to CONNACK.</summary>
    /// <value>10 s by default.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time that the server has to answer the oldest unanswered packet. Past it the connection counts as
    /// lost; nothing is ever sent twice on one connection [MQTT-4.4.0-1].</summary>
    /// <value>30 s by default.</value>
    public TimeSpan AcknowledgementTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many calls may wait for their outcome, from the call to the end of the callback that tells it; one
    /// more is refused at once.</summary>
    /// <value>10,000 by default.</value>
    public int MaxQueuedCalls { get; init; } = 10_000;

    /// <summary>How many bytes of topics and payloads those calls may hold. One that is larger than this still passes,
    /// alone.</summary>
    /// <value>64 MiB by default.</value>
    public long MaxQueuedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How many received messages may wait for <see cref="IMqttConnectionNotify.OnMessage"/>, 1 to 65,535; at
    /// the limit the connection reads no further.</summary>
    /// <value>1,000 by default.</value>
    public int MaxUnheardMessages { get; init; } = 1_000;

    /// <summary>How many bytes of topics and payloads may wait for <see cref="IMqttConnectionNotify.OnMessage"/>; at
    /// the limit the connection reads no further. One message may exceed it.</summary>
    /// <value>64 MiB by default.</value>
    public long MaxUnheardBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Whether a lost connection is tried again.</summary>
    internal bool IsRetrying => RetryConnection > TimeSpan.Zero;

    /// <summary>Finds every problem of these options but those of TLS, which are told when the connection begins.
    /// </summary>
    /// <returns>One sentence per problem; empty when all is well.</returns>
    public IReadOnlyList<string> Validate()
    {
        if (Host is null || ClientId is null || TlsHost is null)
        {
            return ["Host, ClientId and TlsHost are never null; leave the last two empty for none."];
        }

        var problems = new List<string>((this with { Tls = null }).ToClientOptions().Validate());
        Check(problems, RetryConnection >= TimeSpan.Zero, $"RetryConnection {RetryConnection} is below zero.");
        Check(problems, MaxQueuedCalls > 0, $"MaxQueuedCalls {MaxQueuedCalls} is not above zero.");
        Check(problems, MaxQueuedBytes > 0, $"MaxQueuedBytes {MaxQueuedBytes} is not above zero.");
        Check(
            problems,
            MaxUnheardMessages is > 0 and <= 65_535,
            $"MaxUnheardMessages {MaxUnheardMessages} is not between 1 and 65535.");
        Check(problems, MaxUnheardBytes > 0, $"MaxUnheardBytes {MaxUnheardBytes} is not above zero.");
        return problems;
    }

    /// <summary>Why TLS cannot begin, or null.</summary>
    internal string? FindTlsProblem() => Tls is not null
        ? string.Join(' ', Tls.Problems()) is { Length: > 0 } problems ? problems : null
        : !string.IsNullOrWhiteSpace(TlsHost)
            ? $"TlsHost '{TlsHost}' is set without Tls; set Tls = new() to speak TLS, or leave TlsHost blank."
            : null;

    /// <summary>The same in the words of the engine.</summary>
    internal MqttClientOptions ToClientOptions() => new()
    {
        Server = Tls is null ? MqttServer.Tcp(Host, Port) : MqttServer.Tls(Host, Port),
        Tls = Tls is not null && !string.IsNullOrWhiteSpace(TlsHost) ? Tls with { TargetHost = TlsHost } : Tls,
        KeepAlive = KeepAlive,
        Version = Version,
        AllowOlderVersion = IsRetrying,
        Reconnect = IsRetrying
            ? new MqttReconnectOptions
            {
                InitialDelay = RetryConnection,
                MaxDelay = RetryConnection > LongestBackoff ? RetryConnection : LongestBackoff,
                Interval = RetryConnection,
                CountsAtFirst = true,
            }
            : null,
        CleanSession = CleanSession,
        Will = Will,
        ClientId = ClientId,
        UserName = string.IsNullOrEmpty(User) ? null : User,
        Password = Password,
        ConnectTimeout = ConnectTimeout,
        AcknowledgementTimeout = AcknowledgementTimeout,
        AcknowledgeMode = MqttAcknowledgeMode.ByApplication,
        ReceiveMaximum = Math.Clamp(MaxUnheardMessages, 1, 65_535),
    };

    private static void Check(List<string> problems, bool isGood, string problem)
    {
        if (!isGood)
        {
            problems.Add(problem);
        }
    }
}
