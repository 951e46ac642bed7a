using System.Runtime.InteropServices;

namespace Meridian.Mqtt;

/// <summary>The bounds of what waits to be sent: beyond the window, for the socket, or for a connection.</summary>
public sealed record MqttQueueOptions
{
    /// <summary>How many messages may wait.</summary>
    /// <value>1,000,000 by default.</value>
    public int MaxMessages { get; init; } = 1_000_000;

    /// <summary>How many bytes, as packets, may wait. A message larger than this is refused.</summary>
    /// <value>256 MiB by default.</value>
    public long MaxBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>What happens to a message that does not fit, into these bounds or into the session store.</summary>
    /// <value><see cref="MqttQueueFullPolicy.Wait"/> by default.</value>
    public MqttQueueFullPolicy WhenFull { get; init; }
}

/// <summary>What happens when the queue or the session store is full.</summary>
public enum MqttQueueFullPolicy
{
    /// <summary>The call waits for room, with a copy of its message: as many wait as calls are outstanding.</summary>
    Wait,

    /// <summary>The oldest messages that were never sent make room. Their callers hear <see
    /// cref="MqttMessageDroppedException"/>. When all are on their way the new one is refused.</summary>
    DropOldest,

    /// <summary>The call ends at once with <see cref="MqttQueueFullException"/>.</summary>
    Refuse,
}

/// <summary>The queue of a client at one moment.</summary>
/// <param name="Waiting">Messages that are not sent yet.</param>
/// <param name="WaitingBytes">Their bytes, as packets.</param>
/// <param name="InFlight">Messages that are sent and not acknowledged, or wait to be sent again.</param>
/// <param name="Dropped">How many were dropped for newer ones since the client was made.</param>
/// <param name="Refused">How many were refused because the queue was full.</param>
/// <param name="Undelivered">How many stored ones were given up; see <see cref="IMqttReceiver.OnUndelivered"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MqttQueueStatus(
    int Waiting, long WaitingBytes, int InFlight, long Dropped, long Refused, long Undelivered);

/// <summary>The queue is full and its policy is to refuse; the message was not taken.</summary>
/// <param name="message">Which bound, and the way out.</param>
public sealed class MqttQueueFullException(string message) : MqttException(message, inner: null)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>A message that was never sent made room for a newer one, as the policy wants.</summary>
/// <param name="message">What was dropped.</param>
public sealed class MqttMessageDroppedException(string message) : MqttException(message, inner: null)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The client ended before the acknowledgement, but the message lies in the session store: the next client on
/// it sends it. Do not publish it again.</summary>
/// <param name="message">What is stored.</param>
public sealed class MqttStoredForLaterException(string message) : MqttException(message, inner: null)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
