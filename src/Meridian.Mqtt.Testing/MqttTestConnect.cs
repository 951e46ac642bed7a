namespace Meridian.Mqtt.Testing;

/// <summary>What a client's CONNECT says; before 5.0 the defaults stand for what it cannot say.</summary>
public sealed record MqttTestConnect
{
    /// <summary>The version that the client wants to speak.</summary>
    public required MqttProtocolVersion Version { get; init; }

    /// <summary>The Client Identifier; may be empty.</summary>
    public required string ClientId { get; init; }

    /// <summary>Clean Start; before 5.0 Clean Session.</summary>
    public bool CleanStart { get; init; }

    /// <summary>The Keep Alive; zero for none.</summary>
    public TimeSpan KeepAlive { get; init; }

    /// <summary>The Will, or null.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>The user name, or null.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, or null.</summary>
    public ReadOnlyMemory<byte>? Password { get; init; }

    /// <summary>How long the session outlives the connection; <see cref="TimeSpan.MaxValue"/> for ever.</summary>
    public TimeSpan SessionExpiry { get; init; }

    /// <summary>How many publications the client takes at once.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>The largest packet that the client takes, in bytes; null for no limit.</summary>
    public long? MaximumPacketSize { get; init; }

    /// <summary>The highest Topic Alias that the client takes.</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>Whether the client wants Response Information.</summary>
    public bool RequestResponseInformation { get; init; }

    /// <summary>Whether the client wants Reason Strings and User Properties with faults.</summary>
    public bool RequestProblemInformation { get; init; } = true;

    /// <summary>The User Properties.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>The method of an enhanced authentication, or null.</summary>
    public string? AuthenticationMethod { get; init; }
}
