using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Mqtt.Connection;
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
/// <remarks>
/// <code>
///  connect ─► subscribed ─┬─ no primary host ──────────────► births ─► data
///                         └─ primary host ─► waits for it ─► births ─► data ─► it goes: NDEATH, DISCONNECT, lost
/// </code>
/// </remarks>
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
    private readonly EdgeServers _servers = new();

    // Births and data have one order: that of their sequence numbers.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<EdgeMessage> _messages = [];
    private readonly List<Rejection> _rejections = [];

    private MqttClient? _client;
    private EdgePublisher? _publisher;
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

    /// <summary>
    /// How long a batch waits for the primary host before the engine is told, which then tries again at its own pace.
    /// </summary>
    public TimeSpan HostWait { get; init; } = TimeSpan.FromSeconds(20);

    private string Broker => ConnectionSetup.NameOf(_settings);

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await EndClientAsync().ConfigureAwait(false);
        _birthNumber = await NextNumberAsync(cancellationToken).ConfigureAwait(false);
        var client = new MqttClient(
            _servers.FromHereOn(ConnectionSetup.OptionsOf(_settings, _context.Name)) with
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
        _publisher = new EdgePublisher(client, _settings);
        BeginHost();
        _isLost = false;
        try
        {
            var connected = await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            await SubscribeAsync(client, cancellationToken).ConfigureAwait(false);
            await MeetHostAsync(connected.Server, cancellationToken).ConfigureAwait(false);
            if (_host is null or { IsOnline: true })
            {
                await BearAsync(cancellationToken).ConfigureAwait(false);
                _ = _publisher.Failure is { } failure ? throw failure : true;
            }
        }
        catch (MqttException error)
        {
            _isLost = true;
            throw MqttFaults.From(error, _settings);
        }

        StartAttending(client);
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        await AwaitHostAsync(cancellationToken).ConfigureAwait(false);
        if (_publisher is not { } publisher || _isLost)
        {
            throw new ConnectorException(Fault.Unreachable, $"There is no connection to broker {Broker}.");
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (WaitForHost() is { } wait)
            {
                return wait;
            }

            _messages.Clear();
            _rejections.Clear();
            BearWhereNeeded();
            _node.Compose(batch.Readings.Span, _context.Time.GetUtcNow(), _messages, _rejections);
            await PublishAsync(publisher, cancellationToken).ConfigureAwait(false);
            return Judge(publisher);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        await EndAttendingAsync().ConfigureAwait(false);
        if (_client is not { } client)
        {
            return;
        }

        _isLost = true;
        try
        {
            await SayDeathAsync(client, cancellationToken).ConfigureAwait(false);
            await client.DisconnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MqttException error)
        {
            LogFarewellFailed(_context.Name, error.Message);
            await LeaveToTheWillAsync(client).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await LeaveToTheWillAsync(client).ConfigureAwait(false);
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
    public void OnConnected(bool isSessionPresent) => _context.ReportConnected();

    /// <inheritdoc/>
    public void OnDisconnected(MqttException? reason, bool willRetry)
    {
        _isLost = true;
        _host?.End();
        if (reason is not null)
        {
            _context.ReportLost(MqttFaults.From(reason, _settings));
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
        string[] topics = _host is { } host ? [_node.CommandTopic, host.Topic] : [_node.CommandTopic];
        var answers = await client
            .SubscribeAsync(
                [.. topics.Select(static topic => new MqttSubscriptionRequest(topic, MqttQos.AtLeastOnce))],
                cancellationToken)
            .ConfigureAwait(false);
        for (var i = 0; i < topics.Length; i++)
        {
            if (!answers[i].IsGranted)
            {
                throw new ConnectorException(
                    Fault.Unauthorized,
                    $"Broker {Broker} refuses the subscription to '{topics[i]}', on which applications "
                    + $"{(i == 0 ? "ask for births" : "tell whether they are there")}; look at its access rights.");
            }
        }
    }

    private DeliveryOutcome Judge(EdgePublisher publisher)
    {
        // Nobody whom it was for heard the last of it, so all of it comes again when somebody does.
        if (WaitForHost() is { } wait)
        {
            return wait;
        }

        return publisher.Failure is { } failure
            ? DeliveryOutcome.Retry(
                MqttFaults.From(failure, _settings).Message, deliveredCount: publisher.DeliveredCount)
            : (_rejections.Count == 0 ? DeliveryOutcome.Delivered : DeliveryOutcome.DeliveredExcept([.. _rejections]));
    }

    private async Task EndClientAsync()
    {
        await EndAttendingAsync().ConfigureAwait(false);
        if (_client is { } client)
        {
            (_client, _publisher) = (null, null);
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(EventIds.FarewellFailed, LogLevel.Debug, "North '{North}' could not say DISCONNECT: {Reason}")]
    private partial void LogFarewellFailed(string north, string reason);

    [LoggerMessage(
        EventIds.BirthNumberLost,
        LogLevel.Warning,
        "North '{North}' could not keep its session's number, so a death may be taken for another's: {Reason}")]
    private partial void LogNumberLost(string north, string reason);
}
