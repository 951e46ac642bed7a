namespace Meridian.Mqtt;

/// <summary>What the server said when it accepted a connection.</summary>
/// <param name="IsSessionPresent">True when it still knows the session of this Client Identifier.</param>
public sealed record MqttConnectResult(bool IsSessionPresent);

/// <summary>How a publication ended well.</summary>
/// <param name="ReasonCode">What the acknowledgement said; always success in MQTT 3.1 and 3.1.1, and at QoS 0.</param>
public readonly record struct MqttPublishResult(MqttReasonCode ReasonCode);

/// <summary>What to subscribe to.</summary>
/// <param name="Filter">The Topic Filter.</param>
/// <param name="Qos">The highest QoS at which the server may send.</param>
public sealed record MqttSubscription(string Filter, MqttQos Qos)
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
