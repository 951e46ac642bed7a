using Meridian.Mqtt.Telemetry;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt;

/// <content>The queue and the session store.</content>
public sealed partial class MqttClient
{
    /// <summary>What waits and what is under way, at this moment.</summary>
    public MqttQueueStatus Queue => _state.Publications.Status;

    /// <summary>
    /// Hands a message to <see cref="MqttClientOptions.SessionStore"/> and returns when it is stored there: from then
    /// on it is delivered as its QoS says, over reconnects and restarts. Needs no connection.
    /// </summary>
    /// <remarks>The payload is copied before this returns. Messages leave in the order of the calls, together with
    /// those of <see cref="PublishAsync(MqttApplicationMessage, CancellationToken)"/>. What can never be delivered
    /// (rejected by the server, expired, dropped for a newer one, or at QoS 2 on its way when the server lost the
    /// session) is given to <see cref="IMqttReceiver.OnUndelivered"/>, and forgotten only then.</remarks>
    /// <param name="message">The message, at QoS 1 or 2.</param>
    /// <param name="cancellationToken">Stops the waiting; the message may be stored all the same.</param>
    /// <returns>A task that ends when the message is stored.</returns>
    /// <exception cref="InvalidOperationException">The options have no session store.</exception>
    /// <exception cref="ArgumentException">The message is not valid, at QoS 0, or larger than allowed.</exception>
    /// <exception cref="Storage.MqttStoreException">It is not stored.</exception>
    /// <exception cref="MqttQueueFullException">It is not stored: the queue or the store is full and the policy is to
    /// refuse.</exception>
    public Task EnqueueAsync(MqttApplicationMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_state.Ledger is null)
        {
            throw new InvalidOperationException("EnqueueAsync needs MqttClientOptions.SessionStore.");
        }

        if (PropertyRules.FindProblem(message.Properties) is { } problem
            || !TopicName.IsValid(message.Topic, out problem))
        {
            throw new ArgumentException(problem, nameof(message));
        }

        if (message.Qos is not (MqttQos.AtLeastOnce or MqttQos.ExactlyOnce))
        {
            throw new ArgumentException(
                $"QoS {(int)message.Qos} is never acknowledged, so it is not stored; use 1 or 2, or PublishAsync.",
                nameof(message));
        }

        return PublishTracing.Source.HasListeners()
            ? EnqueueTracedAsync(PublishPacket.Of(message), cancellationToken)
            : _state.Publications.StoreAsync(PublishPacket.Of(message), cancellationToken);
    }

    /// <inheritdoc cref="EnqueueAsync(MqttApplicationMessage, CancellationToken)"/>
    /// <param name="topic">The Topic Name.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="qos">The QoS, 1 or 2.</param>
    /// <param name="isRetained">Whether the server keeps it for later subscribers.</param>
    /// <param name="cancellationToken">Stops the waiting; the message may be stored all the same.</param>
    public Task EnqueueAsync(
        string topic,
        ReadOnlyMemory<byte> payload,
        MqttQos qos = MqttQos.AtLeastOnce,
        bool isRetained = false,
        CancellationToken cancellationToken = default) =>
        EnqueueAsync(
            new MqttApplicationMessage { Topic = topic, Payload = payload, Qos = qos, IsRetained = isRetained },
            cancellationToken);

    private async Task EndStoreAsync()
    {
        if (_state.Ledger is { } ledger)
        {
            _state.Publications.EndCallers();
            await ledger.CloseAsync().ConfigureAwait(false);
        }
    }
}
