using Meridian.Mqtt.Session;
using Meridian.Mqtt.Telemetry;

namespace Meridian.Mqtt.Connection;

/// <summary>
/// What outlives a connection: the Session State, what waits to be sent, and which link is the living one. Every call
/// of a link names the
/// link, and only the living one is heard, so the end of an old socket never touches the new connection.
/// </summary>
/// <remarks>Locks: <see cref="Gate"/> guards sending, <see cref="InboundGate"/> the received side; taken in this order,
/// never across an await,
/// and no code of the user runs under them.</remarks>
internal sealed class ClientState
{
    // Four windows of identifiers let each rest before it is used again, and keep the tables in the processor's cache.
    private const int IdentifiersPerWindow = 4;
    private const int MinIdentifiers = 1_023;
    private const int MaxIdentifiers = 65_535;

    private const int MaxWillBytes = 65_535;

    private MqttException? _whyNoLink;
    private volatile MqttWill? _will;
    private ResponseTable? _responses;
    private Link? _link;
    private bool _wasConnected;
    private bool _isSessionKept;

    public ClientState(MqttClientOptions options, string clientId, TimeProvider time)
    {
        Options = options;
        _will = options.Will;
        Version = options.Version;
        ClientId = clientId;
        Time = time;
        Identifiers = new PacketIdentifiers(
            options.SessionStore is null
                ? Math.Clamp(options.MaxInFlight * IdentifiersPerWindow, MinIdentifiers, MaxIdentifiers)
                : MaxIdentifiers); // A store may hold any of them.
        Inbound = new InboundSession(
            options.ReceiveMaximum, options.MaxHeldBytes, options.PauseAtReceiveMaximum);
        Publications = new PublishLine(this);
        Requests = new RequestTable(this);
        Streams = new StreamTable(this);
        Reauthentication = new Reauthentication(this);
        Figures = new ClientFigures(this);
        Words = new ServerWords(options);
    }

    public Lock Gate { get; } = new();

    public Lock InboundGate { get; } = new();

    public MqttClientOptions Options { get; }

    /// <summary>What is spoken, and who this client is: older or another than asked for after a server has said so.
    /// Written by the connection loop between connections, read by anyone.</summary>
    public MqttProtocolVersion Version { get; set; }

    /// <inheritdoc cref="Version"/>
    public string ClientId { get; set; }

    /// <summary>The Will as the last CONNECT has it. Written by the connection loop before CONNECT, read by
    /// anyone.</summary>
    public MqttWill? Will => _will;

    /// <summary>
    /// Whether the next CONNECT asks for an empty session. Never where this client's own session may still be at the
    /// server: what is in flight belongs to it.
    /// </summary>
    public bool IsCleanStart => Options.CleanSession && !(_wasConnected && IsSessionKept);

    /// <summary>Whether the server keeps the session when the connection is lost.</summary>
    public bool IsSessionKept => Version == MqttProtocolVersion.V50 ? _isSessionKept : !Options.CleanSession;

    public TimeProvider Time { get; }

    public PacketIdentifiers Identifiers { get; }

    /// <summary>The session store's keeper; null without a store.</summary>
    public SessionLedger? Ledger { get; private set; }

    /// <summary>Under <see cref="InboundGate"/>.</summary>
    public InboundSession Inbound { get; }

    public PublishLine Publications { get; }

    public RequestTable Requests { get; }

    public StreamTable Streams { get; }

    /// <summary>Requests that wait for their answer; null before the first one.</summary>
    public ResponseTable? Responses => Volatile.Read(ref _responses);

    public Reauthentication Reauthentication { get; }

    public ClientFigures Figures { get; }

    public ServerWords Words { get; }

    /// <summary>The living link, or null. Set under <see cref="Gate"/>, read by anyone.</summary>
    public Link? Link
    {
        get => Volatile.Read(ref _link);
        private set => Volatile.Write(ref _link, value);
    }

    /// <summary>
    /// True while a lost connection is being made again, so that publications may wait for it. Under <see
    /// cref="Gate"/>.
    /// </summary>
    public bool IsReturning { get; private set; }

    /// <summary>Why there is no link; what a call hears that needs one, each an object of its own. Under <see
    /// cref="Gate"/>.</summary>
    public MqttException WhyNoLink
        => _whyNoLink?.Copy() ?? new MqttConnectionLostException("The client is not connected.");

