using Meridian.Mqtt.Wire;

namespace Meridian.Mqtt.Subscriptions;

/// <summary>
/// Which streams want a message: by Subscription Identifier where the server has them, by Topic Filter elsewhere.
/// Streams of one Topic Filter share one subscription at the server, so they share its identifier. Thread-safe.
/// </summary>
internal sealed class SubscriptionRoutes
{
    private const string SharePrefix = "$share/";
    private const uint MaxIdentifier = 268_435_455;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Route> _byFilter = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, Route> _byIdentifier = [];
    private readonly FilterTree<Route> _tree = new();
    private readonly List<Route> _found = [];
    private uint _lastIdentifier;
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
                do
                {
                    _lastIdentifier = _lastIdentifier == MaxIdentifier ? 1 : _lastIdentifier + 1;
                }
                while (_byIdentifier.ContainsKey(_lastIdentifier));
                route = new Route(_lastIdentifier, PatternOf(stream.Filter));
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
            else if (hasIdentifiers && hasReceiver)
            {
                return; // It comes from a subscription that is no stream's.
            }

            // No identifiers, or those of an earlier process whose session goes on.
            _tree.Find(packet.Topic, _found);
            foreach (var route in _found)
            {
                streams.AddRange(route.Streams);
            }

            _found.Clear();
        }
    }

    private void AddByIdentifier(uint identifier, string topic, List<MqttSubscription> streams)
    {
        // An earlier process may have given the number to another filter in the session that goes on.
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

    /// <summary>What a shared subscription selects stands behind its ShareName (MQTT 5.0 §4.8.2).</summary>
    private static string PatternOf(string filter)
    {
        if (!filter.StartsWith(SharePrefix, StringComparison.Ordinal))
        {
            return filter;
        }

        var end = filter.IndexOf('/', SharePrefix.Length);
        return end < 0 ? filter : filter[(end + 1)..];
    }

    private sealed record Route(uint Identifier, string Pattern)
    {
        public List<MqttSubscription> Streams { get; } = [];
    }
}
