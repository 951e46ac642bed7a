using System.Runtime.InteropServices;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt;

/// <summary>
/// What the server said when it accepted a connection (MQTT 5.0 §3.2.2.3). Before 5.0 a server says little: the other
/// values are then what those versions imply.
/// </summary>
public sealed record MqttConnectResult
{
    /// <summary>True when the server still knows the session of this Client Identifier.</summary>
    public required bool IsSessionPresent { get; init; }

    /// <summary>What the connection speaks; older than asked for only where the options allow it.</summary>
    public required MqttProtocolVersion Version { get; init; }

    /// <summary>The server that accepted.</summary>
    public required MqttServer Server { get; init; }

    /// <summary>The Client Identifier that the server drew; null when the client had one.</summary>
    public string? AssignedClientId { get; init; }

    /// <summary>How long the server keeps the session after the connection; zero: not at all, null: for ever.</summary>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>How many publications at QoS 1 and 2 the server takes unacknowledged, 1 to 65,535.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>The highest QoS that may be published.</summary>
    public MqttQos MaximumQos { get; init; } = MqttQos.ExactlyOnce;

    /// <summary>Whether the server retains messages.</summary>
    public bool IsRetainAvailable { get; init; } = true;

    /// <summary>The largest packet that the server takes, in bytes, header included; null for no limit of its own.
    /// </summary>
    public long? MaximumPacketSize { get; init; }

    /// <summary>How many Topic Aliases the server takes, 0 to 65,535.</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>Whether Topic Filters may have wildcards.</summary>
    public bool IsWildcardSubscriptionAvailable { get; init; } = true;

    /// <summary>Whether subscriptions may have identifiers; never before 5.0.</summary>
    public bool IsSubscriptionIdentifierAvailable { get; init; }

    /// <summary>Whether shared subscriptions work; before 5.0 nobody says, so they are tried.</summary>
    public bool IsSharedSubscriptionAvailable { get; init; } = true;

    /// <summary>The Keep Alive that the server demands and the client obeys; null when it took the client's.</summary>
    public TimeSpan? ServerKeepAlive { get; init; }

    /// <summary>What to build response topics from, or null; see <see
    /// cref="MqttClientOptions.RequestResponseInformation"/>.</summary>
    public string? ResponseInformation { get; init; }

    /// <summary>Another server that this one names, or null.</summary>
    public string? ServerReference { get; init; }

    /// <summary>The server's words for people, or null.</summary>
    public string? ReasonString { get; init; }

    /// <summary>Whatever else the server says, in order.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];
}

/// <summary>How a publication ended well.</summary>
/// <param name="ReasonCode">What the acknowledgement said: success or <see
/// cref="MqttReasonCode.NoMatchingSubscribers"/>; always success before MQTT 5.0 and at QoS 0.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MqttPublishResult(MqttReasonCode ReasonCode)
{
    internal MqttPublishResult(MqttReasonCode reasonCode, ReasonDetails? details)
        : this(reasonCode) => Details = details;

    /// <summary>The server's words for people, or null.</summary>
    public string? ReasonString => Details?.ReasonString;

    /// <summary>Whatever else the server says, in order.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties => Details?.UserProperties ?? [];

    private ReasonDetails? Details { get; }
}

/// <summary>What to subscribe to.</summary>
/// <param name="Filter">The Topic Filter.</param>
/// <param name="Qos">The highest QoS at which the server may send.</param>
public sealed record MqttSubscriptionRequest(string Filter, MqttQos Qos)
{
    /// <summary>True: messages that this client itself publishes are not sent to it. MQTT 5.0 only; not for shared
    /// subscriptions [MQTT-3.8.3-4].</summary>
    /// <value>False by default.</value>
    public bool NoLocal { get; init; }

    /// <summary>True: the server leaves the Retain flag as it was published; false: the flag says that the message had
    /// been retained before the subscription was made. MQTT 5.0 only.</summary>
    /// <value>False by default.</value>
    public bool RetainAsPublished { get; init; }

    /// <summary>Whether the server sends what it has retained. MQTT 5.0 only.</summary>
    /// <value><see cref="MqttRetainHandling.Send"/> by default.</value>
    public MqttRetainHandling RetainHandling { get; init; }

    /// <summary>One sentence on what is wrong besides the filter's own rules, or null.</summary>
    internal string? FindProblem()
    {
        if (Qos > MqttQos.ExactlyOnce)
        {
            return $"The QoS {(int)Qos} asked for Topic Filter '{Filter}' is not 0, 1 or 2.";
        }

        if (RetainHandling > MqttRetainHandling.DoNotSend)
        {
            return $"The RetainHandling {(int)RetainHandling} asked for Topic Filter '{Filter}' is not 0, 1 or 2.";
        }

        return NoLocal && Filter.StartsWith("$share/", StringComparison.Ordinal)
            ? $"Topic Filter '{Filter}' is a shared subscription; NoLocal is not for those [MQTT-3.8.3-4]."
            : null;
    }
}

/// <summary>When a server sends retained messages to a new subscription (MQTT 5.0 §3.8.3.1).</summary>
public enum MqttRetainHandling : byte
{
    /// <summary>At every SUBSCRIBE.</summary>
    Send,

    /// <summary>Only when there was no such subscription before.</summary>
    SendIfNew,

    /// <summary>Never.</summary>
    DoNotSend,
}

/// <summary>What the server granted for one Topic Filter.</summary>
/// <param name="Filter">The Topic Filter.</param>
/// <param name="ReasonCode">The server's answer.</param>
public sealed record MqttSubscribeResult(string Filter, MqttReasonCode ReasonCode)
{
    /// <summary>True when the server accepted the subscription.</summary>
    public bool IsGranted => ReasonCode <= MqttReasonCode.GrantedQos2;

    /// <summary>The QoS that was granted; means something only when <see cref="IsGranted"/>.</summary>
    public MqttQos GrantedQos => IsGranted ? (MqttQos)ReasonCode : MqttQos.AtMostOnce;
}
