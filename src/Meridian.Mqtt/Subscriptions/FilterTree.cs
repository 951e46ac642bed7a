namespace Meridian.Mqtt.Subscriptions;

/// <summary>
/// Topic Filters as a tree of their levels, so that a topic finds all that select it in the time of its own length, not
/// of their number (MQTT 3.1.1 §4.7). Finding allocates nothing. Not thread-safe.
/// </summary>
/// <remarks>Nothing here recurses: a server may send a topic of 65,535 levels. Finding goes down level by level with
/// all nodes that the topic has reached so far; each node of the tree is met once at most, whatever the wildcards.
/// </remarks>
/// <typeparam name="T">What stands at a filter.</typeparam>
internal sealed class FilterTree<T>
    where T : class
{
    private readonly Node _root = new(parent: null, level: "");
    private List<Node> _reached = [];
    private List<Node> _next = [];

    public void Add(string filter, T value)
    {
        var node = _root;
        foreach (var range in filter.AsSpan().Split('/'))
        {
            node = node.ChildFor(filter.AsSpan(range));
        }

        node.Values.Add(value);
    }

    public void Remove(string filter, T value)
    {
        var node = _root;
        foreach (var range in filter.AsSpan().Split('/'))
        {
            if (node.Child(filter.AsSpan(range)) is not { } child)
            {
                return;
            }

            node = child;
        }

        node.Values.Remove(value);
        while (node is { IsEmpty: true, Parent: { } parent })
        {
            parent.RemoveChild(node.Level);
            node = parent;
        }
    }

    /// <summary>Adds all whose filter selects the topic to <paramref name="found"/>.</summary>
    public void Find(ReadOnlySpan<char> topic, List<T> found)
    {
        var mayBeWild = !topic.StartsWith('$'); // [MQTT-4.7.2-1]
        _reached.Add(_root);
        for (var hasMore = true; hasMore && _reached.Count > 0; mayBeWild = true)
        {
            var end = topic.IndexOf('/');
            hasMore = end >= 0;
            Descend(hasMore ? topic[..end] : topic, mayBeWild, found);
            topic = hasMore ? topic[(end + 1)..] : default;
        }

        foreach (var node in _reached)
        {
            found.AddRange(node.Values);
            if (node.All is { } all)
            {
                found.AddRange(all.Values); // 'sport/#' selects 'sport' (§4.7.1.2).
            }
        }

        _reached.Clear();
    }

    private void Descend(ReadOnlySpan<char> level, bool mayBeWild, List<T> found)
    {
        foreach (var node in _reached)
        {
            if (node.Named is { } named
                && named.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var exact))
            {
                _next.Add(exact);
            }

            if (mayBeWild && node.Any is { } any)
            {
                _next.Add(any);
            }

            if (mayBeWild && node.All is { } all)
            {
                found.AddRange(all.Values);
            }
        }

        _reached.Clear();
        (_reached, _next) = (_next, _reached);
    }

    private sealed class Node(Node? parent, string level)
    {
        public Node? Parent { get; } = parent;

        public string Level { get; } = level;

        public List<T> Values { get; } = [];

        /// <summary>The level <c>#</c>.</summary>
        public Node? All { get; private set; }

        /// <summary>The level <c>+</c>.</summary>
        public Node? Any { get; private set; }

        public Dictionary<string, Node>? Named { get; private set; }

        public bool IsEmpty => Values.Count == 0 && All is null && Any is null && Named is null or { Count: 0 };

        public Node? Child(ReadOnlySpan<char> level) => level switch
        {
            "#" => All,
            "+" => Any,
            _ => Named is not null
                && Named.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var child) ? child : null,
        };

        public Node ChildFor(ReadOnlySpan<char> level)
        {
            if (Child(level) is { } known)
            {
                return known;
            }

            var child = new Node(this, level.ToString());
            switch (child.Level)
            {
                case "#":
                    All = child;
                    break;
                case "+":
                    Any = child;
                    break;
                default:
                    Named ??= new Dictionary<string, Node>(StringComparer.Ordinal);
                    Named.Add(child.Level, child);
                    break;
            }

            return child;
        }

        public void RemoveChild(string level)
        {
            switch (level)
            {
                case "#":
                    All = null;
                    break;
                case "+":
                    Any = null;
                    break;
                default:
                    Named?.Remove(level);
                    break;
            }
        }
    }
}
