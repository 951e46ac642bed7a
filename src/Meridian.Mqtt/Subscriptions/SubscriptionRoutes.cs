using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Subscriptions;

/// <summary>
/// Which streams want a message: by Subscription Identifier where the server has them, by Topic Filter elsewhere.
/// Streams of one Topic Filter share one subscription at the server, so they share its identifier. Thread-safe; what
/// changes it also holds the gate, so that its order is that of SUBSCRIBE and UNSUBSCRIBE.
/// </summary>
internal sealed class SubscriptionRoutes
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Route> _byFilter = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, Route> _byIdentifier = [];
    private readonly FilterTree<Route> _tree = new();
    private readonly List<Route> _found = [];
    private readonly ReceiverFilters _receivers = new();
    private int _count;

    /// <summary>Nobody but the receiver is there: the usual case, and it costs nothing.</summary>
    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <returns>The identifier that its SUBSCRIBE has.</returns>
    public uint Add(MqttSubscription stream)
    {
        lock (_lock)
        {
            if (!_byFilter.TryGetValue(stream.Filter, out var route))
            {
                var identifier = MqttSubscriptionIdentifier.Of(stream.Filter);
                while (_byIdentifier.ContainsKey(identifier))
                {
                    identifier = MqttSubscriptionIdentifier.Next(identifier);
                }

                route = new Route(identifier, SharedFilter.PatternOf(stream.Filter));
                _byFilter.Add(stream.Filter, route);
                _byIdentifier.Add(route.Identifier, route);
                _tree.Add(route.Pattern, route);
            }

            route.Streams.Add(stream);
            Volatile.Write(ref _count, _count + 1);
            return route.Identifier;
        }
    }

    /// <returns>True when it was the last of its Topic Filter.</returns>
    public bool Remove(MqttSubscription stream)
    {
        lock (_lock)
        {
            if (!_byFilter.TryGetValue(stream.Filter, out var route) || !route.Streams.Remove(stream))
            {
                return false; // Ended by others already.
            }

            Volatile.Write(ref _count, _count - 1);
            if (route.Streams.Count > 0)
            {
                return false;
            }

            _byFilter.Remove(stream.Filter);
            _byIdentifier.Remove(route.Identifier);
            _tree.Remove(route.Pattern, route);
            return true;
        }
    }

    /// <summary>All streams, or those of one Topic Filter.</summary>
    public IReadOnlyList<MqttSubscription> All(string? filter = null)
    {
        lock (_lock)
        {
            return filter is null
                ? [.. _byFilter.Values.SelectMany(static route => route.Streams)]
                : _byFilter.TryGetValue(filter, out var route) ? [.. route.Streams] : [];
        }
    }

    public bool HasStreams(string filter)
    {
        lock (_lock)
        {
            return _byFilter.ContainsKey(filter);
        }
    }

    public bool IsReceivers(string filter)
    {
        lock (_lock)
        {
            return _receivers.Contains(filter);
        }
    }

    /// <summary>Notes whether the receiver has subscribed to a Topic Filter.</summary>
    public void SetReceivers(string filter, bool isReceivers)
    {
        lock (_lock)
        {
            _receivers.Set(filter, isReceivers);
        }
    }

    /// <summary>Adds the streams that want a message.</summary>
    /// <param name="packet">The message.</param>
    /// <param name="hasIdentifiers">Whether this connection's subscriptions of streams have identifiers.</param>
    /// <param name="hasReceiver">Whether what no stream has subscribed to has another taker.</param>
    /// <param name="streams">Takes them, each once.</param>
    public void Find(in PublishPacket packet, bool hasIdentifiers, bool hasReceiver, List<MqttSubscription> streams)
    {
        lock (_lock)
        {
            if (hasIdentifiers && packet.SubscriptionIdentifier != 0)
            {
                AddByIdentifier(packet.SubscriptionIdentifier, packet.Topic, streams);
                foreach (var identifier in packet.MoreSubscriptionIdentifiers ?? [])
                {
                    AddByIdentifier(identifier, packet.Topic, streams);
                }

                if (streams.Count > 0)
                {
                    return;
                }
            }

            // No identifiers, or those of filters that are no stream's any more. A session that began without them, or
            // messages that waited in it from then, must reach the streams too.
            _tree.Find(packet.Topic, _found);
            if (_found.Count == 0)
            {
                return;
            }

            var isReceivers = hasIdentifiers && hasReceiver && packet.SubscriptionIdentifier == 0
                && _receivers.Select(packet.Topic); // Its subscriptions are those without.
            foreach (var route in _found)
            {
                if (!isReceivers)
                {
                    streams.AddRange(route.Streams);
                }
            }

            _found.Clear();
        }
    }

    private void AddByIdentifier(uint identifier, string topic, List<MqttSubscription> streams)
    {
        // Two filters of one number may have had it in the other order in an earlier process of this session.
        if (!_byIdentifier.TryGetValue(identifier, out var route) || !TopicFilter.Matches(route.Pattern, topic))
        {
            return;
        }

        foreach (var stream in route.Streams)
        {
            if (!streams.Contains(stream))
            {
                streams.Add(stream);
            }
        }
    }

    private sealed record Route(uint Identifier, string Pattern)
    {
        public List<MqttSubscription> Streams { get; } = [];
    }
}
