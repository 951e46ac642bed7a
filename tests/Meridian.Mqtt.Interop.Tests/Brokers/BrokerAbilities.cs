namespace Meridian.Mqtt.Interop.Tests.Brokers;

/// <summary>
/// What a broker can do. The tests ask the broker, in both directions: what stands here as missing is tried too, and
/// has to fail as it is said here.
/// </summary>
public sealed record BrokerAbilities
{
    /// <summary>Its name and version, as in the table of <c>docs/mqtt/interop.md</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the classes of its tests begin with; the version follows.</summary>
    public required string ShortName { get; init; }

    /// <summary>The versions that it speaks.</summary>
    public required IReadOnlyList<MqttProtocolVersion> Versions { get; init; }

    /// <summary>What carries the bytes to it here.</summary>
    public IReadOnlyList<Carrier> Carriers { get; init; } = [Carrier.Tcp];

    /// <summary>What it does with what MQTT 5.0 leaves to it; null: it does not speak 5.0.</summary>
    public Version5Abilities? Version5 { get; init; }

    /// <summary>Where it is so slow that a large payload is 100 KB and not 10 MB; null for nowhere.</summary>
    public Carrier? SlowCarrier { get; init; }

    /// <summary>How our client says that a broker without QoS 2 refuses to be sent a message with it; null: it has
    /// QoS 2.</summary>
    public Type? Qos2Fault { get; init; }

    /// <summary>Why it answers a wrong password as it does.</summary>
    public required MqttReasonCode PasswordRefusal { get; init; }

    /// <summary>Whether sessions survive an orderly restart of the broker.</summary>
    public bool KeepsSessions { get; init; }

    /// <summary>Whether retained messages survive an orderly restart of the broker.</summary>
    public bool KeepsRetained { get; init; }

    /// <summary>Whether a subscription with wildcards gets retained messages.</summary>
    public bool FindsRetainedByWildcard { get; init; } = true;

    /// <summary>What a user should know beyond the columns of the table.</summary>
    public string Remark { get; init; } = "";

    public bool HasQos2 => Qos2Fault is null;
}
