using Meridian.Connectors.Mqtt.Connection;
using Meridian.Mqtt;
using Meridian.Sdk.North;

namespace Meridian.Connectors.Mqtt.North.Sparkplug;

/// <summary>
/// Publishes the messages of an edge node over one client, in order and all at once within the window, and awaits each:
/// so it is known which readings the broker has. One call at a time.
/// </summary>
internal sealed class EdgePublisher(MqttClient client, MqttNorthSettings settings)
{
    private readonly MqttQos _qos = (MqttQos)settings.Qos;
    private readonly Queue<(EdgeMessage Message, Task<MqttPublishResult> Publication)> _underWay = new();
    private readonly HashSet<int> _acknowledged = [];
    private OperationCanceledException? _cancelled;

    /// <summary>Why the first message that could not be delivered failed; null when all is well.</summary>
    public MqttException? Failure { get; private set; }

    /// <summary>What is refused for good, by ascending index.</summary>
    public List<Rejection> Rejections { get; } = [];

    /// <summary>
    /// How many readings from the front of the batch the broker has: those of the messages before the first that
    /// failed. A message behind it is not counted even where it was acknowledged, since the birth that names its
    /// metrics may be the one that failed. What is rejected must come again, to be rejected in an outcome that says
    /// so, so the front ends before it. At QoS 0 nobody knows, and it is none.
    /// </summary>
    public int DeliveredCount
    {
        get
        {
            var count = 0;
            while (_qos > MqttQos.AtMostOnce && _acknowledged.Contains(count))
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>Publishes messages; what became of them is in the other members.</summary>
    /// <exception cref="OperationCanceledException">Some were perhaps not published.</exception>
    public async Task PublishAsync(IReadOnlyList<EdgeMessage> messages, CancellationToken cancellationToken)
    {
        (Failure, _cancelled) = (null, null);
        _underWay.Clear();
        Rejections.Clear();
        _acknowledged.Clear();
        foreach (var message in messages)
        {
            // A task per payload of many readings.
            var publication = client
                .PublishAsync(message.Topic, message.Payload, _qos, isRetained: false, cancellationToken)
                .AsTask();
            _underWay.Enqueue((message, publication));
            if (_underWay.Count >= settings.Window)
            {
                await AwaitOldestAsync().ConfigureAwait(false);
            }
        }

        while (_underWay.Count > 0)
        {
            await AwaitOldestAsync().ConfigureAwait(false);
        }

        Rejections.Sort(static (one, other) => one.Index.CompareTo(other.Index));
        if (_cancelled is { } cancelled)
        {
            throw new OperationCanceledException(cancelled.Message, cancelled, cancelled.CancellationToken);
        }
    }

    private async Task AwaitOldestAsync()
    {
        var (message, publication) = _underWay.Dequeue();
        try
        {
            _ = await publication.ConfigureAwait(false);
            if (Failure is null && _cancelled is null)
            {
                _acknowledged.UnionWith(message.Indexes);
            }
        }
        catch (MqttRejectedException rejected) when (MqttFaults.IsOfTheMessage(rejected) && !message.IsBirth)
        {
            var reason = ConnectionWords.SentencesOf(rejected, settings);
            Rejections.AddRange(message.Indexes.Select(index => new Rejection(index, reason)));
        }
        catch (MqttException error)
        {
            // A birth that is refused, for good too, leaves data that nobody can name: nothing goes on without it.
            Failure ??= error;
        }
        catch (OperationCanceledException stop)
        {
            _cancelled = stop;
        }
    }
}
