namespace Meridian.Mqtt.Wire;

/// <summary>The server's answer to CONNECT (§3.2); the defaults are what the absence of a property means.</summary>
/// <param name="IsSessionPresent">Whether the server had the session.</param>
/// <param name="ReturnCode">The raw byte of its version: return code before 5.0, Reason Code from then on.</param>
internal sealed record ConnAckPacket(bool IsSessionPresent, byte ReturnCode)
{
    /// <summary>Null: what CONNECT asked for.</summary>
    public uint? SessionExpirySeconds { get; init; }

    /// <summary>1 to 65,535.</summary>
    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    public MqttQos MaximumQos { get; init; } = MqttQos.ExactlyOnce;

    public bool IsRetainAvailable { get; init; } = true;

    /// <summary>In bytes; zero for no limit.</summary>
    public uint MaximumPacketSize { get; init; }

    public string? AssignedClientId { get; init; }

    public ushort TopicAliasMaximum { get; init; }

    public ReasonDetails? Details { get; init; }

    public bool IsWildcardSubscriptionAvailable { get; init; } = true;

    public bool IsSubscriptionIdentifierAvailable { get; init; } = true;

    public bool IsSharedSubscriptionAvailable { get; init; } = true;

    /// <summary>Null: what CONNECT said.</summary>
    public ushort? ServerKeepAliveSeconds { get; init; }

    public string? ResponseInformation { get; init; }

    public string? ServerReference { get; init; }

    public string? AuthenticationMethod { get; init; }

    public ReadOnlyMemory<byte>? AuthenticationData { get; init; }
}
