using System.Globalization;
using System.Text;
using Meridian.Mqtt.Testing.Traffic;
using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Testing.Sessions;

/// <summary>
/// All that the broker knows: sessions, subscriptions, retained messages. One gate guards it, its connections' outbound
/// buffers and the traffic log; a read loop holds the gate for all packets of one read, and nothing in it waits.
/// </summary>
internal sealed class BrokerState(MqttTestBrokerOptions options, MqttTestFaults faults)
{
    private const int MaxKnownRoutes = 10_000;

    private readonly Dictionary<string, BrokerSession> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MqttTestMessage> _retained = new(StringComparer.Ordinal);

    // Topic Name → who gets it. Emptied by every change of a subscription, so that it is never wrong.
    private readonly Dictionary<string, Route[]> _routes = new(StringComparer.Ordinal);

    private int _anonymousCount;

    public Lock Gate { get; } = new();

    public TrafficLog Traffic { get; } = new(options.MaxKeptMessages);

    public MqttTestBrokerOptions Options { get; } = options;

    public MqttTestFaults Faults { get; } = faults;

    public IReadOnlyList<MqttTestSession> DescribeSessions() => [.. _sessions.Values.Select(static s => s.Describe())];

    public IReadOnlyList<MqttTestMessage> Retained() => [.. _retained.Values];

    /// <summary>Why this client may not connect, or success.</summary>
    public MqttReasonCode Judge(ConnectPacket packet)
    {
        if (Faults.RefusesConnect(out var reason))
        {
            return reason;
        }

        if (packet.ClientId.Length == 0 && (!packet.CleanSession || packet.Version == MqttProtocolVersion.V31))
        {
            return MqttReasonCode.ClientIdentifierNotValid; // [MQTT-3.1.3-8]
        }

        var isKnown = Options.UserName is null
            || (string.Equals(packet.UserName, Options.UserName, StringComparison.Ordinal)
                && (packet.Password ?? default).Span.SequenceEqual(Encoding.UTF8.GetBytes(Options.Password)));
        return isKnown ? MqttReasonCode.Success : MqttReasonCode.BadUserNameOrPassword;
    }

    public string NextClientId() => string.Create(CultureInfo.InvariantCulture, $"anonymous-{++_anonymousCount}");

    /// <summary>
    /// The session of a client that connects: the one that was kept, or a new one. A former connection ends.
    /// </summary>
    public BrokerSession Open(string clientId, bool isClean, out bool isPresent)
    {
        isPresent = false;
        if (_sessions.TryGetValue(clientId, out var known))
        {
            known.Connection?.Close("Another client connected with the same Client Identifier."); // [MQTT-3.1.4-2]

            // Closing has removed a clean session already.
            if (!isClean && !known.IsClean)
            {
                isPresent = true;
                return known;
            }

            Remove(known);
        }

        var session = new BrokerSession(clientId, isClean, Options);
        _sessions.Add(clientId, session);
        return session;
    }

    /// <summary>The connection of a session has ended.</summary>
    public void Leave(BrokerSession session)
    {
        session.Detach();
        if (session.IsClean)
        {
            Remove(session);
        }
        else
        {
            _routes.Clear();
        }
    }

    public byte Subscribe(BrokerSession session, MqttSubscriptionRequest subscription)
    {
        if (Faults.RefusesSubscription(subscription.Filter))
        {
            return (byte)MqttReasonCode.UnspecifiedError;
        }

        session.Subscriptions[subscription.Filter] = subscription.Qos;
        _routes.Clear();
        return (byte)subscription.Qos;
    }

    /// <summary>Gives a new subscriber what is retained; after its SUBACK, as most brokers do.</summary>
    public void SendRetained(BrokerSession session, MqttSubscriptionRequest subscription)
    {
        foreach (var message in _retained.Values)
        {
            if (TopicFilter.Matches(subscription.Filter, message.Topic)
                && !session.Enqueue(message, Min(message.Qos, subscription.Qos), isRetained: true))
            {
                Traffic.CountDropped();
            }
        }
    }

    public void Unsubscribe(BrokerSession session, string filter)
    {
        session.Subscriptions.Remove(filter);
        _routes.Clear();
    }

    /// <summary>Retains and forwards a message.</summary>
    public void Publish(MqttTestMessage message)
    {
        Traffic.Add(message);
        if (message.IsRetained)
        {
            Retain(message);
        }

        foreach (var route in FindRoutes(message.Topic))
        {
            if (!route.Session.Enqueue(message, Min(message.Qos, route.Qos), isRetained: false)) // [MQTT-3.3.1-9]
            {
                Traffic.CountDropped();
            }
        }
    }

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

    private static MqttQos Min(MqttQos one, MqttQos other) => one < other ? one : other;

    private void Retain(MqttTestMessage message)
    {
        if (message.Payload.IsEmpty)
        {
            _retained.Remove(message.Topic); // [MQTT-3.3.1-10]
        }
        else if (_retained.Count < Options.MaxRetainedMessages || _retained.ContainsKey(message.Topic))
        {
            _retained[message.Topic] = message;
        }
        else
        {
            Traffic.CountDropped();
        }
    }

    /// <summary>Overlapping subscriptions of one session give one copy at the highest QoS [MQTT-3.3.5-1].</summary>
    private Route[] FindRoutes(string topic)
    {
        if (_routes.TryGetValue(topic, out var known))
        {
            return known;
        }

        var found = new List<Route>();
        foreach (var session in _sessions.Values)
        {
            MqttQos? best = null;
            foreach (var (filter, qos) in session.Subscriptions)
            {
                if ((best is null || qos > best) && TopicFilter.Matches(filter, topic))
                {
                    best = qos;
                }
            }

            if (best is { } granted)
            {
                found.Add(new Route(session, granted));
            }
        }

        if (_routes.Count >= MaxKnownRoutes)
        {
            _routes.Clear();
        }

        return _routes[topic] = [.. found];
    }

    private void Remove(BrokerSession session)
    {
        if (_sessions.TryGetValue(session.ClientId, out var current) && ReferenceEquals(current, session))
        {
            _sessions.Remove(session.ClientId);
        }

        _routes.Clear();
    }

    private readonly record struct Route(BrokerSession Session, MqttQos Qos);
}
