using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing;

/// <summary>How one session of the broker stands.</summary>
/// <param name="ClientId">Its Client Identifier.</param>
/// <param name="IsConnected">Whether its client is connected now.</param>
/// <param name="Subscriptions">Its subscriptions by Topic Filter, as they were granted.</param>
/// <param name="QueuedCount">How many messages wait to be sent.</param>
/// <param name="InFlightCount">How many were sent and are not acknowledged to the end.</param>
public sealed record MqttTestSession(
    string ClientId,
    bool IsConnected,
    IReadOnlyDictionary<string, MqttTestSubscription> Subscriptions,
    int QueuedCount,
    int InFlightCount)
{
    /// <summary>The CONNECT of its last connection.</summary>
    public required MqttTestConnect Connect { get; init; }

    /// <summary>How long it outlives its connection; <see cref="TimeSpan.MaxValue"/> for ever.</summary>
    public TimeSpan Expiry { get; init; }

    /// <summary>Through which door its client last came.</summary>
    public MqttTransport Transport { get; init; }

    /// <summary>The subject of the certificate that its client showed, such as <c>CN=press-7</c>; or null.</summary>
    public string? ClientCertificateSubject { get; init; }

    /// <summary>How many messages at QoS 2 were received and are not released by PUBREL.</summary>
    public int UnreleasedCount { get; init; }
}

/// <summary>A subscription (MQTT 5.0 §3.8.3.1); before 5.0 all but the first two is at its default.</summary>
/// <param name="Filter">The Topic Filter; for a shared one with <c>$share/name/</c> in front.</param>
/// <param name="Qos">The highest QoS: as asked in a SUBSCRIBE, as granted in a session.</param>
public sealed record MqttTestSubscription(string Filter, MqttQos Qos)
{
    /// <summary>The client does not want its own messages.</summary>
    public bool NoLocal { get; init; }

    /// <summary>The Retain flag shall be as it was published.</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>When retained messages are sent.</summary>
    public MqttRetainHandling RetainHandling { get; init; }

    /// <summary>The Subscription Identifier; 0 for none.</summary>
    public uint Identifier { get; init; }

    internal static IReadOnlyList<MqttTestSubscription> Of(SubscribePacket packet) =>
    [
        .. packet.Subscriptions.Select(asked => new MqttTestSubscription(asked.Filter, asked.Qos)
        {
            NoLocal = asked.NoLocal,
            RetainAsPublished = asked.RetainAsPublished,
            RetainHandling = asked.RetainHandling,
            Identifier = packet.SubscriptionIdentifier,
        }),
    ];
}
