namespace Meridian.Mqtt;

/// <content>Request and response (MQTT 5.0 §4.10).</content>
public sealed partial class MqttClient
{
    /// <summary>Publishes a request and waits for its answer.</summary>
    /// <inheritdoc cref="RequestAsync(MqttApplicationMessage, TimeSpan, CancellationToken)"/>
    /// <param name="topic">The Topic Name of the request.</param>
    /// <param name="payload">The payload; copied before this returns to its caller's next step.</param>
    /// <param name="timeout">How long to wait for all of it, above zero.</param>
    /// <param name="qos">The QoS of the request.</param>
    /// <param name="cancellationToken">Stops the waiting; what is answered later is dropped.</param>
    public Task<MqttReceivedMessage> RequestAsync(
        string topic,
        ReadOnlyMemory<byte> payload,
        TimeSpan timeout,
        MqttQos qos = MqttQos.AtLeastOnce,
        CancellationToken cancellationToken = default) =>
        RequestAsync(
            new MqttApplicationMessage { Topic = topic, Payload = payload, Qos = qos }, timeout, cancellationToken);

    /// <summary>Publishes a request and waits for its answer.</summary>
    /// <remarks>
    /// <para>Any number may wait at once, from any thread and from callbacks; answers are told apart by number, so they
    /// may come in any order, and late or foreign ones are dropped. The first request subscribes to the topic of all
    /// answers, <c>PREFIX/TOKEN</c>, see <see cref="MqttClientOptions.ResponseTopicPrefix"/>.</para>
    /// <para>MQTT 5.0: the request has a Response Topic and Correlation Data; whoever answers publishes to the one and
    /// repeats the other, as <see cref="RespondAsync"/> does.</para>
    /// <para>Before MQTT 5.0 there are no such properties, and a convention takes their place: a request for
    /// <c>TOPIC</c> is published to <c>TOPIC/TOKEN/NUMBER</c>, and the answer to <c>PREFIX/TOKEN/NUMBER</c>. Whoever
    /// answers subscribes to <c>TOPIC/+/+</c> and uses the same prefix.</para>
    /// </remarks>
    /// <param name="message">The request; its ResponseTopic and CorrelationData are the client's to set.</param>
    /// <param name="timeout">How long to wait for all of it, above zero.</param>
    /// <param name="cancellationToken">Stops the waiting; what is answered later is dropped.</param>
    /// <returns>The answer; needs no acknowledgement.</returns>
    /// <exception cref="ArgumentException">The message is not valid.</exception>
    /// <exception cref="MqttTimeoutException">No answer came in time.</exception>
    /// <exception cref="MqttRejectedException">The server rejected the request or the subscription, or says that nobody
    /// has subscribed to the request (MQTT 5.0).</exception>
    /// <exception cref="MqttException">There is no connection, or it ended for good.</exception>
    public async Task<MqttReceivedMessage> RequestAsync(
        MqttApplicationMessage message, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        if (message.Properties is { } properties
            && (properties.ResponseTopic is not null || properties.CorrelationData is not null))
        {
            throw new ArgumentException(
                "ResponseTopic and CorrelationData of a request are set by the client; leave them out.",
                nameof(message));
        }

        if (!TopicName.IsValid(message.Topic, out var problem))
        {
            throw new ArgumentException(problem, nameof(message));
        }

        using var timer = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            // The publication is never cancelled half way by the wait for the answer: both share one end.
            return await _state.MakeResponses()
                .RequestAsync(message, PublishAsync, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MqttTimeoutException($"No answer to the request for '{message.Topic}' came within {timeout}.");
        }
    }

    /// <summary>Answers a request, of MQTT 5.0 or of the older convention of <see
    /// cref="RequestAsync(MqttApplicationMessage, TimeSpan, CancellationToken)"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="payload">The payload of the answer.</param>
    /// <param name="qos">The QoS of the answer.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>How the publication of the answer ended.</returns>
    /// <exception cref="ArgumentException">The message is no request.</exception>
    /// <exception cref="MqttException">As for a publication.</exception>
    public ValueTask<MqttPublishResult> RespondAsync(
        MqttReceivedMessage request,
        ReadOnlyMemory<byte> payload,
        MqttQos qos = MqttQos.AtLeastOnce,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Properties?.ResponseTopic is { } topic)
        {
            var correlation = request.Properties.CorrelationData;
            return PublishAsync(
                new MqttApplicationMessage
                {
                    Topic = topic,
                    Payload = payload,
                    Qos = qos,
                    Properties = correlation is null
                        ? null
                        : new MqttMessageProperties { CorrelationData = correlation },
                },
                cancellationToken);
        }

        var levels = request.Topic.Split('/');
        return levels.Length < 3
            ? throw new ArgumentException(
                $"The message for '{request.Topic}' has no Response Topic and no TOKEN/NUMBER at the end of its topic: "
                + "it is no request.",
                nameof(request))
            : PublishAsync(
                $"{_state.Options.ResponseTopicPrefix.TrimEnd('/')}/{levels[^2]}/{levels[^1]}",
                payload,
                qos,
                isRetained: false,
                cancellationToken);
    }
}
