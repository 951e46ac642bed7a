using System.Diagnostics.CodeAnalysis;

namespace Meridian.Mqtt;

/// <content>Streams of received messages.</content>
public sealed partial class MqttClient
{
    private const string NoWait = "The stream is there at once; what can be awaited is each of its messages.";

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
    /// <para>Streams of one Topic Filter share one subscription at the server: the last request counts. A filter is
    /// either the receiver's or of streams, since a server knows it only once. What a server kept for a session arrives
    /// from <see cref="ConnectAsync"/> on, so a process that returns to its session declares its streams before, with
    /// <see cref="DeclareSubscription(MqttSubscriptionRequest, MqttSubscriptionOptions?)"/>; what finds neither a
    /// stream nor a receiver is in <see cref="UnclaimedCount"/>.</para>
    /// </remarks>
    /// <param name="request">What to subscribe to.</param>
    /// <param name="options">The buffer; null for its defaults.</param>
    /// <param name="cancellationToken">Stops the waiting; what the server grants then is given up again.</param>
    /// <returns>The stream; dispose of it to unsubscribe.</returns>
    /// <exception cref="ArgumentException">The filter or the options are not valid, or the packet is larger than
    /// allowed.</exception>
    /// <exception cref="InvalidOperationException">The receiver has subscribed to this Topic Filter.</exception>
    /// <exception cref="MqttRejectedException">The server refuses the subscription.</exception>
    /// <exception cref="MqttException">There is no connection, or it ended before the answer.</exception>
    public Task<MqttSubscription> SubscribeAsync(
        MqttSubscriptionRequest request,
        MqttSubscriptionOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var stream = NewStream(request, options);
        return _state.Streams.SubscribeAsync(stream, request, cancellationToken);
    }

    /// <summary>Makes a stream whose subscription the client makes when it is connected.</summary>
    /// <inheritdoc cref="DeclareSubscription(MqttSubscriptionRequest, MqttSubscriptionOptions?)"/>
    /// <param name="filter">The Topic Filter; <c>$share/NAME/FILTER</c> shares the messages among clients.</param>
    /// <param name="qos">The highest QoS at which the server may send.</param>
    /// <param name="options">The buffer; null for its defaults.</param>
    [SuppressMessage("Style", "VSTHRD200:Use Async suffix", Justification = NoWait)]
    public MqttSubscription DeclareSubscription(
        string filter, MqttQos qos = MqttQos.AtLeastOnce, MqttSubscriptionOptions? options = null) =>
        DeclareSubscription(new MqttSubscriptionRequest(filter, qos), options);

    /// <summary>Makes a stream whose subscription the client makes when it is connected.</summary>
    /// <remarks>
    /// <para>Declare before <see cref="ConnectAsync"/> what a session should go on with: the stream then gets what the
    /// server kept from the first packet on. SUBSCRIBE leaves on the first connection, also when the session is
    /// present, since this process may ask for other options than the one before; what is retained then comes as
    /// <see cref="MqttSubscriptionRequest.RetainHandling"/> says, and not again when the connection returns with its
    /// session. While connected, SUBSCRIBE leaves at once.</para>
    /// <para>The server's answer is in <see cref="MqttSubscription.GrantedQos"/>; a refusal ends the stream with
    /// <see cref="MqttRejectedException"/>. A connection that ends before the answer is no failure: the next one asks.
    /// A try to connect that fails leaves the stream as it is.</para>
    /// </remarks>
    /// <param name="request">What to subscribe to.</param>
    /// <param name="options">The buffer; null for its defaults.</param>
    /// <returns>The stream; dispose of it to unsubscribe.</returns>
    /// <exception cref="ArgumentException">The filter or the options are not valid, or the packet is larger than
    /// allowed.</exception>
    /// <exception cref="InvalidOperationException">The receiver has subscribed to this Topic Filter.</exception>
    [SuppressMessage("Style", "VSTHRD200:Use Async suffix", Justification = NoWait)]
    public MqttSubscription DeclareSubscription(
        MqttSubscriptionRequest request, MqttSubscriptionOptions? options = null)
    {
        var stream = NewStream(request, options);
        _state.Requests.Declare(stream, request);
        if (_isDisposed)
        {
            _state.EndLife(reason: null); // Disposal has ended all streams, this one perhaps not.
        }

        return stream;
    }

    /// <summary>
    /// How many messages arrived that found no stream, where there is no receiver: they are acknowledged, as MQTT
    /// demands [MQTT-4.5.0-2], and gone. The first one of each connection is logged as a warning with its topic.
    /// </summary>
    /// <remarks>They come from subscriptions that the session has of an earlier process and that nobody
    /// has declared in this one, or were on their way when a stream ended.</remarks>
    public long UnclaimedCount => _state.Streams.UnclaimedCount;

    /// <summary>
    /// Says that the application has noted the release of a message at QoS 2; PUBCOMP goes out with the next bytes.
    /// </summary>
    /// <remarks>Any thread, any order. Does nothing a second time, or when the connection that brought the release has
    /// ended (the server then releases the message again).</remarks>
    /// <param name="release">What <see cref="IMqttReceiver.OnRelease"/> was given.</param>
    public void Acknowledge(in MqttRelease release) => _state.Acknowledge(release);

    [SuppressMessage("Style", "VSTHRD200:Use Async suffix", Justification = NoWait)]
    private MqttSubscription NewStream(MqttSubscriptionRequest request, MqttSubscriptionOptions? options)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var buffer = options ?? new MqttSubscriptionOptions();
        DemandRequests([request], nameof(request));
        return buffer.FindProblem() is { } problem
            ? throw new ArgumentException(problem, nameof(options))
            : new MqttSubscription(
                request,
                buffer,
                _state.Streams,
                isByApplication: _state.Options.AcknowledgeMode == MqttAcknowledgeMode.ByApplication);
    }

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
