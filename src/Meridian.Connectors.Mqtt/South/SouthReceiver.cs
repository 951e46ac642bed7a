using System.Buffers;
using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.South.ExactlyOnce;
using Meridian.Connectors.Mqtt.South.Gathering;
using Meridian.Connectors.Mqtt.South.Routing;
using Meridian.Connectors.Mqtt.South.Sparkplug;
using Meridian.Mqtt;
using Meridian.Sdk.South;
using Microsoft.Extensions.Logging;

namespace Meridian.Connectors.Mqtt.South;

/// <summary>
/// Turns messages into readings on the client's read loop, straight into the buffer that gathers. All calls come one
/// after the other, but <see cref="Use"/>, which any thread may call.
/// </summary>
internal sealed partial class SouthReceiver(
    ISouthContext context, MqttSouthSettings settings, GatheringBuffer buffer, ReceivedOnce once, ILogger logger)
    : IMqttReceiver
{
    // Names come from outside: what is said once per kind of topic must not become a list of all topics.
    private const int MaxKindsTold = 64;

    private readonly MessageReadings _readings = new();
    private readonly List<Route> _found = [];
    private readonly HashSet<string> _kindsTold = new(StringComparer.Ordinal);
    private readonly SparkplugReceiver _sparkplug = new(context, settings, logger);
    private volatile ItemRoutes? _routes;
    private Action<MqttAcknowledgement>? _acknowledge;

    /// <summary>How a single message is acknowledged; set once, before anything is received.</summary>
    public Action<MqttAcknowledgement> Acknowledge
    {
        set => _acknowledge = value;
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<ushort> UnreleasedPacketIdentifiers => once.Unreleased;

    /// <summary>What takes the messages of Sparkplug items.</summary>
    public SparkplugReceiver Sparkplug => _sparkplug;

    /// <summary>Uses another set of items from the next message on.</summary>
    public void Use(ItemRoutes routes)
    {
        _routes = routes;
        buffer.Open();
    }

    /// <inheritdoc/>
    public void OnMessage(in MqttMessage message)
    {
        var isOwnState = _sparkplug.Presence?.TryTake(message) ?? false;
        if (message.Acknowledgement.IsEmpty && buffer.IsFullForQos0)
        {
            context.CountLetGo(1, "A message at QoS 0 found the buffer full.");
            return;
        }

        if (!buffer.WaitForRoom() || _routes is not { } routes)
        {
            return; // Closed: it stays unacknowledged, and the broker keeps it.
        }

        routes.Find(message, _found);
        if (_found[0].Item is null)
        {
            LetGo(message, isUnexpected: !isOwnState);
            return;
        }

        if (message.Qos == MqttQos.ExactlyOnce)
        {
            if (!once.TryReceive(message))
            {
                return;
            }
        }
        else if (message.IsDuplicate)
        {
            context.CountRepeated(1);
        }

        _readings.Clear();
        foreach (var route in _found)
        {
            var item = route.Item!; // All that were found by identifier have one.
            if (item.Sparkplug is { } names)
            {
                _sparkplug.Take(message, item, names, _readings);
            }
            else
            {
                Decode(item, route, message.Payload);
            }
        }

        buffer.Add(_readings, Arrival.Of(message));
    }

    /// <inheritdoc/>
    public bool OnRelease(in MqttRelease release)
    {
        if (!once.IsKept(release))
        {
            return true;
        }

        buffer.Add(release);
        return false;
    }

    /// <inheritdoc/>
    public void OnBatchEnd() => buffer.Signal();

    /// <inheritdoc/>
    public void OnConnected(bool isSessionPresent)
    {
        _sparkplug.BeginConnection();
        if (!isSessionPresent && !settings.CleanSession && _routes is not null)
        {
            LogSessionLost(context.Name, ConnectionSetup.NameOf(settings));
        }

        if (!isSessionPresent)
        {
            buffer.BeginSession(once.Lose());
        }

        context.ReportConnected();
    }

    /// <inheritdoc/>
    public void OnDisconnected(MqttException? reason, bool willRetry)
    {
        if (reason is null)
        {
            return; // Asked for.
        }

        var fault = MqttFaults.From(reason, settings);
        if (willRetry)
        {
            context.ReportRetrying(fault);
        }
        else
        {
            context.ReportLost(fault);
        }
    }

    /// <inheritdoc/>
    public void OnReconnectFailed(MqttException reason) => context.ReportRetrying(MqttFaults.From(reason, settings));

    private void Decode(RoutedItem item, in Route route, in ReadOnlySequence<byte> payload)
    {
        if (route.IsFallback && TellOnce(item.Name))
        {
            LogEmptyName(context.Name, item.Name, route.Topic);
        }

        item.Decoder.Decode(item, route, payload, context, _readings);
    }

    /// <summary>
    /// A persistent session still subscribes to what an item once asked for. Its messages belong to nobody here: they
    /// are counted and acknowledged, because the broker would otherwise stop at the first window full of them. The
    /// state of this very host is expected, and no datum.
    /// </summary>
    private void LetGo(in MqttMessage message, bool isUnexpected)
    {
        if (isUnexpected)
        {
            context.CountLetGo(1, "No item's topic filter selects the message.");
            var end = message.Topic.IndexOf('/', StringComparison.Ordinal);
            var kind = end < 0 ? message.Topic : message.Topic[..end];
            if (TellOnce(kind))
            {
                LogUnmatchedTopic(context.Name, message.Topic);
            }
        }

        if (!message.Acknowledgement.IsEmpty)
        {
            _acknowledge?.Invoke(message.Acknowledgement);
        }
    }

    private bool TellOnce(string kind) => _kindsTold.Count < MaxKindsTold && _kindsTold.Add(kind);

    [LoggerMessage(
        EventIds.SessionLost,
        LogLevel.Warning,
        "Broker {Broker} did not know the session of South '{South}': what was published while it was away is missed.")]
    private partial void LogSessionLost(string south, string broker);

    [LoggerMessage(
        EventIds.UnmatchedTopic,
        LogLevel.Warning,
        "South '{South}' lets go of messages such as on '{Topic}': no item selects them. The broker's session "
            + "holds an older subscription; unsubscribe it there, or connect once with a clean session.")]
    private partial void LogUnmatchedTopic(string south, string topic);

    [LoggerMessage(
        EventIds.EmptyName,
        LogLevel.Warning,
        "The point template of item '{Item}' of South '{South}' makes no usable name of topic '{Topic}'; "
            + "the topic itself is used.")]
    private partial void LogEmptyName(string south, string item, string topic);
}
