namespace Meridian.Mqtt.Connection;

/// <summary>
/// What may be sent on one connection: the tighter of the client's own bounds and what the server said in CONNACK. What
/// it forbids is refused here and never sent. Immutable.
/// </summary>
internal sealed class LinkLimits(MqttClientOptions options, MqttConnectResult result)
{
    // Identifiers that publications leave to SUBSCRIBE and UNSUBSCRIBE: a renewal of 100,000 filters finds its own.
    private const int MaxWindow = ushort.MaxValue - 1_023;

    /// <summary>How many publications at QoS 1 and 2 may be unacknowledged [MQTT-3.3.4-7].</summary>
    public int MaxInFlight { get; } = Math.Min(
        Math.Min(options.MaxInFlight, MaxWindow), result.ReceiveMaximum);

    /// <summary>The largest packet, header included [MQTT-3.2.2-15].</summary>
    public long MaxPacketBytes { get; } = Math.Min(
        options.MaxPacketBytes, result.MaximumPacketSize ?? options.MaxPacketBytes);

    public TimeSpan KeepAlive { get; } = result.ServerKeepAlive ?? options.KeepAlive; // [MQTT-3.2.2-21]

    /// <summary>Whether a publication keeps within the limits; cheap.</summary>
    public bool Allows(MqttQos qos, bool isRetained, long packetBytes) =>
        qos <= result.MaximumQos && (!isRetained || result.IsRetainAvailable) && packetBytes <= MaxPacketBytes;

    /// <summary>Why <see cref="Allows"/> said no.</summary>
    public MqttRejectedException Refusal(MqttQos qos, bool isRetained, long packetBytes) =>
        qos > result.MaximumQos
            ? new MqttRejectedException( // [MQTT-3.2.2-11]
                MqttReasonCode.QosNotSupported,
                $"The server takes QoS {(int)result.MaximumQos} at most; the message has {(int)qos}. Publish it lower.")
            : isRetained && !result.IsRetainAvailable
                ? new MqttRejectedException( // [MQTT-3.2.2-14]
                    MqttReasonCode.RetainNotSupported, "The server does not retain messages; publish without Retain.")
                : new MqttRejectedException(
                    MqttReasonCode.PacketTooLarge,
                    $"The message takes {packetBytes} bytes as a packet; the server takes {MaxPacketBytes}.");

    /// <summary>Why a SUBSCRIBE must not be sent, or null.</summary>
    public MqttRejectedException? FindRefusal(
        IReadOnlyList<MqttSubscriptionRequest> subscriptions, bool hasIdentifier = false)
    {
        if (hasIdentifier && !result.IsSubscriptionIdentifierAvailable)
        {
            return new MqttRejectedException(
                MqttReasonCode.SubscriptionIdentifiersNotSupported, "The server has no Subscription Identifiers.");
        }

        foreach (var subscription in subscriptions)
        {
            var filter = subscription.Filter;
            if (!result.IsWildcardSubscriptionAvailable && filter.AsSpan().ContainsAny('+', '#'))
            {
                return new MqttRejectedException(
                    MqttReasonCode.WildcardSubscriptionsNotSupported,
                    $"The server takes no wildcards; Topic Filter '{filter}' has one.");
            }

            if (!result.IsSharedSubscriptionAvailable && filter.StartsWith("$share/", StringComparison.Ordinal))
            {
                return new MqttRejectedException(
                    MqttReasonCode.SharedSubscriptionsNotSupported,
                    $"The server has no shared subscriptions; Topic Filter '{filter}' is one.");
            }
        }

        return null;
    }
}
