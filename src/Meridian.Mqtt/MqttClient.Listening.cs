using Meridian.Mqtt.Connection;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt;

/// <content>What the actor face needs of the engine beside the public members.</content>
public sealed partial class MqttClient
{
    /// <summary>Whether the server keeps the session when the connection ends.</summary>
    internal bool IsSessionKept => _state.IsSessionKept;

    /// <summary>An <see cref="ILifeObserver"/> takes messages again.</summary>
    internal void OnReceiverRoom() => _state.Link?.OnInboundRoom();

    /// <summary>A copy of the message that the read loop is at is kept until it is acknowledged: at QoS 2 it is not
    /// wanted again on a later connection.</summary>
    internal void Keep(in MqttAcknowledgement acknowledgement)
    {
        lock (_state.InboundGate)
        {
            _state.Inbound.Keep(acknowledgement.Sequence);
        }
    }

    /// <summary>
    /// The application failed at a message that it had not acknowledged: a connection that has brought it and lives is
    /// ended, so that the server sends it again.
    /// </summary>
    /// <returns>True when a connection was ended.</returns>
    internal bool OnMessageFailed(in MqttAcknowledgement acknowledgement, Exception error)
    {
        bool mustEnd;
        lock (_state.InboundGate)
        {
            mustEnd = _state.Inbound.TakeBack(acknowledgement.Epoch, acknowledgement.Sequence);
        }

        var link = mustEnd ? _state.Link : null;
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
