namespace Meridian.Mqtt;

/// <summary>
/// The root of all that the client throws about its peer and its link; wrong arguments throw <see
/// cref="ArgumentException"/>.
/// </summary>
/// <remarks>
/// <see cref="IsTransient"/> alone says whether the same call may succeed later; nobody needs to read the message for
/// that.
/// </remarks>
public abstract class MqttException : Exception
{
    private protected MqttException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>
    /// True when the same call may succeed later with nothing changed; false when somebody must change something first.
    /// </summary>
    public abstract bool IsTransient { get; }

    /// <summary>
    /// One for each caller: each throw of an exception adds to its stack trace, so that one that many thousand calls
    /// end with would grow without limit.
    /// </summary>
    internal MqttException Copy() => (MqttException)MemberwiseClone();
}

/// <summary>The peer sent what the specification forbids; the connection was ended because of it.</summary>
/// <param name="statement">The statement of the specification that was broken, such as <c>MQTT-3.3.1-4</c>, or a
/// section.</param>
/// <param name="reasonCode">The code that describes it.</param>
/// <param name="message">What was found and what was expected.</param>
public sealed class MqttProtocolException(string statement, MqttReasonCode reasonCode, string message)
    : MqttException($"{message} [{statement}]", inner: null)
{
    /// <summary>The statement of the specification that was broken.</summary>
    public string Statement { get; } = statement;

    /// <summary>The code that describes what was broken: malformed, protocol error or too large.</summary>
    public MqttReasonCode ReasonCode { get; } = reasonCode;

    /// <summary>What kind of fault it is, where that is more than a wrong form.</summary>
    internal ProtocolFault Fault { get; init; }

    /// <inheritdoc/>
    /// <remarks>
    /// True: a new connection begins with clean framing, and an unattended client must not give up for one bad packet.
    /// </remarks>
    public override bool IsTransient => true;
}

/// <summary>The server answered CONNECT with a refusal.</summary>
/// <param name="reasonCode">The server's reason.</param>
/// <param name="message">What was refused and what may help.</param>
public sealed class MqttConnectException(MqttReasonCode reasonCode, string message) : MqttException(
    message, inner: null)
{
    /// <summary>The server's reason.</summary>
    public MqttReasonCode ReasonCode { get; } = reasonCode;

    /// <summary>
    /// The server's words for people, or null. Where it repeats the client's password (of 4 characters or more), or an
    /// access token that came as the user name, <c>***</c> stands.
    /// </summary>
    public string? ReasonString { get; init; }

    /// <summary>The server to use instead, where it names one; or null.</summary>
    public string? ServerReference { get; init; }

    /// <inheritdoc/>
    /// <remarks>
    /// True for unavailable, busy, quota, rate, shutting down, "use another server" and "not authorized" (brokers
    /// answer so while their authority is away); false for a wrong version, Client Identifier, user name or password,
    /// and for all that somebody must change first.
    /// </remarks>
    public override bool IsTransient => ReasonCode is MqttReasonCode.ServerUnavailable or MqttReasonCode.ServerBusy
        or MqttReasonCode.NotAuthorized or MqttReasonCode.QuotaExceeded or MqttReasonCode.ConnectionRateExceeded
        or MqttReasonCode.ServerShuttingDown or MqttReasonCode.UseAnotherServer;
}

/// <summary>
/// There is no connection: never made, ended by the peer, the network, or by this side; the message says which.
/// </summary>
/// <remarks>
/// For a publication this means that its fate is unknown unless it was never sent: resend it where repeats are allowed.
/// </remarks>
/// <param name="message">What was lost and why.</param>
/// <param name="inner">The error of the network, if there was one.</param>
public sealed class MqttConnectionLostException(string message, Exception? inner = null) : MqttException(message, inner)
{
    /// <summary>Why the server ended the connection, where it said so (MQTT 5.0); or null.</summary>
    public MqttReasonCode? ReasonCode { get; init; }

    /// <summary>
    /// The server's words for people, or null. Where it repeats the client's password (of 4 characters or more), or an
    /// access token that came as the user name, <c>***</c> stands.
    /// </summary>
    public string? ReasonString { get; init; }

    /// <summary>The server to use instead, where it names one; or null.</summary>
    public string? ServerReference { get; init; }

    /// <summary>True when the server took the connection and ended it without an answer to CONNECT.</summary>
    internal bool IsBeforeConnAck { get; init; }

    /// <inheritdoc/>
    /// <remarks>
    /// False when another client took the session over, since two clients would throw each other out for ever, and when
    /// the server has moved for good; true otherwise.
    /// </remarks>
    public override bool IsTransient =>
        ReasonCode is not MqttReasonCode.SessionTakenOver and not MqttReasonCode.ServerMoved;
}

/// <summary>The peer did not answer in the time that the options allow.</summary>
/// <param name="message">What was awaited and for how long.</param>
public sealed class MqttTimeoutException(string message) : MqttException(message, inner: null)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>
/// The server answered a publication with a negative acknowledgement, or said when it accepted the connection that it
/// takes no such thing; then nothing was sent (MQTT 5.0 only).
/// </summary>
/// <param name="reasonCode">The reason.</param>
/// <param name="message">What was rejected, and by which limit.</param>
public sealed class MqttRejectedException(MqttReasonCode reasonCode, string message) : MqttException(
    message, inner: null)
{
    /// <summary>The reason.</summary>
    public MqttReasonCode ReasonCode { get; } = reasonCode;

    /// <summary>
    /// The server's words for people, or null. Where it repeats the client's password (of 4 characters or more), or an
    /// access token that came as the user name, <c>***</c> stands.
    /// </summary>
    public string? ReasonString { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => ReasonCode is MqttReasonCode.QuotaExceeded or MqttReasonCode.UnspecifiedError
        or MqttReasonCode.MessageRateTooHigh or MqttReasonCode.ImplementationSpecificError;
}

/// <summary>A message waited longer than its Message Expiry Interval and was not sent.</summary>
/// <param name="message">What expired.</param>
public sealed class MqttMessageExpiredException(string message) : MqttException(message, inner: null)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The kinds of protocol faults that a listener tells apart.</summary>
internal enum ProtocolFault
{
    /// <summary>A packet, or the order of packets, is not as it should be.</summary>
    Form,

    /// <summary>The first byte begins no packet.</summary>
    UnknownPacket,

    /// <summary>A packet that only clients send.</summary>
    ClientsPacket,

    /// <summary>CONNACK on a connection that is accepted already.</summary>
    SecondConnAck,
}
