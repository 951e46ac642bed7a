using System.Buffers;
using Meridian.Mqtt.Testing.Connections;
using Meridian.Mqtt.Testing.Traffic;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Sessions;

/// <summary>
/// The Session State of one client (MQTT 5.0 §4.1): its subscriptions, what waits for it, what is in flight either
/// way. Guarded by the broker's gate.
/// </summary>
internal sealed class BrokerSession(string clientId, MqttTestBrokerOptions options, TrafficLog traffic) : IDisposable
{
    private readonly Queue<Delivery> _queue = new();
    private readonly Dictionary<ushort, InFlight> _inFlight = [];
    private readonly HashSet<ushort> _unreleased = [];
    private long _queuedBytes;
    private long _lastSequence;
    private ushort _lastIdentifier;

    public string ClientId { get; } = clientId;

    /// <summary>How long it outlives its connection.</summary>
    public TimeSpan Expiry { get; set; }

    public Dictionary<string, MqttTestSubscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>The connection that it is attached to, if any.</summary>
    public BrokerConnection? Connection { get; private set; }

    /// <summary>What runs while the client is away: its Will's delay and its own end.</summary>
    public Absence? Absence { get; set; }

    /// <summary>What is shown of the last connection; set before anybody can look.</summary>
    public MqttTestSession Last { get; set; } = null!;

    /// <summary>Takes a message for the client; false when it was dropped because too much waits.</summary>
    public bool Enqueue(in Delivery delivery)
    {
        if (delivery.Qos == MqttQos.AtMostOnce && Connection is null)
        {
            return true; // A server need not keep QoS 0 for who is away (§3.1.2.4); that is no loss to be counted.
        }

        if (_queue.Count >= options.MaxQueuedMessages
            || _queuedBytes + delivery.Message.Payload.Length > options.MaxQueuedBytes)
        {
            return false;
        }

        _queue.Enqueue(delivery);
        _queuedBytes += delivery.Message.Payload.Length;
        Pump();
        return true;
    }

    /// <summary>Sends what waits as far as the window and the socket allow.</summary>
    public void Pump()
    {
        if (Connection is not { IsClosed: false, Outbound: var outbound } connection)
        {
            return;
        }

        var window = Math.Min(options.MaxInFlight, connection.Peer.ReceiveMaximum); // [MQTT-3.3.4-9]
        while (outbound.WaitingBytes < options.MaxOutboundBytes
            && _queue.TryPeek(out var next)
            && (next.Qos == MqttQos.AtMostOnce || _inFlight.Count < window))
        {
            _queue.Dequeue();
            _queuedBytes -= next.Message.Payload.Length;
            if (next.Message.LifeLeft(options.Time.GetUtcNow()) <= TimeSpan.Zero)
            {
                traffic.CountExpired(); // [MQTT-3.3.2-5]
            }
            else if (!outbound.Fits(PacketOf(next, 1, isDuplicate: false)))
            {
                traffic.CountDropped(); // [MQTT-3.1.2-25]
            }
            else
            {
                Start(outbound, next);
            }
        }
    }

    /// <summary>
    /// Goes on where the last connection ended: what is in flight is sent again in order [MQTT-4.4.0-1].
    /// </summary>
    public void Attach(BrokerConnection connection)
    {
        Connection = connection;
        foreach (var (identifier, flight) in _inFlight.OrderBy(static pair => pair.Value.Sequence).ToList())
        {
            if (flight.IsReleased)
            {
                connection.Outbound.Acknowledge(PacketType.PubRel, new AcknowledgementPacket(identifier));
            }
            else if (connection.Outbound.Fits(PacketOf(flight.Delivery, identifier, isDuplicate: true)))
            {
                connection.Outbound.Publish(PacketOf(flight.Delivery, identifier, isDuplicate: true));
            }
            else
            {
                _inFlight.Remove(identifier);
                traffic.CountDropped();
            }
        }

        Pump();
    }

    public void Detach() => Connection = null;

    public void OnPubAck(ushort identifier) => End(identifier);

    public void OnPubRec(AcknowledgementPacket packet)
    {
        if (packet.ReasonCode >= MqttReasonCode.UnspecifiedError)
        {
            End(packet.PacketIdentifier); // The flow ends here: no PUBREL [MQTT-4.3.3-4].
            return;
        }

        var isKnown = _inFlight.TryGetValue(packet.PacketIdentifier, out var flight);
        if (isKnown)
        {
            _inFlight[packet.PacketIdentifier] = flight with { IsReleased = true };
        }

        // Also for an unknown one: the client must get rid of its side.
        Connection?.Outbound.Acknowledge(PacketType.PubRel, new AcknowledgementPacket(
            packet.PacketIdentifier, isKnown ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound));
    }

    public void OnPubComp(ushort identifier) => End(identifier);

    /// <summary>Notes a received QoS 2 message; false when it is one that was already taken [MQTT-4.3.3-10].</summary>
    public bool TryReceive(ushort identifier) => _unreleased.Add(identifier);

    /// <summary>False when there was nothing to release.</summary>
    public bool Release(ushort identifier) => _unreleased.Remove(identifier);

    public MqttTestSession Describe() => Last with
    {
        IsConnected = Connection is not null,
        Subscriptions = new Dictionary<string, MqttTestSubscription>(Subscriptions, StringComparer.Ordinal),
        QueuedCount = _queue.Count,
        InFlightCount = _inFlight.Count,
        Expiry = Expiry,
        UnreleasedCount = _unreleased.Count,
    };

    public void Dispose() => Absence?.Dispose();

    private void Start(Outbound outbound, in Delivery delivery)
    {
        ushort identifier = 0;
        if (delivery.Qos != MqttQos.AtMostOnce)
        {
            identifier = NextIdentifier();
            _inFlight.Add(identifier, new InFlight(delivery, ++_lastSequence, IsReleased: false));
        }

        outbound.Publish(PacketOf(delivery, identifier, isDuplicate: false));
    }

    private PublishPacket PacketOf(in Delivery delivery, ushort identifier, bool isDuplicate)
    {
        var properties = delivery.Message.Properties;
        if (delivery.Message.LifeLeft(options.Time.GetUtcNow()) is { } left)
        {
            // The time that it has waited here is taken off [MQTT-3.3.2-6].
            properties = properties! with { Expiry = left > TimeSpan.Zero ? left : TimeSpan.Zero };
        }

        return new PublishPacket
        {
            Topic = delivery.Message.Topic,
            Payload = new ReadOnlySequence<byte>(delivery.Message.Payload),
            Qos = delivery.Qos,
            IsRetained = delivery.IsRetained,
            IsDuplicate = isDuplicate,
            PacketIdentifier = delivery.Qos == MqttQos.AtMostOnce ? (ushort)0 : identifier,
            SubscriptionIdentifier = delivery.Identifiers.Length > 0 ? delivery.Identifiers[0] : 0,
            MoreSubscriptionIdentifiers = delivery.Identifiers.Length > 1 ? delivery.Identifiers[1..] : null,
            Properties = properties,
        };
    }

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

    private readonly record struct InFlight(Delivery Delivery, long Sequence, bool IsReleased);
}
