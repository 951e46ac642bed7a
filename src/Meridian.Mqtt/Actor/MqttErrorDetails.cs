namespace Meridian.Mqtt.Actor;

/// <summary>What an <see cref="MqttError"/> was about, this time.</summary>
public sealed record MqttErrorDetails
{
    /// <summary>The call that failed; <c>default</c> when it was none.</summary>
    public MqttToken Token { get; init; }

    /// <summary>What happened, as a sentence or two for people.</summary>
    public required string Message { get; init; }

    /// <summary>The Topic Name or Topic Filter, where the error is about one; or null.</summary>
    public string? Topic { get; init; }

    /// <summary>True when this has ended a connection or a try to make one; false when the connection goes on, or there
    /// was none.</summary>
    public bool HasEnded { get; init; }

    /// <summary>True when the connection now tries again by itself.</summary>
    public bool WillRetry { get; init; }

    /// <summary>What the engine said; it knows the Reason Code, where there is one. Null for a refusal that the engine
    /// has not seen.</summary>
    public Exception? Cause { get; init; }
}
