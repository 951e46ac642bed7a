namespace Meridian.Mqtt.Interop.Tests.Brokers;

/// <summary>What a broker does with what MQTT 5.0 leaves to it, as it is set up here.</summary>
public sealed record Version5Abilities
{
    /// <summary>Whether shared subscriptions work; elsewhere the client has to refuse them.</summary>
    public required bool HasSharedSubscriptions { get; init; }

    /// <summary>Whether it sends Topic Aliases. All that are tried take them.</summary>
    public required bool SendsTopicAliases { get; init; }

    /// <summary>How many unacknowledged publications it takes.</summary>
    public required int ReceiveMaximum { get; init; }

    /// <summary>Whether it keeps the client's Receive Maximum; elsewhere reading has to pause, or the client has to end
    /// the connection where it is told not to.</summary>
    public required bool KeepsReceiveMaximum { get; init; }

    /// <summary>The largest packet that it takes; null: it says no limit.</summary>
    public long? MaximumPacketSize { get; init; }

    /// <summary>Whether it keeps the client's Maximum Packet Size; elsewhere the client has to end the connection.
    /// </summary>
    public required bool KeepsMaximumPacketSize { get; init; }

    /// <summary>What it answers to a Keep Alive of one hour; null: it takes it.</summary>
    public TimeSpan? ServerKeepAlive { get; init; }

    /// <summary>Whether it tells a client that another one has its session now; elsewhere that is a mere loss.
    /// </summary>
    public required bool SaysTakenOver { get; init; }

    /// <summary>What it answers to a publication that nobody has subscribed to.</summary>
    public required MqttReasonCode NobodyReason { get; init; }

    /// <summary>How our client says that it does not know the authentication method.</summary>
    public required Type AuthenticationFault { get; init; }
}
