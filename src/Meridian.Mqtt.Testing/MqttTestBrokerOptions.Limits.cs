using System.Collections.Frozen;

namespace Meridian.Mqtt.Testing;

/// <content>
/// What CONNACK tells a client (MQTT 5.0 §3.2.2.3). All of it binds 5.0 clients; those of 3.x are not told, and only
/// what says so binds them too.
/// </content>
public sealed partial record MqttTestBrokerOptions
{
    /// <summary>
    /// The versions that the broker speaks; others are refused with "unsupported protocol version" in the words of
    /// 3.1.1, as servers do that were made before 5.0.
    /// </summary>
    /// <value>All three by default.</value>
    public IReadOnlySet<MqttProtocolVersion> Versions { get; init; } = FrozenSet.ToFrozenSet(
        [MqttProtocolVersion.V31, MqttProtocolVersion.V311, MqttProtocolVersion.V50]);

    /// <summary>
    /// How many publications at QoS 1 and 2 a client may have open, 1 to 65,535. One more ends its connection with
    /// <see cref="MqttReasonCode.ReceiveMaximumExceeded"/>. A publication is open until its PUBACK or PUBCOMP has gone
    /// out, so faults that drop or delay those hold it open.
    /// </summary>
    /// <value>65,535 by default: as if not said.</value>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>
    /// The largest packet that is accepted, in bytes, header included; a larger one ends its connection, of any
    /// version.
    /// </summary>
    /// <value>16 MiB by default.</value>
    public int MaxPacketBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The highest Topic Alias that clients may use, 0 for none.</summary>
    /// <value>10 by default.</value>
    public int TopicAliasMaximum { get; init; } = 10;

    /// <summary>Whether the broker itself uses Topic Aliases with clients that allow them.</summary>
    /// <value>True by default.</value>
    public bool SendsTopicAliases { get; init; } = true;

    /// <summary>
    /// The highest QoS that clients may publish at; a subscription, of any version, is granted no more.
    /// </summary>
    /// <value><see cref="MqttQos.ExactlyOnce"/> by default.</value>
    public MqttQos MaximumQos { get; init; } = MqttQos.ExactlyOnce;

    /// <summary>Whether clients may publish retained messages.</summary>
    /// <value>True by default.</value>
    public bool IsRetainAvailable { get; init; } = true;

    /// <summary>Whether Topic Filters may have wildcards; else SUBACK refuses them, of any version.</summary>
    /// <value>True by default.</value>
    public bool IsWildcardSubscriptionAvailable { get; init; } = true;

    /// <summary>Whether clients may give Subscription Identifiers; else SUBACK refuses them.</summary>
    /// <value>True by default.</value>
    public bool IsSubscriptionIdentifierAvailable { get; init; } = true;

    /// <summary>
    /// Whether there are shared subscriptions (<c>$share/name/filter</c>), which are served in turn; else SUBACK
    /// refuses them, of any version.
    /// </summary>
    /// <value>True by default.</value>
    public bool IsSharedSubscriptionAvailable { get; init; } = true;

    /// <summary>
    /// The longest that a session outlives its connection, of any version; null for what the client asks for.
    /// </summary>
    /// <value>Null by default.</value>
    public TimeSpan? MaximumSessionExpiry { get; init; }

    /// <summary>
    /// The Keep Alive that clients must use in place of their own, in whole seconds; null for theirs.
    /// </summary>
    /// <value>Null by default.</value>
    public TimeSpan? ServerKeepAlive { get; init; }

    /// <summary>The Response Information for clients that ask for it; null for none.</summary>
    /// <value>Null by default.</value>
    public string? ResponseInformation { get; init; }

    /// <summary>The Server Reference of a CONNACK that accepts; null for none. To send clients away use
    /// <see cref="MqttTestFaults.RefuseConnects"/> or <see cref="MqttTestBroker.Disconnect"/>.</summary>
    /// <value>Null by default.</value>
    public string? ServerReference { get; init; }

    /// <summary>The Reason String of a CONNACK that accepts; null for none.</summary>
    /// <value>Null by default.</value>
    public string? ConnectReasonString { get; init; }

    /// <summary>The User Properties of a CONNACK that accepts.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<MqttUserProperty> ConnectUserProperties { get; init; } = [];

    /// <summary>
    /// Whether PUBACK and PUBREC say <see cref="MqttReasonCode.NoMatchingSubscribers"/> when nobody has subscribed.
    /// </summary>
    /// <value>True by default, as many servers do.</value>
    public bool TellsNoMatchingSubscribers { get; init; } = true;

    /// <summary>What is wrong, one sentence each.</summary>
    internal IEnumerable<string> Problems()
    {
        if (MaxInFlight is < 1 or > ushort.MaxValue)
        {
            yield return $"MaxInFlight is {MaxInFlight}; it is 1 to 65,535.";
        }

        if (ReceiveMaximum is < 1 or > ushort.MaxValue)
        {
            yield return $"ReceiveMaximum is {ReceiveMaximum}; it is 1 to 65,535.";
        }

        if (TopicAliasMaximum is < 0 or > ushort.MaxValue)
        {
            yield return $"TopicAliasMaximum is {TopicAliasMaximum}; it is 0 to 65,535.";
        }

        if (MaxPacketBytes < 1)
        {
            yield return $"MaxPacketBytes is {MaxPacketBytes}; it is at least 1.";
        }

        if (ServerKeepAlive is { } keepAlive && (keepAlive < TimeSpan.Zero || keepAlive.TotalSeconds > ushort.MaxValue))
        {
            yield return $"ServerKeepAlive is {keepAlive}; it is zero to 65,535 s.";
        }

        if (MaximumSessionExpiry < TimeSpan.Zero)
        {
            yield return $"MaximumSessionExpiry is {MaximumSessionExpiry}; it is zero or more.";
        }
    }
}
