using System.Buffers;
using Meridian.Mqtt.Testing.Connections;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Sessions;

/// <summary>
/// The Session State of one client (MQTT 3.1.1 §3.1.2.4): its subscriptions, what waits for it, what is in flight
/// either
/// way. Guarded by the broker's gate.
/// </summary>
internal sealed class BrokerSession(string clientId, bool isClean, MqttTestBrokerOptions options)
{
    private readonly Queue<Waiting> _queue = new();
    private readonly Dictionary<ushort, InFlight> _inFlight = [];
    private readonly HashSet<ushort> _unreleased = [];
    private long _queuedBytes;
    private long _lastSequence;
    private ushort _lastIdentifier;

    public string ClientId { get; } = clientId;

    /// <summary>Whether it ends with its connection.</summary>
    public bool IsClean { get; } = isClean;

    public Dictionary<string, MqttQos> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>The connection that it is attached to, if any.</summary>
    public BrokerConnection? Connection { get; private set; }

    public int QueuedCount => _queue.Count;

    public int InFlightCount => _inFlight.Count;

    /// <summary>Takes a message for the client; false when it was dropped because too much waits.</summary>
    public bool Enqueue(MqttTestMessage message, MqttQos qos, bool isRetained)
    {
        if (qos == MqttQos.AtMostOnce && Connection is null)
        {
            return true; // A server need not keep QoS 0 for who is away (§3.1.2.4); that is no loss to be counted.
        }

        if (_queue.Count >= options.MaxQueuedMessages
            || _queuedBytes + message.Payload.Length > options.MaxQueuedBytes)
        {
            return false;
        }

        _queue.Enqueue(new Waiting(message, qos, isRetained));
        _queuedBytes += message.Payload.Length;
        Pump();
        return true;
    }

    /// <summary>Sends what waits as far as the window and the socket allow.</summary>
    public void Pump()
    {
        if (Connection is not { IsClosed: false, Outbound: var outbound })
        {
            return;
        }

        while (outbound.WaitingBytes < options.MaxOutboundBytes
            && _queue.TryPeek(out var next)
            && (next.Qos == MqttQos.AtMostOnce || _inFlight.Count < options.MaxInFlight))
        {
            _queue.Dequeue();
            _queuedBytes -= next.Message.Payload.Length;
            ushort identifier = 0;
            if (next.Qos != MqttQos.AtMostOnce)
            {
                identifier = NextIdentifier();
                _inFlight.Add(identifier, new InFlight(next, ++_lastSequence, IsReleased: false));
            }

            Send(outbound, next, identifier, isDuplicate: false);
        }
    }

    /// <summary>
    /// Goes on where the last connection ended: what is in flight is sent again in order [MQTT-4.4.0-1].
    /// </summary>
    public void Attach(BrokerConnection connection)
    {
        Connection = connection;
        foreach (var (identifier, flight) in _inFlight.OrderBy(static pair => pair.Value.Sequence))
        {
            if (flight.IsReleased)
            {
                connection.Outbound.Acknowledge(PacketType.PubRel, identifier);
            }
            else
            {
                Send(connection.Outbound, flight.Waiting, identifier, isDuplicate: true);
            }
        }

        Pump();
    }

    public void Detach() => Connection = null;

    public void OnPubAck(ushort identifier) => End(identifier);

    public void OnPubRec(ushort identifier)
    {
        if (_inFlight.TryGetValue(identifier, out var flight))
        {
            _inFlight[identifier] = flight with { IsReleased = true };
        }

        // Also for an unknown one: the client must get rid of its side.
        Connection?.Outbound.Acknowledge(PacketType.PubRel, identifier);
    }

    public void OnPubComp(ushort identifier) => End(identifier);

    /// <summary>Notes a received QoS 2 message; false when it is one that was already taken [MQTT-4.3.3-2].</summary>
    public bool TryReceive(ushort identifier) => _unreleased.Add(identifier);

    public void Release(ushort identifier) => _unreleased.Remove(identifier);

    public MqttTestSession Describe() => new(
        ClientId,
        Connection is not null,
        new Dictionary<string, MqttQos>(Subscriptions, StringComparer.Ordinal),
        _queue.Count,
        _inFlight.Count);

    private static void Send(Outbound outbound, in Waiting waiting, ushort identifier, bool isDuplicate) =>
        outbound.Publish(new PublishPacket
        {
            Topic = waiting.Message.Topic,
            Payload = new ReadOnlySequence<byte>(waiting.Message.Payload),
            Qos = waiting.Qos,
            IsRetained = waiting.IsRetained,
            IsDuplicate = isDuplicate,
            PacketIdentifier = identifier,
        });

    private void End(ushort identifier)
    {
        _inFlight.Remove(identifier);
        Pump();
    }

    private ushort NextIdentifier()
    {
        // Ends: the window is smaller than the number of identifiers.
        do
        {
            _lastIdentifier++;
        }
        while (_lastIdentifier == 0 || _inFlight.ContainsKey(_lastIdentifier));

        return _lastIdentifier;
    }

    private readonly record struct Waiting(MqttTestMessage Message, MqttQos Qos, bool IsRetained);

    private readonly record struct InFlight(Waiting Waiting, long Sequence, bool IsReleased);
}
