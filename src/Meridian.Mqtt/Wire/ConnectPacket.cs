namespace Meridian.Mqtt.Wire;

/// <summary>The first packet of a client (§3.1). What only 5.0 has is not written before it.</summary>
internal sealed record ConnectPacket
{
    public MqttProtocolVersion Version { get; init; } = MqttProtocolVersion.V311;

    public required string ClientId { get; init; }

    /// <summary>Clean Session, from 5.0 on Clean Start.</summary>
    public bool CleanSession { get; init; }

    public ushort KeepAliveSeconds { get; init; }

    public MqttWill? Will { get; init; }

    public string? UserName { get; init; }

    /// <summary>Null when the packet has none; may be empty otherwise.</summary>
    public ReadOnlyMemory<byte>? Password { get; init; }

    /// <summary>Zero: the session ends with the connection. The largest value: it never ends.</summary>
    public uint SessionExpirySeconds { get; init; }

    /// <summary>1 to 65,535.</summary>
    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>In bytes; zero for no limit.</summary>
    public uint MaximumPacketSize { get; init; }

    public ushort TopicAliasMaximum { get; init; }

    public bool RequestResponseInformation { get; init; }

    public bool RequestProblemInformation { get; init; } = true;

    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    public string? AuthenticationMethod { get; init; }

    /// <summary>Only with a method.</summary>
    public ReadOnlyMemory<byte>? AuthenticationData { get; init; }
}
