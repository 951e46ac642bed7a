namespace Meridian.Mqtt.Connection;

/// <summary>
/// A receiver that hears more of the client's life, and may slow it down: what the actor face needs. Called like <see
/// cref="IMqttReceiver"/>, from the client's loops and under none of its locks; must not throw.
/// </summary>
internal interface ILifeObserver : IMqttReceiver
{
    /// <summary>True: the read loop takes no further message until <see cref="MqttClient.OnReceiverRoom"/>. Whatever
    /// comes behind waits too, pings still go out, and the dead-link clock stands still.</summary>
    bool IsFull { get; }

    /// <summary>The server answered a ping.</summary>
    void OnPing();

    /// <summary>The server granted a Topic Filter before and refuses it now.</summary>
    void OnRenewalRefused(string filter);

    /// <summary>A refusal, or a silent close, is answered with another try at once: an older version, another
    /// identifier or server.</summary>
    void OnAdapted(MqttException reason);

    /// <summary>A try to connect failed.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="hasOpened">Whether it came as far as an open transport.</param>
    /// <param name="willRetry">Whether another follows by itself.</param>
    void OnTryFailed(MqttException reason, bool hasOpened, bool willRetry);

    /// <summary>Awaited before each round of tries, so that a listener that is behind is not buried.</summary>
    Task WhenHeardAsync(CancellationToken cancellationToken);
}
