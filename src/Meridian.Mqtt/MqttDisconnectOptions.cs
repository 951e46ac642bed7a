namespace Meridian.Mqtt;

/// <summary>What the client says when it ends a connection.</summary>
public sealed record MqttDisconnectOptions
{
    /// <summary>True: the Will is published although this end is intended. Before MQTT 5.0 the client publishes it
    /// itself as an ordinary message before it disconnects.</summary>
    /// <value>False by default: the server drops the Will.</value>
    public bool SendWill { get; init; }

    /// <summary>How long the server keeps the session from now on, in whole seconds; null for what <see
    /// cref="MqttClientOptions.SessionExpiry"/> said. Cannot be above zero where that was zero [MQTT-3.14.2-2].
    /// MQTT 5.0 only.</summary>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>Words for people who read the server's log, or null. MQTT 5.0 only.</summary>
    public string? ReasonString { get; init; }

    /// <summary>Whatever else to say, in order. MQTT 5.0 only.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];
}
