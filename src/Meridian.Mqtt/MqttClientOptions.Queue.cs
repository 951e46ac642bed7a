using Meridian.Mqtt.Storage;

namespace Meridian.Mqtt;

/// <content>What waits, and where it is kept.</content>
public sealed partial record MqttClientOptions
{
    /// <summary>
    /// Keeps publications at QoS 1 and 2 from the call to the acknowledgement, and received QoS 2 identifiers; null for
    /// memory that ends with the client. With a store, messages may be published without a connection.
    /// </summary>
    /// <remarks>The client opens it with the first call and closes it when it is disposed of. Needs a <see
    /// cref="ClientId"/>; exactly once across a restart needs a server that keeps the session (<see
    /// cref="CleanSession"/> false).</remarks>
    public IMqttSessionStore? SessionStore { get; init; }

    /// <summary>The bounds of what waits to be sent.</summary>
    /// <value><c>new()</c> by default.</value>
    public MqttQueueOptions Queue { get; init; } = new();

    private void CheckQueue(List<string> problems)
    {
        if (Queue is null)
        {
            problems.Add("Queue is null; leave it as it is for the default bounds.");
            return;
        }

        Check(problems, Queue.MaxMessages > 0, $"Queue.MaxMessages {Queue.MaxMessages} is not above zero.");
        Check(problems, Queue.MaxBytes >= 1024, $"Queue.MaxBytes {Queue.MaxBytes} is below 1024.");
        Check(problems, Enum.IsDefined(Queue.WhenFull), $"Queue.WhenFull {(int)Queue.WhenFull} is no policy.");
        Check(
            problems,
            SessionStore is null || !string.IsNullOrEmpty(ClientId),
            "SessionStore needs a ClientId: the session at the server is found by it.");
        Check(
            problems,
            SessionStore is null || OnConnectionLost == MqttInFlightPolicy.Resume,
            "SessionStore keeps what OnConnectionLost = Fail gives back; leave one of them out.");
    }
}
