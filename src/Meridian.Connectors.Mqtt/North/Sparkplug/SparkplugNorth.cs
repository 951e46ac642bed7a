using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Formats.Sparkplug;
using Meridian.Mqtt;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>
/// Publishes readings as a Sparkplug edge node. Each connect is a client and a session of its own, since the Will of a
/// session carries the session's number; the engine connects again.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "StopAsync disposes them.")]
internal sealed partial class SparkplugNorth : IHandlesValues, IMqttReceiver
{
    private readonly INorthContext _context;
    private readonly MqttNorthSettings _settings;
    private readonly ILogger _logger;
    private readonly EdgeNode _node;

    // Births and data have one order: that of their sequence numbers.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<EdgeMessage> _messages = [];
    private readonly List<Rejection> _rejections = [];

    // Full means "births are asked for": one request is as good as many.
    private readonly Channel<bool> _rebirths = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private MqttClient? _client;
    private CancellationTokenSource? _stopBearing;
    private Task _bearing = Task.CompletedTask;
    private byte _birthNumber;
    private volatile bool _isLost = true;

    public SparkplugNorth(INorthContext context, MqttNorthSettings settings)
    {
        _context = context;
        _settings = settings;
        _logger = context.Loggers.CreateLogger<SparkplugNorth>();
        _node = new EdgeNode(
            settings.Sparkplug!, // The settings' check demands it for this format.
            new EdgeLimits { MaxPayloadBytes = (int)settings.MaxPacketSize.Bytes });
    }

    private string Broker => ConnectionSetup.NameOf(_settings);

    private MqttQos Qos => (MqttQos)_settings.Qos;

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await EndClientAsync().ConfigureAwait(false);
        _birthNumber = await NextNumberAsync(cancellationToken).ConfigureAwait(false);
        var client = new MqttClient(
            ConnectionSetup.OptionsOf(_settings, _context.Name) with
            {
                CleanSession = true, // [tck-id-principles-persistence-clean-session-311]
                MaxInFlight = _settings.Window,
                OnConnectionLost = MqttInFlightPolicy.Fail,
                Reconnect = null,
                Will = new MqttWill
                {
                    Topic = _node.DeathTopic,
                    Payload = EdgeNode.DeathOf(_birthNumber, _context.Time.GetUtcNow()),
                    Qos = MqttQos.AtLeastOnce, // [tck-id-payloads-ndeath-will-message-qos]
                    IsRetained = false, // [tck-id-payloads-ndeath-will-message-retain]
                },
            },
            this,
            _context.Loggers.CreateLogger<MqttClient>(),
            _context.Time,
            _context.Random);
        _client = client;
        _isLost = false;
        try
        {
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            await SubscribeAsync(client, cancellationToken).ConfigureAwait(false);
            _messages.Clear();
            _node.BeginSession(_birthNumber, _context.Time.GetUtcNow(), _messages);
            _ = await PublishAsync(client, cancellationToken).ConfigureAwait(false) is { } failure
                ? throw failure
                : true;
        }
        catch (MqttException error)
        {
            _isLost = true;
            throw MqttFaults.From(error, Broker);
        }

