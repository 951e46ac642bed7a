using System.Diagnostics.CodeAnalysis;
using System.Net;
using Meridian.Mqtt.Transport;
using Microsoft.Extensions.Logging;

namespace Meridian.Mqtt.Actor;

/// <summary>
/// An MQTT connection as an actor: it lives in the background, every call returns at once with a token, and what
/// becomes of it is told to an <see cref="IMqttConnectionNotify"/>. The engine is that of <see cref="MqttClient"/>.
/// </summary>
/// <remarks>
/// It connects by itself when it is made. With <see cref="MqttConnectionOptions.RetryConnection"/> it goes on until
/// <see cref="Disconnect"/> or disposal, and calls wait for the next connection; without, its first failure or loss
/// ends it for good, and calls fail while it is not connected. All members may be called from any thread, also from the
/// callbacks. None blocks, and none throws for the network's or the server's sake; after disposal calls throw
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class MqttConnection : IDisposable, IAsyncDisposable
{
    // How long the end waits for callbacks that are behind, and again for the socket to take what has gathered and
    // DISCONNECT.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly MqttConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly CallBook _book;
    private readonly NotifyLoop _loop;

    [SuppressMessage(
        "Usage", "CA2213:Disposable fields should be disposed", Justification = "The running task disposes of it.")]
    private readonly MqttClient? _client;

    private readonly Task _running;

    /// <summary>Begins to connect.</summary>
    /// <param name="options">The options; immutable, so they are kept as they are.</param>
    /// <param name="notify">Hears everything; its first call may come before this returns.</param>
    /// <param name="logger">Where the engine writes; null for nowhere.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="random">Random numbers for the Client Identifier and for delays; null for the system's.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message lists every problem. Those of TLS are
    /// told as <see cref="MqttError.TlsConfiguration"/> instead.</exception>
    public MqttConnection(
        MqttConnectionOptions options,
        IMqttConnectionNotify notify,
        ILogger<MqttClient>? logger = null,
        TimeProvider? time = null,
        Random? random = null)
        : this(options, notify, logger, time, random, connector: null)
    {
    }

    internal MqttConnection(
        MqttConnectionOptions options,
        IMqttConnectionNotify notify,
        ILogger<MqttClient>? logger,
        TimeProvider? time,
        Random? random,
        ITransportConnector? connector)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(notify);
        var problems = options.Validate();
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(options));
        }

        _options = options;
        _time = time ?? TimeProvider.System;
        _loop = new NotifyLoop(this, notify, options);
        _book = new CallBook(options, _loop);
        if (options.FindTlsProblem() is { } problem)
        {
            // Without an engine, so that nothing can go out unprotected.
            _loop.Post(new ErrorEvent(
                MqttError.TlsConfiguration, new MqttErrorDetails { Message = problem, HasEnded = true }));
            _book.End();
        }
        else
        {
            var listener = new LifeListener(_book, _loop);
            _client = new MqttClient(options.ToClientOptions(), listener, logger, time, random, connector);
            listener.Use(_client);
            _loop.Use(_client);
            _book.Use(_client);
        }

        _running = RunAsync();
    }

    /// <summary>The Client Identifier in use; empty when the options for TLS could not be used.</summary>
    public string ClientId => _client?.ClientId ?? "";

    /// <summary>This end of the connection; null when there is none.</summary>
    public EndPoint? LocalAddress => _client?.LocalAddress;

    /// <summary>The server's end of the connection; null when there is none.</summary>
    public EndPoint? RemoteAddress => _client?.RemoteAddress;

    /// <summary>Publishes a message.</summary>
    /// <remarks>The outcome is told by <see cref="IMqttConnectionNotify.OnPublish"/> or by one of
    /// <see cref="MqttError.PublishTopic"/>, <see cref="MqttError.PublishQos"/>,
    /// <see cref="MqttError.PublishConnected"/>, <see cref="MqttError.PublishQueueFull"/>,
    /// <see cref="MqttError.PublishFailure"/>, <see cref="MqttError.PublishExpired"/> and
    /// <see cref="MqttError.PublishLost"/>. Messages leave in the order of the calls.</remarks>
    /// <param name="message">The message; its payload is copied before this returns.</param>
    /// <returns>What the callback carries.</returns>
    public MqttToken Publish(MqttApplicationMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(message.Topic, nameof(message));
        return _book.Publish(message);
    }

    /// <summary>Subscribes to a topic.</summary>
    /// <remarks>The outcome is told by <see cref="IMqttConnectionNotify.OnSubscribe"/> or by one of
    /// <see cref="MqttError.SubscribeTopic"/>, <see cref="MqttError.SubscribeQos"/>,
    /// <see cref="MqttError.SubscribeConnected"/>, <see cref="MqttError.SubscribeQueueFull"/> and
    /// <see cref="MqttError.SubscribeFailure"/>. What is granted is made again on a later connection whose session is
    /// new.</remarks>
    /// <param name="topic">The Topic Filter.</param>
    /// <param name="qos">The highest QoS at which the server may send.</param>
    /// <returns>What the callback carries.</returns>
    public MqttToken Subscribe(string topic, MqttQos qos = MqttQos.AtMostOnce)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return _book.Subscribe(topic, qos);
    }

    /// <summary>Ends a subscription; messages that are on their way may still come.</summary>
    /// <remarks>The outcome is told by <see cref="IMqttConnectionNotify.OnUnsubscribe"/> or by one of
    /// <see cref="MqttError.UnsubscribeTopic"/>, <see cref="MqttError.UnsubscribeConnected"/>,
    /// <see cref="MqttError.UnsubscribeQueueFull"/> and <see cref="MqttError.UnsubscribeFailure"/>.</remarks>
    /// <param name="topic">The Topic Filter as it was subscribed.</param>
    /// <returns>What the callback carries.</returns>
    public MqttToken Unsubscribe(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return _book.Unsubscribe(topic);
    }

    /// <summary>Sends what has gathered and DISCONNECT and ends for good; ends the tries when there is no connection.
    /// </summary>
    /// <remarks>Told by <see cref="IMqttConnectionNotify.OnDisconnect"/>, or by
    /// <see cref="MqttError.DisconnectDisconnected"/> when it had ended already. What waits for a connection, and what
    /// is not acknowledged by then, fails: call this when the outcomes have been heard. Messages that were received are
    /// told and acknowledged before, for at most 2 s; what is left then at QoS 1 and 2 stays with a server that keeps
    /// the session.</remarks>
    /// <param name="sendWill">True: the Will is published all the same. Before MQTT 5.0 the connection publishes it
    /// itself, before DISCONNECT; in 5.0 it asks the server to, by Reason Code 0x04, so that its delay and properties
    /// count.</param>
    /// <returns>What the error carries.</returns>
    public MqttToken Disconnect(bool sendWill = false) => _book.Disconnect(sendWill);

    /// <summary>Disconnects without the Will and ends everything, in the background. May be called twice.</summary>
    public void Dispose() => _book.Dispose();

    /// <summary>Does as <see cref="Dispose"/>.</summary>
    /// <returns>A task that ends when the last callback has returned; not to be awaited by blocking within one.
    /// </returns>
    public async ValueTask DisposeAsync()
    {
        _book.Dispose();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var telling = _loop.RunAsync();
        if (_client is not null)
        {
            var connecting = ConnectAsync(_client);
            await CloseAsync(_client, await _book.Closing.ConfigureAwait(false)).ConfigureAwait(false);
            await connecting.ConfigureAwait(false);
        }

        _book.End();
        await _book.Disposing.ConfigureAwait(false);
        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }

        _book.Finish();
        await telling.ConfigureAwait(false);
    }

    private static async Task ConnectAsync(MqttClient client)
    {
        try
        {
            await client.ConnectAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (MqttException)
        {
            // The listener has heard why; or it was this side that ended it.
        }
    }

    private async Task CloseAsync(MqttClient client, bool sendWill)
    {
        await HearOutAsync().ConfigureAwait(false);
        if (sendWill && _options.Will is { } will)
        {
            await SendWillAsync(client, will).ConfigureAwait(false);
        }

        using var timeout = new CancellationTokenSource(CloseTimeout, _time);
        try
        {
            await client.DisconnectAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            // The socket took nothing in time; the connection was ended without a word.
        }
    }

    /// <summary>What was received is told before DISCONNECT, or its acknowledgement could not leave any more.</summary>
    private async Task HearOutAsync()
    {
        using var timeout = new CancellationTokenSource(CloseTimeout, _time);
        try
        {
            await _loop.WhenMessagesToldAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            // A callback takes longer. What it is not through with stays with the server.
        }
    }

    private async Task SendWillAsync(MqttClient client, MqttWill will)
    {
        using var timeout = new CancellationTokenSource(_options.AcknowledgementTimeout, _time);
        try
        {
            await client.DisconnectAsync(new MqttDisconnectOptions { SendWill = true }, timeout.Token)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is MqttException or OperationCanceledException)
        {
            _loop.Post(new ErrorEvent(
                MqttError.PublishFailure,
                new MqttErrorDetails
                {
                    Message = $"The Will for '{will.Topic}' was not published: {error.Message}",
                    Topic = will.Topic,
                    Cause = error,
                }));
        }
    }
}
