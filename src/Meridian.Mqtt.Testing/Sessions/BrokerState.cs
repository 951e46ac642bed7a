using System.Globalization;
using Meridian.Mqtt.Testing.Traffic;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Sessions;

/// <summary>
/// All that the broker knows: sessions, subscriptions, retained messages. One gate guards it, its connections' outbound
/// buffers and the traffic log; a read loop holds the gate for all packets of one read, and nothing in it waits.
/// </summary>
internal sealed class BrokerState
{
    private readonly Dictionary<string, BrokerSession> _sessions = new(StringComparer.Ordinal);
    private readonly RouteTable _routes;
    private int _anonymousCount;

    public BrokerState(MqttTestBrokerOptions options, MqttTestFaults faults)
    {
        Options = options;
        Faults = faults;
        Traffic = new TrafficLog(options);
        Retained = new RetainedMessages(options);
        _routes = new RouteTable(_sessions);
    }

    public Lock Gate { get; } = new();

    public TrafficLog Traffic { get; }

    public RetainedMessages Retained { get; }

    public MqttTestBrokerOptions Options { get; }

    public MqttTestFaults Faults { get; }

    public IReadOnlyList<MqttTestSession> DescribeSessions() => [.. _sessions.Values.Select(static s => s.Describe())];

    public BrokerSession? FindSession(string clientId) => _sessions.GetValueOrDefault(clientId);

    public string NextClientId() => string.Create(CultureInfo.InvariantCulture, $"anonymous-{++_anonymousCount}");

    /// <summary>
    /// The session of a client that connects: the one that was kept, or a new one. A former connection ends.
    /// </summary>
    public BrokerSession Open(string clientId, ConnectPacket packet, out bool isPresent)
    {
        // [MQTT-3.1.4-3]; this may end the session, and it publishes a Will without delay.
        FindSession(clientId)?.Connection?.Leave(
            MqttReasonCode.SessionTakenOver, "Another client connected with the same Client Identifier.");
        isPresent = _sessions.TryGetValue(clientId, out var session) && !packet.CleanSession;
        if (session is null || !isPresent)
        {
            if (session is not null)
            {
                Remove(session); // [MQTT-3.1.2-4]
            }

            session = new BrokerSession(clientId, Options, Traffic);
            _sessions.Add(clientId, session);
        }

        session.Absence?.Dispose(); // Who returns in time is not mourned.
        session.Absence = null;
        session.Expiry = Shorter(SessionLife.Of(packet), Options.MaximumSessionExpiry);
        return session;
    }

    /// <summary>The connection of a session has ended, with a Will when it ended badly.</summary>
    public void Leave(BrokerSession session, MqttWill? will)
    {
        session.Detach();
        _routes.Clear();
        if (will is not null && (will.Delay <= TimeSpan.Zero || session.Expiry <= TimeSpan.Zero))
        {
            PublishWill(session.ClientId, will);
            will = null;
        }

        if (session.Expiry <= TimeSpan.Zero)
        {
            Remove(session);
        }
        else
        {
            session.Absence = new Absence(this, session, will);
        }
    }

    /// <summary>Ends a session; a Will that still waits is published.</summary>
    public void Remove(BrokerSession session)
    {
        if (_sessions.TryGetValue(session.ClientId, out var current) && ReferenceEquals(current, session))
        {
            _sessions.Remove(session.ClientId);
        }

        _routes.Clear();
        session.Absence?.PublishWill();
        session.Dispose();
    }

    /// <summary>Takes a subscription; true when its session had none with this Topic Filter.</summary>
    public bool Subscribe(BrokerSession session, MqttTestSubscription subscription)
    {
        var isNew = !session.Subscriptions.ContainsKey(subscription.Filter);
        session.Subscriptions[subscription.Filter] = subscription;
        _routes.Clear();
        return isNew;
    }

    /// <summary>Gives a new subscriber what is retained; after its SUBACK, as most brokers do.</summary>
    public void SendRetained(BrokerSession session, MqttTestSubscription subscription)
    {
        uint[] identifiers = subscription.Identifier == 0 ? [] : [subscription.Identifier];
        foreach (var message in Retained.Find(subscription.Filter))
        {
            var qos = Delivery.Min(message.Qos, subscription.Qos);
            if (!session.Enqueue(new Delivery(message, qos, IsRetained: true, identifiers)))
            {
                Traffic.CountDropped();
            }
        }
    }

    /// <summary>False when there was no such subscription.</summary>
    public bool Unsubscribe(BrokerSession session, string filter)
    {
        _routes.Clear();
        return session.Subscriptions.Remove(filter);
    }

    /// <summary>Retains and forwards a message; false when nobody has subscribed to it.</summary>
    public bool Publish(MqttTestMessage message)
    {
        message = message with { ReceivedAt = Options.Time.GetUtcNow() };
        Traffic.Add(message);
        if (message.IsRetained && !Retained.Keep(message))
        {
            Traffic.CountDropped();
        }

        var routes = _routes.Find(message.Topic);
        foreach (var route in routes.Own)
        {
            Deliver(route, message);
        }

        foreach (var (group, members) in routes.Shared)
        {
            Deliver(group.Next(members), message); // To one of them (MQTT 5.0 §4.8.2).
        }

        return routes.Own.Length + routes.Shared.Length > 0;
    }

    public void PublishWill(string clientId, MqttWill will) => Publish(new MqttTestMessage(
        clientId, will.Topic, will.Payload, will.Qos, will.IsRetained, IsDuplicate: false)
    {
        Properties = will.Properties,
    });

    public void CutConnections(string? clientId)
    {
        lock (Gate)
        {
            foreach (var session in _sessions.Values.ToList())
            {
                if (clientId is null || string.Equals(session.ClientId, clientId, StringComparison.Ordinal))
                {
                    session.Connection?.Close("The connection was cut on purpose.");
                }
            }
        }
    }

    /// <summary>Ends all that runs by itself; at the broker's end.</summary>
    public void StopClocks()
    {
        lock (Gate)
        {
            foreach (var session in _sessions.Values)
            {
                session.Dispose();
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan asked, TimeSpan? limit) =>
        limit is { } most && most < asked ? most : asked;

    private void Deliver(Route route, MqttTestMessage message)
    {
        if (Delivery.To(route, message) is { } delivery && !route.Session.Enqueue(delivery))
        {
            Traffic.CountDropped();
        }
    }
}
