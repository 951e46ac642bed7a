using System.Buffers;
using System.Threading.Channels;
using Meridian.Connectors.Mqtt.South.Gathering;
using Meridian.Connectors.Mqtt.South.Routing;
using Meridian.Formats.Sparkplug;
using Meridian.Formats.Sparkplug.Values;
using Meridian.Mqtt;
using Meridian.Sdk.Readings;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.South.Sparkplug;

/// <summary>
/// Takes the messages of Sparkplug items on the client's read loop, says what becomes of them, and asks edge nodes
/// for their births on a loop of its own.
/// </summary>
internal sealed partial class SparkplugReceiver(
    ISouthContext context, MqttSouthSettings settings, ILogger logger)
{
    private const int MaxWaitingRequests = 1_000;

    private readonly long _start = context.Time.GetTimestamp();
    private readonly HostOutput _output = new();
    private readonly SparkplugHost _host = new(
        context.Name,
        settings.Sparkplug.RequestsRebirth && !context.IsTest ? settings.Sparkplug.RebirthInterval : null,
        new HostLimits(),
        context.FindCheckpoint);

    // What finds it full is asked for again with the edge node's next message.
    private readonly Channel<SparkplugTopic> _requests = Channel.CreateBounded<SparkplugTopic>(
        new BoundedChannelOptions(MaxWaitingRequests)
        {
            FullMode = BoundedChannelFullMode.DropWrite,
            SingleReader = true,
            SingleWriter = true,
        });

    /// <summary>
    /// What tells edge nodes that this host is there; null where it has no id, and in a test, which must not be taken
    /// for the host that runs.
    /// </summary>
    public HostPresence? Presence { get; } = settings.Sparkplug.HostId is { Length: > 0 } id && !context.IsTest
        ? new HostPresence(id, settings, context, logger)
        : null;

    /// <summary>A connection stands; by the client's loop, before its messages.</summary>
    public void BeginConnection()
    {
        _host.BeginConnection();
        Presence?.BeginConnection();
    }

    /// <summary>Takes a message; by the client's loop.</summary>
    public void Take(in MqttMessage message, RoutedItem item, SparkplugNames names, MessageReadings into)
    {
        _output.Clear();
        var now = context.Time.GetUtcNow();
        if (!SparkplugTopic.TryParse(message.Topic, out var topic))
        {
            _output.AddProblem($"'{message.Topic}' is no topic of Sparkplug B.");
        }
        else if (!SparkplugCodec.TryDecode(message.Payload, out var payload, out var reason))
        {
            if (topic.Type is SparkplugMessageType.State)
            {
                return; // JSON of a host application.
            }

            _output.AddProblem(reason);
        }
        else if (!_host.Take(
            new HostMessage(topic, payload, names, message.IsDuplicate, now, context.Time.GetElapsedTime(_start)),
            _output))
        {
            return; // Nothing of it is to be stored.
        }

        if (_output.Problem is { } problem)
        {
            context.CountUndecoded(item.Name, problem);
            _output.Readings.Add(new Reading(
                message.Topic, now, ReadingValue.From(message.Payload.ToArray()), Quality.BadDecoding));
        }

        if (_output.WantsRebirth)
        {
            _ = _requests.Writer.TryWrite(topic);
        }

        foreach (var reading in _output.Readings)
        {
            into.Add(reading, item.Group);
        }

        into.Checkpoints.AddRange(_output.Checkpoints);
    }

    /// <summary>Asks for births what is to be asked, until cancelled.</summary>
    public async Task RequestAllAsync(MqttClient client, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var topic in _requests.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await (Presence?.WhenToldAsync(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);
                await RequestAsync(client, topic, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // Asked to end.
        }
    }

    /// <summary>
    /// A Rebirth Request: an NCMD at QoS 0, not retained, without a sequence number [tck-id-topics-ncmd-mqtt]
    /// [tck-id-payloads-ncmd-seq] [tck-id-operational-behavior-data-commands-ncmd-rebirth-value].
    /// </summary>
    private async Task RequestAsync(MqttClient client, SparkplugTopic topic, CancellationToken cancellationToken)
    {
        var command = new SparkplugTopic(topic.Group, SparkplugMessageType.NodeCommand, topic.Node);
        var now = SparkplugTime.ToMilliseconds(context.Time.GetUtcNow());
        var payload = SparkplugCodec.Encode(new SparkplugPayload
        {
            TimestampMilliseconds = now,
            Metrics =
            [
                new SparkplugMetric
                {
                    Name = SparkplugHost.RebirthMetric,
                    TimestampMilliseconds = now,
                    DataType = SparkplugDataType.Boolean,
                    Value = SparkplugValue.From(true),
                },
            ],
        });
        try
        {
            _ = await client
                .PublishAsync(command.ToString(), payload, MqttQos.AtMostOnce, false, cancellationToken)
                .ConfigureAwait(false);
            LogRebirthRequested(context.Name, command.ToString());
        }
        catch (Exception error) when (error is MqttException or ArgumentException)
        {
            LogRebirthNotRequested(context.Name, command.ToString(), error.Message); // Asked again with its next data.
        }
    }

    [LoggerMessage(
        EventIds.RebirthRequested,
        LogLevel.Debug,
        "South '{South}' lacks a birth and asks for it on '{Topic}'.")]
    private partial void LogRebirthRequested(string south, string topic);

    [LoggerMessage(
        EventIds.RebirthNotRequested,
        LogLevel.Debug,
        "South '{South}' lacks a birth and could not ask for it on '{Topic}': {Reason}")]
    private partial void LogRebirthNotRequested(string south, string topic, string reason);
}
