using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Meridian.Mqtt.Connection;
using Meridian.Mqtt.Reconnect;
using Meridian.Mqtt.Telemetry;
using Meridian.Mqtt.Transport;
using Meridian.Mqtt.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Mqtt;

/// <summary>An MQTT client over one connection at a time, which it makes again by itself when it is lost.</summary>
/// <remarks>
/// All members may be called from any thread, also from the receiver's callbacks (where nothing may be waited for by
/// blocking). Every call ends: with its outcome, or with an <see cref="MqttException"/> that says why not.
/// </remarks>
public sealed partial class MqttClient : IAsyncDisposable
{
    // How long disposal waits for the socket to take what has gathered and DISCONNECT.
    private static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _lifeLock = new();
    private readonly ClientState _state;
    private readonly ITransportConnector _connector;
    private readonly IMqttReceiver? _receiver;
    private readonly TimeProvider _time;
    private readonly Random _jitter;
    private readonly MqttLog _log;
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>Prepares a client; nothing is sent before <see cref="ConnectAsync"/>.</summary>
    /// <param name="options">The options; immutable, so they are kept as they are.</param>
    /// <param name="receiver">Hears received messages and the life of the connection; null for a client that only
    /// publishes.</param>
    /// <param name="logger">Where the client writes; null for nowhere.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="jitter">Random numbers for the Client Identifier and for reconnect delays; null for the system's.
    /// Must be thread-safe when clients share it.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every problem.</exception>
    public MqttClient(
        MqttClientOptions options,
        IMqttReceiver? receiver = null,
        ILogger<MqttClient>? logger = null,
        TimeProvider? time = null,
        Random? jitter = null)
        : this(options, receiver, logger, time, jitter, connector: null)
    {
    }