        _stopBearing = new CancellationTokenSource();
        _bearing = BearOnRequestAsync(client, _stopBearing.Token);
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        if (_client is not { } client || _isLost)
        {
            throw new ConnectorException(Fault.Unreachable, $"There is no connection to broker {Broker}.");
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _messages.Clear();
            _rejections.Clear();
            _node.Compose(batch.Readings.Span, _context.Time.GetUtcNow(), _messages, _rejections);
            var failure = await PublishAsync(client, cancellationToken).ConfigureAwait(false);
            return failure is null
                ? _rejections.Count == 0 ? DeliveryOutcome.Delivered : DeliveryOutcome.DeliveredExcept([.. _rejections])
                : DeliveryOutcome.Retry(MqttFaults.From(failure, Broker).Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        await EndBearingAsync().ConfigureAwait(false);
        if (_client is not { } client)
        {
            return;
        }

        try
        {
            if (!_isLost)
            {
                // A DISCONNECT without it leaves the edge node alive for everyone
                // [tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311].
                var death = EdgeNode.DeathOf(_birthNumber, _context.Time.GetUtcNow());
                _isLost = true;
                _ = await client
                    .PublishAsync(_node.DeathTopic, death, MqttQos.AtLeastOnce, false, cancellationToken)
                    .ConfigureAwait(false);
            }

            await client.DisconnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MqttException error)
        {
            LogFarewellFailed(_context.Name, error.Message);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await EndClientAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        ConnectionTest.RunAsync(_settings, _context, cancellationToken);

    /// <inheritdoc/>
    public void OnMessage(in MqttMessage message)
    {
        if (SparkplugCodec.TryDecode(message.Payload, out var command, out _) && EdgeNode.IsRebirth(command))
        {
            _ = _rebirths.Writer.TryWrite(true);
        }
    }

    /// <inheritdoc/>
    public void OnConnected(bool isSessionPresent) => _context.ReportConnected();

    /// <inheritdoc/>
    public void OnDisconnected(MqttException? reason, bool willRetry)
    {
        _isLost = true;
        if (reason is not null)
        {
            _context.ReportLost(MqttFaults.From(reason, Broker));
        }
    }

    private async Task<byte> NextNumberAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await new BirthNumber(_context.Folder).NextAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNumberLost(_context.Name, error.Message);
            return (byte)(_birthNumber + 1);
        }
    }

    private async Task SubscribeAsync(MqttClient client, CancellationToken cancellationToken)
    {
        var answers = await client
            .SubscribeAsync(
                [new MqttSubscriptionRequest(_node.CommandTopic, MqttQos.AtLeastOnce)], cancellationToken)
            .ConfigureAwait(false);
        if (!answers[0].IsGranted)
        {
            throw new ConnectorException(
                Fault.Unauthorized,
                $"Broker {Broker} refuses the subscription to '{_node.CommandTopic}', on which applications ask for "
                + "births; look at its access rights.");
        }
    }

    /// <summary>
    /// Publishes what was composed, in order and all at once, and awaits each. What is refused for good is rejected
    /// with its readings; the first other failure is the outcome.
    /// </summary>
    private async Task<MqttException?> PublishAsync(MqttClient client, CancellationToken cancellationToken)
    {
        MqttException? failure = null;
        OperationCanceledException? cancelled = null;
        var underWay = new Queue<(EdgeMessage Message, Task<MqttPublishResult> Publication)>();
        foreach (var message in _messages)
        {
            // A task per payload of many readings.
            var publication = client
                .PublishAsync(message.Topic, message.Payload, Qos, false, cancellationToken)
                .AsTask();
            underWay.Enqueue((message, publication));
            if (underWay.Count >= _settings.Window)
            {
                await AwaitOldestAsync().ConfigureAwait(false);
            }
        }

        while (underWay.Count > 0)
        {
            await AwaitOldestAsync().ConfigureAwait(false);
        }

        _rejections.Sort(static (one, other) => one.Index.CompareTo(other.Index));
        return cancelled is null ? failure : throw new OperationCanceledException(cancelled.Message, cancelled);

        async Task AwaitOldestAsync()
        {
            var (message, publication) = underWay.Dequeue();
            try
            {
                _ = await publication.ConfigureAwait(false);
            }
            catch (MqttRejectedException rejected) when (!rejected.IsTransient)
            {
                _rejections.AddRange(message.Indexes.Select(index => new Rejection(index, rejected.Message)));
            }
            catch (MqttException error)
            {
                failure ??= error;
            }
            catch (OperationCanceledException stop)
            {
                cancelled = stop;
            }
        }
    }

    /// <summary>Obeys Rebirth Requests until cancelled, also while no data flow.</summary>
    private async Task BearOnRequestAsync(MqttClient client, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in _rebirths.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    _messages.Clear();
                    _rejections.Clear();
                    _node.BearAll(_context.Time.GetUtcNow(), _messages);
                    if (await PublishAsync(client, cancellationToken).ConfigureAwait(false) is { } failure)
                    {
                        LogRebirthFailed(_context.Name, failure.Message); // The connection is lost; all are born anew.
                    }
                    else
                    {
                        LogRebirthObeyed(_context.Name);
                    }
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // Asked to end.
        }
    }

    private async Task EndBearingAsync()
    {
        if (_stopBearing is { } stop)
        {
            _stopBearing = null;
            await stop.CancelAsync().ConfigureAwait(false);
            await _bearing.ConfigureAwait(false);
            stop.Dispose();
        }
    }

    private async Task EndClientAsync()
    {
        await EndBearingAsync().ConfigureAwait(false);
        if (_client is { } client)
        {
            _client = null;
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(EventIds.FarewellFailed, LogLevel.Debug, "North '{North}' could not say DISCONNECT: {Reason}")]
    private partial void LogFarewellFailed(string north, string reason);

    [LoggerMessage(EventIds.RebirthObeyed, LogLevel.Debug, "North '{North}' published its births, as it was asked to.")]
    private partial void LogRebirthObeyed(string north);

    [LoggerMessage(EventIds.RebirthFailed, LogLevel.Debug, "North '{North}' could not publish its births: {Reason}")]
    private partial void LogRebirthFailed(string north, string reason);

    [LoggerMessage(
        EventIds.BirthNumberLost,
        LogLevel.Warning,
        "North '{North}' could not keep its session's number, so a death may be taken for another's: {Reason}")]
    private partial void LogNumberLost(string north, string reason);
}
