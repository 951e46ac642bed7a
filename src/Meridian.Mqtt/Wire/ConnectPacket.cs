namespace Meridian.Mqtt.Wire;

/// <summary>The first packet of a client (MQTT 3.1.1 §3.1).</summary>
internal sealed record ConnectPacket
{
    public MqttProtocolVersion Version { get; init; } = MqttProtocolVersion.V311;

    public required string ClientId { get; init; }

    public bool CleanSession { get; init; }

    public ushort KeepAliveSeconds { get; init; }

    public MqttWill? Will { get; init; }

    public string? UserName { get; init; }

    /// <summary>Null when the packet has none; may be empty otherwise.</summary>
    public ReadOnlyMemory<byte>? Password { get; init; }
}

/// <summary>The server's answer to CONNECT (§3.2). The return code is the raw byte of its version.</summary>
internal readonly record struct ConnAckPacket(bool IsSessionPresent, byte ReturnCode);