    [SuppressMessage(
        "ApiDesign", "RS0030:Do not use banned APIs", Justification = "The default of an injected source.")]
    internal MqttClient(
        MqttClientOptions options,
        IMqttReceiver? receiver,
        ILogger<MqttClient>? logger,
        TimeProvider? time,
        Random? jitter,
        ITransportConnector? connector)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.Validate();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(options));
        }

        _receiver = receiver;
        _time = time ?? TimeProvider.System;
        _jitter = jitter ?? Random.Shared;
        _connector = connector ?? new ServerConnector(options, _time);
        var isAssigned = options.LetServerAssignClientId && options.Version == MqttProtocolVersion.V50;
        var mustDraw = options.ClientId.Length == 0 && !isAssigned;
        _state = new ClientState(options, mustDraw ? ConnectionLoop.DrawId(_jitter) : options.ClientId, _time);
        _log = new MqttLog(logger is null ? NullLogger.Instance : new GuardedLogger(logger), _state);
        MqttMeter.Add(_state.Figures);
        if (options.SessionStore is { } store)
        {
            _state.Keep(new SessionLedger(store, receiver, _log));
        }
    }

    /// <summary>True while a connection is accepted and not ended.</summary>
    public bool IsConnected => _state.Link is not null;

    /// <summary>
    /// The Client Identifier in use: the one of the options, or the one that was drawn for this client, by itself or by
    /// the server; then empty before the first connection.
    /// </summary>
    public string ClientId => _state.ClientId;

    /// <summary>This end of the connection; null when there is none.</summary>
    public EndPoint? LocalAddress => _state.Link?.Transport.LocalEndPoint;

    /// <summary>The server's end of the connection; null when there is none.</summary>
    public EndPoint? RemoteAddress => _state.Link?.Transport.RemoteEndPoint;

    /// <summary>
    /// Connects and returns when the server has accepted. One try; from then on
    /// <see cref="MqttClientOptions.Reconnect"/> counts, which can make this more than one try too.
    /// </summary>
    /// <param name="cancellationToken">Ends the try; the client is then as before the call.</param>
    /// <returns>What the server said.</returns>
    /// <exception cref="MqttConnectException">The server refused; see the reason code.</exception>
    /// <exception cref="MqttTimeoutException">Nothing was heard within <see
    /// cref="MqttClientOptions.ConnectTimeout"/>.</exception>
    /// <exception cref="MqttConnectionLostException">The server cannot be reached or closed the connection.</exception>
    /// <exception cref="MqttTlsException">TLS could not be agreed on, or a certificate was not accepted.</exception>
    /// <exception cref="MqttProxyException">The proxy did not let the connection through.</exception>
    /// <exception cref="MqttWebSocketException">The server did not agree to a WebSocket.</exception>
    /// <exception cref="MqttProtocolException">The server answered with what is not MQTT.</exception>
    /// <exception cref="Storage.MqttStoreException">The session store cannot be opened.</exception>
    /// <exception cref="InvalidOperationException">The client is connected or connecting already.</exception>
    public async Task<MqttConnectResult> ConnectAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_state.Ledger is not null)
        {
            await _state.Publications.OpenStoreAsync(cancellationToken).ConfigureAwait(false);
        }

        ConnectionLoop loop;
        CancellationTokenSource stop;
        Task running;
        lock (_lifeLock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_running.IsCompleted)
            {
                throw new InvalidOperationException(
                    "The client is connected or connecting already; disconnect it first.");
            }

            _stop?.Dispose();
            _stop = stop = new CancellationTokenSource();
            loop = new ConnectionLoop(
                _state, new Handshake(_state, _connector, _time), _receiver, _time, _jitter, _log);
            running = _running = loop.RunAsync(stop.Token);
        }

        using var registration = cancellationToken.UnsafeRegister(
            static stop => ((CancellationTokenSource)stop!).Cancel(), stop);
        try
        {
            return await loop.First.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MqttConnectionLostException(
                "The client was disconnected by its owner before the server accepted.");
        }
        catch (MqttException)
        {
            await running.ConfigureAwait(false); // Or a caller who tries again at once would still find it running.
            throw;
        }
    }

    /// <summary>
    /// Sends what has gathered and DISCONNECT, and ends for good: no reconnect follows, the server drops the Will.
    /// </summary>
    /// <remarks>Publications at QoS 1 and 2 that are not acknowledged by then end with <see
    /// cref="MqttConnectionLostException"/>: await them before. Does nothing when there is no connection; stops a
    /// reconnect. Not to be blocked on inside a callback.</remarks>
    /// <param name="cancellationToken">Ends the connection at once instead; the Will may then be published.</param>
    public Task DisconnectAsync(CancellationToken cancellationToken = default) =>
        CloseAsync(new DisconnectPacket(), cancellationToken);

    private async Task CloseAsync(DisconnectPacket farewell, CancellationToken cancellationToken)
    {
        Task running;
        CancellationTokenSource? stop;
        lock (_lifeLock)
        {
            running = _running;
            stop = _stop;
        }

        if (running.IsCompleted || stop is null)
        {
            return;
        }

        try
        {
            if (_state.Link is { } link)
            {
                await link.CloseAsync(farewell, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
        }
    }

    /// <summary>Publishes an Application Message.</summary>
    /// <remarks>
    /// The payload is copied before this returns. Publications leave in the order of the calls. When the window
    /// (<see cref="MqttClientOptions.MaxInFlight"/>) or the outbound bytes
    /// (<see cref="MqttClientOptions.MaxOutboundBytes"/>) are full, the call waits, with a copy of its payload; nothing
    /// bounds how many calls may wait, so keep a bounded number of them outstanding, a few times the window at most.
    /// The returned task may be awaited once. The steady path allocates nothing.
    /// </remarks>
    /// <param name="topic">The Topic Name.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="qos">The QoS.</param>
    /// <param name="isRetained">Whether the server keeps it for later subscribers.</param>
    /// <param name="cancellationToken">Stops the waiting. A message that was not sent yet is never sent; one that was
    /// is still delivered.</param>
    /// <returns>Completes at QoS 0 when the bytes are in the outbound buffer, at QoS 1 on PUBACK, at QoS 2 on
    /// PUBCOMP.</returns>
    /// <exception cref="ArgumentException">The topic is not a Topic Name, or the packet is larger than
    /// allowed.</exception>
    /// <exception cref="MqttRejectedException">The server rejected it, or takes no such messages.</exception>
    /// <exception cref="MqttConnectionLostException">There is no connection, or it was lost and the options do not let
    /// the message wait.</exception>
    public ValueTask<MqttPublishResult> PublishAsync(
        string topic,
        ReadOnlyMemory<byte> payload,
        MqttQos qos = MqttQos.AtMostOnce,
        bool isRetained = false,
        CancellationToken cancellationToken = default) =>
        PublishAsync(new PublishPacket
        {
            Topic = topic,
            Payload = new ReadOnlySequence<byte>(payload),
            Qos = qos,
            IsRetained = isRetained,
        }, cancellationToken);

    /// <summary>
    /// Subscribes for the receiver. What is granted is remembered and asked for again when a later connection has no
    /// session.
    /// </summary>
    /// <remarks>For a stream of its own see <see
    /// cref="SubscribeAsync(string, MqttQos, MqttSubscriptionOptions?, CancellationToken)"/>. A Topic Filter that a
    /// stream has is that stream's, since a server knows it only once: it is refused here. Of filters that overlap, the
    /// receiver gets what no stream wants.</remarks>
    /// <param name="subscriptions">The Topic Filters, at least one.</param>
    /// <param name="cancellationToken">Stops the waiting; the request stays sent.</param>
    /// <returns>The server's answer for each filter, in order; a refusal is an answer, not an exception.</returns>
    /// <exception cref="ArgumentException">A filter is not valid, or the packet is larger than allowed.</exception>
    /// <exception cref="InvalidOperationException">A filter has a stream.</exception>
    /// <exception cref="MqttException">There is no connection, or it ended before the answer.</exception>
    public async Task<IReadOnlyList<MqttSubscribeResult>> SubscribeAsync(
        IReadOnlyList<MqttSubscriptionRequest> subscriptions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        MqttSubscriptionRequest[] asked = [.. subscriptions];
        DemandRequests(asked, nameof(subscriptions));
        var codes = await _state.Requests.SubscribeAsync(asked).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. asked.Select(
            (subscription, i) => new MqttSubscribeResult(subscription.Filter, (MqttReasonCode)codes[i]))];
    }

    /// <summary>Subscribes with a Subscription Identifier, which each message of this subscription brings along in
    /// <see cref="MqttMessage.SubscriptionIdentifiers"/>: so overlapping Topic Filters of the receiver can be told
    /// apart. MQTT 5.0 only (§3.8.2.1.2).</summary>
    /// <remarks>As <see cref="SubscribeAsync(IReadOnlyList{MqttSubscriptionRequest}, CancellationToken)"/> else. A
    /// session outlives processes and keeps the identifiers: give a filter the same one in each of them.</remarks>
    /// <param name="subscription">The Topic Filter.</param>
    /// <param name="subscriptionIdentifier">The identifier, 1 to 268,435,455.</param>
    /// <param name="cancellationToken">Stops the waiting; the request stays sent.</param>
    /// <returns>The server's answer; a refusal is an answer, not an exception.</returns>
    /// <exception cref="ArgumentException">The filter or the identifier is not valid.</exception>
    /// <exception cref="InvalidOperationException">The filter has a stream.</exception>
    /// <exception cref="MqttRejectedException">The server has no Subscription Identifiers.</exception>
    /// <exception cref="MqttException">There is no connection, or it ended before the answer.</exception>
    public async Task<MqttSubscribeResult> SubscribeAsync(
        MqttSubscriptionRequest subscription,
        uint subscriptionIdentifier,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscription);
        ArgumentOutOfRangeException.ThrowIfZero(subscriptionIdentifier);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            subscriptionIdentifier, MqttSubscriptionIdentifier.Max);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        DemandRequests([subscription], nameof(subscription));
        var codes = await _state.Requests.SubscribeAsync([subscription], subscriptionIdentifier)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        return new MqttSubscribeResult(subscription.Filter, (MqttReasonCode)codes[0]);
    }

    /// <summary>Ends subscriptions; messages that are on their way may still come. Streams of these Topic Filters end.
    /// </summary>
    /// <param name="filters">The Topic Filters, at least one, as they were subscribed.</param>
    /// <param name="cancellationToken">Stops the waiting; the request stays sent.</param>
    /// <exception cref="ArgumentException">A filter is not valid, or the packet is larger than allowed.</exception>
    /// <exception cref="MqttRejectedException">The server does not end one of them (MQTT 5.0).</exception>
    /// <exception cref="MqttException">There is no connection, or it ended before the answer.</exception>
    public async Task UnsubscribeAsync(IReadOnlyList<string> filters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filters);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        string[] asked = [.. filters];
        DemandFilters(asked, nameof(filters));
        var codes = await _state.Requests.UnsubscribeAsync(asked).WaitAsync(cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < asked.Length; i++)
        {
            var reason = codes.Count == 0 ? MqttReasonCode.Success : (MqttReasonCode)codes[i]; // No codes before 5.0.
            if (reason >= MqttReasonCode.UnspecifiedError)
            {
                throw new MqttRejectedException(
                    reason, $"The server does not end the subscription to '{asked[i]}': {reason}.");
            }
        }
    }

    /// <summary>
    /// Says that the application is done with a received message; PUBACK or PUBREC goes out with the next bytes, in
    /// receive order.
    /// </summary>
    /// <remarks>Any thread, any order, cheap. Does nothing for an empty acknowledgement, a second time, or when the
    /// connection that brought the message has ended (the server then sends it again).</remarks>
    /// <param name="acknowledgement">What the message carried.</param>
    public void Acknowledge(in MqttAcknowledgement acknowledgement)
    {
        if (!acknowledgement.IsEmpty)
        {
            _state.Acknowledge(acknowledgement);
        }
    }

    /// <summary>
    /// Disconnects as <see cref="DisconnectAsync(CancellationToken)"/> does, for at most 2 s, and ends every waiting
    /// call. May be called twice.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lifeLock)
        {
            _isDisposed = true;
        }

        MqttMeter.Remove(_state.Figures);
        using var timeout = new CancellationTokenSource(DisposeTimeout, _time);
        try
        {
            await DisconnectAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            // The socket took nothing in time; the connection was ended without a word.
        }

        _state.EndLife(reason: null);
        _stop?.Dispose();
        await EndStoreAsync().ConfigureAwait(false);
    }

    private ValueTask<MqttPublishResult> PublishAsync(in PublishPacket packet, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!TopicName.IsValid(packet.Topic, out var problem))
        {
            throw new ArgumentException(problem, nameof(packet));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan((byte)packet.Qos, (byte)MqttQos.ExactlyOnce, nameof(packet));
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<MqttPublishResult>(cancellationToken);
        }

        return PublishTracing.Source.HasListeners()
            ? PublishTracedAsync(packet, cancellationToken)
            : _state.Publications.PublishAsync(packet, cancellationToken);
    }

    private void DemandFilters(string[] filters, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfZero(filters.Length, parameter);
        var bytes = (long)Frame.MaxHeaderBytes;
        foreach (var filter in filters)
        {
            if (!TopicFilter.IsValid(filter, out var problem))
            {
                throw new ArgumentException(problem, parameter);
            }

            bytes += 3 + Encoding.UTF8.GetByteCount(filter);
        }

        if (bytes > _state.Options.MaxPacketBytes)
        {
            throw new ArgumentException(
                $"The filters take about {bytes} bytes as a packet; MaxPacketBytes is {_state.Options.MaxPacketBytes}.",
                parameter);
        }
    }
}
