namespace Meridian.Mqtt.Testing.Sessions;

/// <summary>
/// Who gets a message: found by its topic, kept until a subscription or a session changes, so that it is never wrong.
/// Guarded by the broker's gate.
/// </summary>
internal sealed class RouteTable(Dictionary<string, BrokerSession> sessions)
{
    private const int MaxKnownTopics = 10_000;

    private readonly Dictionary<string, Routes> _known = new(StringComparer.Ordinal);

    // The turn of each shared subscription outlives the changes of its members.
    private readonly Dictionary<string, SharedGroup> _groups = new(StringComparer.Ordinal);

    public void Clear() => _known.Clear();

    public Routes Find(string topic)
    {
        if (_known.TryGetValue(topic, out var routes))
        {
            return routes;
        }

        if (_known.Count >= MaxKnownTopics)
        {
            _known.Clear();
        }

        return _known[topic] = Search(topic);
    }

    private Routes Search(string topic)
    {
        var own = new List<Route>();
        var groups = new Dictionary<string, List<Route>>(StringComparer.Ordinal);
        foreach (var session in sessions.Values)
        {
            var matches = new List<MqttTestSubscription>();
            foreach (var subscription in session.Subscriptions.Values)
            {
                if (!TopicFilter.Matches(SharedName.MatchedFilter(subscription.Filter), topic))
                {
                    continue;
                }

                if (!SharedName.IsShared(subscription.Filter))
                {
                    matches.Add(subscription);
                    continue;
                }

                if (!groups.TryGetValue(subscription.Filter, out var members))
                {
                    groups.Add(subscription.Filter, members = []);
                }

                members.Add(new Route(session, [subscription]));
            }

            if (matches.Count > 0)
            {
                own.Add(new Route(session, [.. matches]));
            }
        }

        return new Routes([.. own], [.. groups.Select(group => (Group(group.Key), group.Value.ToArray()))]);
    }

    private SharedGroup Group(string filter)
    {
        if (!_groups.TryGetValue(filter, out var group))
        {
            _groups.Add(filter, group = new SharedGroup());
        }

        return group;
    }
}

/// <summary>A session and those of its subscriptions that match.</summary>
internal sealed record Route(BrokerSession Session, MqttTestSubscription[] Matches);

/// <summary>All that get messages on one topic: sessions on their own account, and one member of each group.</summary>
internal sealed record Routes(Route[] Own, (SharedGroup Group, Route[] Members)[] Shared);

/// <summary>Whose turn it is in a shared subscription: one after the other, those who are connected first.</summary>
internal sealed class SharedGroup
{
    private int _turn;

    public Route Next(Route[] members)
    {
        for (var i = 0; i < members.Length; i++)
        {
            var member = members[(_turn + i) % members.Length];
            if (member.Session.Connection is not null)
            {
                _turn = (_turn + i + 1) % members.Length;
                return member;
            }
        }

        return members[_turn++ % members.Length]; // Nobody is there: it waits for one whose session is kept.
    }
}
