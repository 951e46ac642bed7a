namespace Meridian.Mqtt;

/// <content>Streams of received messages.</content>
public sealed partial class MqttClient
{
    /// <summary>Subscribes and gives the messages as a stream with a buffer of its own.</summary>
    /// <inheritdoc cref="SubscribeAsync(MqttSubscriptionRequest, MqttSubscriptionOptions?, CancellationToken)"/>
    /// <param name="filter">The Topic Filter; <c>$share/NAME/FILTER</c> shares the messages among clients.</param>
    /// <param name="qos">The highest QoS at which the server may send.</param>
    /// <param name="options">The buffer; null for its defaults.</param>
    /// <param name="cancellationToken">Stops the waiting; what the server grants then is given up again.</param>
    public Task<MqttSubscription> SubscribeAsync(
        string filter,
        MqttQos qos = MqttQos.AtLeastOnce,
        MqttSubscriptionOptions? options = null,
        CancellationToken cancellationToken = default) =>
        SubscribeAsync(new MqttSubscriptionRequest(filter, qos), options, cancellationToken);

    /// <summary>Subscribes and gives the messages as a stream with a buffer of its own.</summary>
    /// <remarks>
    /// <para>A message goes to every stream that subscribed to it, by Subscription Identifier where the server has them
    /// (MQTT 5.0), and by Topic Filter elsewhere; only what no stream wants goes to the <see cref="IMqttReceiver"/>. A
    /// server of an older version that sends one copy per overlapping Topic Filter gives each stream all copies.</para>
    /// <para>Streams of one Topic Filter share one subscription at the server: the last request counts. What a server
    /// kept for a session arrives from <see cref="ConnectAsync"/> on, so a process that returns to its session should
    /// also have a receiver, which gets what comes before its streams are there.</para>
    /// </remarks>
    /// <param name="request">What to subscribe to.</param>
    /// <param name="options">The buffer; null for its defaults.</param>
    /// <param name="cancellationToken">Stops the waiting; what the server grants then is given up again.</param>
    /// <returns>The stream; dispose of it to unsubscribe.</returns>
    /// <exception cref="ArgumentException">The filter or the options are not valid, or the packet is larger than
    /// allowed.</exception>
    /// <exception cref="MqttRejectedException">The server refuses the subscription.</exception>
    /// <exception cref="MqttException">There is no connection, or it ended before the answer.</exception>
    public Task<MqttSubscription> SubscribeAsync(
        MqttSubscriptionRequest request,
        MqttSubscriptionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var buffer = options ?? new MqttSubscriptionOptions();
        DemandRequests([request], nameof(request));
        return buffer.FindProblem() is { } problem
            ? throw new ArgumentException(problem, nameof(options))
            : _state.Streams.SubscribeAsync(request, buffer, cancellationToken);
    }

    /// <summary>
    /// Says that the application has noted the release of a message at QoS 2; PUBCOMP goes out with the next bytes.
    /// </summary>
    /// <remarks>Any thread, any order. Does nothing a second time, or when the connection that brought the release has
    /// ended (the server then releases the message again).</remarks>
    /// <param name="release">What <see cref="IMqttReceiver.OnRelease"/> was given.</param>
    public void Acknowledge(in MqttRelease release) => _state.Acknowledge(release);

    private void DemandRequests(MqttSubscriptionRequest[] requests, string parameter)
    {
        DemandFilters(Array.ConvertAll(requests, static request => request.Filter), parameter);
        foreach (var request in requests)
        {
            if (request.FindProblem() is { } problem)
            {
                throw new ArgumentException(problem, parameter);
            }
        }
    }
}
