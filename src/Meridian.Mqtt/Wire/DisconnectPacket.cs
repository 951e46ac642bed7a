namespace Meridian.Mqtt.Wire;

/// <summary>The last packet of either side (§3.14).</summary>
internal sealed record DisconnectPacket(MqttReasonCode ReasonCode = MqttReasonCode.Success)
{
    /// <summary>Null: as in CONNECT. From the client only.</summary>
    public uint? SessionExpirySeconds { get; init; }

    /// <summary>From the server only.</summary>
    public string? ServerReference { get; init; }

    public ReasonDetails? Details { get; init; }
}

/// <summary>One step of an enhanced authentication (MQTT 5.0 §3.15).</summary>
internal sealed record AuthPacket(MqttReasonCode ReasonCode, string? Method, ReadOnlyMemory<byte>? Data)
{
    public ReasonDetails? Details { get; init; }
}