    /// <summary>As <see cref="Responses"/>, made when this is the first request.</summary>
    public ResponseTable MakeResponses()
    {
        lock (Gate)
        {
            return _responses ??= new ResponseTable(this);
        }
    }

    /// <summary>The application asks for a connection: the first one of it may begin an empty session.</summary>
    public void BeginLife() => _wasConnected = false;

    /// <summary>Makes the Will of the next CONNECT.</summary>
    /// <exception cref="InvalidOperationException">The application made one that does not fit.</exception>
    public void MakeWill()
    {
        if (Options.Will is not { PayloadForConnect: { } make } will)
        {
            return;
        }

        var payload = make();
        _will = payload.Length <= MaxWillBytes
            ? will with { Payload = payload }
            : throw new InvalidOperationException(
                $"Will.PayloadForConnect gave {payload.Length} bytes; at most {MaxWillBytes} fit.");
    }

    /// <summary>Uses a session store; before all else.</summary>
    public void Keep(SessionLedger ledger)
    {
        Ledger = ledger;
        Inbound.Steps = ledger;
    }

    /// <summary>The server accepted a link.</summary>
    /// <param name="link">The link.</param>
    /// <param name="unreleased">What the application knows of QoS 2 identifiers.</param>
    public void OnConnected(Link link, IReadOnlyCollection<ushort>? unreleased = null)
    {
        var isSessionPresent = link.Result.IsSessionPresent;
        lock (Gate)
        {
            lock (InboundGate)
            {
                Inbound.Version = link.Version;
                Inbound.BeginConnection(isSessionPresent, unreleased);
            }

            Streams.OnConnected(isSessionPresent);
            Link = link;
            Figures.OnConnected();
            Ledger?.OnConnected();
            IsReturning = false;
            _wasConnected = true;
            _isSessionKept = link.Result.SessionExpiry != TimeSpan.Zero;
            Requests.OnConnected(link, isSessionPresent);
            Publications.OnConnected(link, isSessionPresent);
        }

        link.Wake();
    }

    /// <summary>The living link ended, or the client stopped trying.</summary>
    public void OnDisconnected(MqttException reason, bool willRetry)
    {
        lock (Gate)
        {
            Link = null;
            _whyNoLink = reason;
            IsReturning = willRetry && Options.OnConnectionLost == MqttInFlightPolicy.Resume;
            Requests.FailAll(reason);
            Reauthentication.FailAll(reason);
            Publications.OnDisconnected(reason, mayWait: IsReturning);
        }
    }

    /// <summary>There will be no other connection, unless the application asks for one: streams and requests end.
    /// </summary>
    /// <param name="reason">Why; null when the owner wanted it.</param>
    public void EndLife(MqttException? reason)
    {
        Streams.EndAll(reason);
        Responses?.FailAll(reason ?? new MqttConnectionLostException("The client was disconnected by its owner."));
    }

    /// <summary>The application is done with a message; mostly void when its connection is gone.</summary>
    /// <param name="acknowledgement">The message.</param>
    /// <param name="isQuiet">True where the writer is woken later anyway.</param>
    public void Acknowledge(in MqttAcknowledgement acknowledgement, bool isQuiet = false)
    {
        bool isReleasable;
        lock (InboundGate)
        {
            isReleasable = Inbound.Acknowledge(acknowledgement.Epoch, acknowledgement.Sequence);
        }

        if (isReleasable && !isQuiet)
        {
            Link?.Wake();
        }
    }

    /// <summary>The application has noted a release; void when its connection is gone.</summary>
    public void Acknowledge(in MqttRelease release)
    {
        var link = Link;
        lock (Gate)
        {
            lock (InboundGate)
            {
                if (link is null || link != Link
                    || !Inbound.CompleteRelease(release.Epoch, release.PacketIdentifier, link.Gathering))
                {
                    return;
                }
            }
        }

        link.Wake();
    }

    /// <summary>A message waits for a full stream; the acknowledgements behind it go on.</summary>
    public void StepAside(in MqttAcknowledgement acknowledgement, int bytes)
    {
        bool isReleasable;
        lock (InboundGate)
        {
            isReleasable = acknowledgement.Epoch == Inbound.Epoch
                && Inbound.StepAside(acknowledgement.Sequence, bytes);
        }

        if (isReleasable)
        {
            Link?.Wake();
        }
    }
}
