using Meridian.Mqtt.Connection;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt;

/// <content>What the actor face needs of the engine beside the public members.</content>
public sealed partial class MqttClient
{
    /// <summary>An <see cref="ILifeObserver"/> takes messages again.</summary>
    internal void OnReceiverRoom() => _state.Link?.OnInboundRoom();

    /// <summary>
    /// The application failed at a message that it had not acknowledged: the connection that brought it is ended, so
    /// that the server sends it again. Does nothing when that connection is gone.
    /// </summary>
    /// <returns>True when a connection was ended.</returns>
    internal bool OnMessageFailed(in MqttAcknowledgement acknowledgement, Exception error)
    {
        bool isCurrent;
        lock (_state.InboundGate)
        {
            isCurrent = _state.Inbound.Epoch == acknowledgement.Epoch;
        }

        var link = isCurrent ? _state.Link : null;
        link?.End(new MqttConnectionLostException(
            "The receiver threw; the connection was ended so that the server sends again.", error));
        return link is not null;
    }

    /// <summary>As <see cref="PublishAsync(MqttApplicationMessage, CancellationToken)"/>, for a listener.</summary>
    internal void Publish(MqttApplicationMessage message, ICallListener listener)
    {
        if (PropertyRules.FindProblem(message.Properties) is { } problem)
        {
            throw new ArgumentException(problem, nameof(message));
        }

        _state.Publications.Publish(PublishPacket.Of(message), listener);
    }

    /// <summary>As <see cref="SubscribeAsync(IReadOnlyList{MqttSubscriptionRequest}, CancellationToken)"/>, for a
    /// listener.</summary>
    internal void Subscribe(MqttSubscriptionRequest request, ICallListener listener)
    {
        DemandFilters([request.Filter], nameof(request));
        _ = _state.Requests.SubscribeAsync([request], listener: listener);
    }

    /// <summary>As <see cref="UnsubscribeAsync"/>, for a listener.</summary>
    internal void Unsubscribe(string filter, ICallListener listener)
    {
        DemandFilters([filter], nameof(filter));
        _ = _state.Requests.UnsubscribeAsync([filter], listener);
    }

    internal void LogReceiverFailed(Exception error) => _log.ReceiverFailed(error);
}
