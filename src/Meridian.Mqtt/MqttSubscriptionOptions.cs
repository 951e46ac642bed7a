namespace Meridian.Mqtt;

/// <summary>The buffer of one <see cref="MqttSubscription"/>.</summary>
public sealed record MqttSubscriptionOptions
{
    /// <summary>How many messages wait for the application before the stream is full, at least 1.</summary>
    /// <value>1,000 by default.</value>
    public int Capacity { get; init; } = 1_000;

    /// <summary>How many bytes of payload wait before the stream is full, at least 1. One message larger than this
    /// still
    /// passes, alone.</summary>
    /// <value>16 MiB by default.</value>
    public long MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>What becomes of a message that meets the full stream.</summary>
    /// <value><see cref="MqttWhenFull.Wait"/> by default.</value>
    public MqttWhenFull WhenFull { get; init; }

    /// <summary>One sentence on what is wrong, or null.</summary>
    internal string? FindProblem() => Capacity < 1
        ? $"Capacity {Capacity} is below 1."
        : MaxBytes < 1
            ? $"MaxBytes {MaxBytes} is below 1."
            : WhenFull > MqttWhenFull.DropOldest ? $"WhenFull {(int)WhenFull} is not known." : null;
}

/// <summary>What becomes of a message that meets a full <see cref="MqttSubscription"/>.</summary>
public enum MqttWhenFull : byte
{
    /// <summary>
    /// At QoS 1 and 2 it is kept beside the buffer and not acknowledged before the buffer has room, so that the server
    /// holds back at <see cref="MqttClientOptions.ReceiveMaximum"/>; at QoS 0 it is dropped and counted. When the
    /// connection is lost and the session is not, what is kept at QoS 1 is dropped, since the server sends it again.
    /// </summary>
    Wait,

    /// <summary>The oldest message of the buffer is dropped, acknowledged and counted.</summary>
    DropOldest,
}
