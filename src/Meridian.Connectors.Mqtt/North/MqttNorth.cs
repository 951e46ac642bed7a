using System.Diagnostics.CodeAnalysis;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Mqtt;
using Meridian.Sdk;
using Meridian.Sdk.Faults;
using Meridian.Sdk.North;
using Meridian.Sdk.Readings;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.North;

/// <summary>
/// Publishes each reading as one message, pipelined: a whole batch is on its way at once, within the window. Only the
/// engine's pump sends again, so nothing is delivered behind its back.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "StopAsync disposes them.")]
internal sealed partial class MqttNorth : IHandlesValues, IMqttReceiver
{
    private readonly INorthContext _context;
    private readonly MqttNorthSettings _settings;
    private readonly ILogger _logger;
    private readonly PublishTopics _topics;
    private readonly PublishPipeline _pipeline;
    private readonly PayloadEncoder _encoder;
    private readonly PublishProperties _properties;
    private MqttClient? _client;
    private volatile bool _isLost;
    private volatile bool _speaks5;

    public MqttNorth(INorthContext context, MqttNorthSettings settings)
    {
        _context = context;
        _settings = settings;
        _logger = context.Loggers.CreateLogger<MqttNorth>();
        _topics = new PublishTopics(settings.Topic);
        _pipeline = new PublishPipeline(settings);
        _encoder = new PayloadEncoder(settings.Format, settings.Payload);
        _properties = new PublishProperties(settings.Properties);
    }

    /// <inheritdoc/>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        _client ??= new MqttClient(
            ConnectionSetup.OptionsOf(_settings, _context.Name) with
            {
                CleanSession = true,
                MaxInFlight = _settings.Window,
                OnConnectionLost = MqttInFlightPolicy.Fail,
            },
            this,
            _context.Loggers.CreateLogger<MqttClient>(),
            _context.Time,
            _context.Random);
        _isLost = false;
        try
        {
            await _client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MqttException error)
        {
            throw MqttFaults.From(error, _settings);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryOutcome> HandleValuesAsync(ValuesBatch batch, CancellationToken cancellationToken)
    {
        if (_client is not { } client || _isLost)
        {
            throw new ConnectorException(
                Fault.Unreachable, $"There is no connection to broker {ConnectionSetup.NameOf(_settings)}.");
        }

        _pipeline.Begin();
        try
        {
            for (var i = 0; i < batch.Readings.Length && _pipeline.Failure is null; i++)
            {
                if (_pipeline.IsFull)
                {
                    await _pipeline.AwaitOldestAsync().ConfigureAwait(false);
                }

                Publish(client, batch.Readings.Span[i], i, cancellationToken);
            }
        }
        finally
        {
            await _pipeline.AwaitAllAsync().ConfigureAwait(false);
        }

        return Judge();
    }

    /// <inheritdoc/>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        if (_client is null)
        {
            return;
        }

        try
        {
            await _client.DisconnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MqttException error)
        {
            LogFarewellFailed(_context.Name, error.Message);
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_client is not null)
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }

        _encoder.Dispose();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Diagnostic>> TestConnectionAsync(CancellationToken cancellationToken) =>
        ConnectionTest.RunAsync(_settings, _context, FactsOf, cancellationToken);

    /// <inheritdoc/>
    public void OnMessage(in MqttMessage message)
    {
        // It subscribes to nothing, and what a broker sends all the same is acknowledged by the client and of no
        // concern.
    }

    /// <inheritdoc/>
    public void OnConnected(bool isSessionPresent)
    {
        // Each connection anew: with version newest a broker that was replaced may speak another one.
        _speaks5 = _client?.Version >= MqttProtocolVersion.V50;
        if (_settings.Properties is not null && !_speaks5)
        {
            LogPropertiesLeftOut(_context.Name, ConnectionSetup.NameOf(_settings));
        }

        _context.ReportConnected();
    }

    /// <inheritdoc/>
    public void OnDisconnected(MqttException? reason, bool willRetry)
    {
        if (reason is null)
        {
            return; // Asked for.
        }

        var fault = MqttFaults.From(reason, _settings);
        if (willRetry)
        {
            _context.ReportRetrying(fault);
            return;
        }

        _isLost = true;
        _context.ReportLost(fault);
    }

    /// <inheritdoc/>
    public void OnReconnectFailed(MqttException reason) => _context.ReportRetrying(MqttFaults.From(reason, _settings));

    private void Publish(MqttClient client, in Reading reading, int index, CancellationToken cancellationToken)
    {
        var topic = _topics.Find(reading);
        if (topic.Problem is { } problem)
        {
            _pipeline.Reject(index, problem);
            return;
        }

        var (payload, isText) = _encoder.Encode(reading);
        var properties = _speaks5 ? _properties.Find(reading, isText) : default;
        if (properties.Problem is { } flaw)
        {
            _pipeline.Reject(index, flaw);
            return;
        }

        var bytes = PacketBytes(topic.Name, payload) + properties.Bytes;
        if (bytes > _settings.MaxPacketSize.Bytes)
        {
            _pipeline.Reject(
                index,
                $"The message for point '{reading.Point}' takes {bytes} bytes, more than maxPacketSize, "
                + $"{_settings.MaxPacketSize}, lets through; raise it if the broker takes such messages.");
            return;
        }

        _pipeline.Add(
            index,
            client.PublishAsync(
                topic.Name,
                payload,
                (MqttQos)_settings.Qos,
                _settings.IsRetained,
                properties.Properties,
                cancellationToken));
    }

    private DeliveryOutcome Judge()
    {
        if (_pipeline.Failure is { } failure)
        {
            // What is rejected must come again, to be rejected in an outcome that says so: the prefix ends before it.
            var delivered = _pipeline.Rejections is [var first, ..]
                ? Math.Min(first.Index, _pipeline.FailedIndex)
                : _pipeline.FailedIndex;
            return DeliveryOutcome.Retry(WordsOf(failure), deliveredCount: delivered);
        }

        return _pipeline.Rejections.Count == 0
            ? DeliveryOutcome.Delivered
            : DeliveryOutcome.DeliveredExcept([.. _pipeline.Rejections.OrderBy(static rejection => rejection.Index)]);
    }

    private string WordsOf(MqttException failure) => failure is MqttMessageExpiredException
        ? $"Broker {ConnectionSetup.NameOf(_settings)} has not taken a message within messageExpiry, "
            + $"{_settings.Properties?.MessageExpiry}; it is published anew."
        : MqttFaults.From(failure, _settings).Message;

    private IEnumerable<Diagnostic> FactsOf(MqttConnectResult result)
    {
        if (_settings.Properties is not null)
        {
            yield return new Diagnostic(
                "Message properties",
                result.Version >= MqttProtocolVersion.V50 ? "sent" : "left out, the broker does not speak MQTT 5.0");
        }
    }

    /// <summary>
    /// At least what the packet takes without properties; the fixed header, two lengths and the identifier are 9 bytes
    /// at most.
    /// </summary>
    private static long PacketBytes(string topic, ReadOnlyMemory<byte> payload) =>
        9L + System.Text.Encoding.UTF8.GetByteCount(topic) + payload.Length;

    [LoggerMessage(EventIds.FarewellFailed, LogLevel.Debug, "North '{North}' could not say DISCONNECT: {Reason}")]
    private partial void LogFarewellFailed(string north, string reason);

    [LoggerMessage(
        EventIds.PropertiesLeftOut,
        LogLevel.Warning,
        "North '{North}' leaves out the properties of its messages: broker {Broker} does not speak MQTT 5.0.")]
    private partial void LogPropertiesLeftOut(string north, string broker);
}
