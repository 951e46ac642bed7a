using System.Buffers;
using Meridian.Mqtt.Connection;

namespace Meridian.Mqtt.Actor;

/// <summary>What the engine tells, brought to the <see cref="CallBook"/> and the <see cref="NotifyLoop"/>.</summary>
internal sealed class LifeListener(CallBook book, NotifyLoop loop) : ILifeObserver
{
    private MqttClient? _client;

    public bool IsFull => loop.IsFull;

    /// <summary>The engine; set once, before it connects.</summary>
    public void Use(MqttClient client) => _client = client;

    public void OnMessage(in MqttMessage message)
    {
        var client = _client!; // Set before anything is received.
        var copy = new MqttApplicationMessage
        {
            Topic = message.Topic,
            Payload = message.Payload.ToArray(),
            Qos = message.Qos,
            IsRetained = message.IsRetained,
            Properties = message.Properties,
        };
        if (message.Qos == MqttQos.ExactlyOnce)
        {
            // The copy waits for the user, over losses of the connection too. When the server sends the message again
            // meanwhile, it must not be heard twice.
            client.Keep(message.Acknowledgement);
        }

        loop.Post(new MessageEvent(copy, message.Acknowledgement, client));
    }

    public void OnConnected(bool isSessionPresent) => book.OnConnected(isSessionPresent);

    public void OnDisconnected(MqttException? reason, bool willRetry)
    {
        if (!willRetry && _client is { IsSessionKept: true })
        {
            loop.LeaveUnheardToServer(); // Whoever takes the session up next is sent them, and is to hear them once.
        }

        book.OnDisconnected(reason, willRetry);
    }

    public void OnPing() => loop.Post(new PingEvent());

    public void OnRenewalRefused(string filter) => loop.Post(new ErrorEvent(
        MqttError.SubscribeFailure,
        new MqttErrorDetails
        {
            Message = $"The server granted the Topic Filter '{filter}' before and refuses it now.",
            Topic = filter,
        }));

    public void OnAdapted(MqttException reason) =>
        book.OnTryFailed(ErrorChoice.OfAdapted(reason), reason, willRetry: true);

    public void OnTryFailed(MqttException reason, bool hasOpened, bool willRetry) =>
        book.OnTryFailed(ErrorChoice.OfTry(reason, hasOpened, willRetry), reason, willRetry);

    public Task WhenHeardAsync(CancellationToken cancellationToken) => loop.WhenHeardAsync(cancellationToken);
}
