namespace Meridian.Mqtt.Subscriptions;

/// <summary>
/// Topic Filters as a tree of their levels, so that a topic finds all that select it in the time of its own length, not
/// of their number (MQTT 3.1.1 §4.7). Finding allocates nothing. Not thread-safe.
/// </summary>
/// <typeparam name="T">What stands at a filter.</typeparam>
internal sealed class FilterTree<T>
    where T : class
{
    private readonly Node _root = new();

    public void Add(string filter, T value)
    {
        var node = _root;
        foreach (var range in filter.AsSpan().Split('/'))
        {
            node = node.ChildFor(filter.AsSpan(range));
        }

        node.Values.Add(value);
    }

    public void Remove(string filter, T value) => Remove(_root, filter, value);

    /// <summary>Adds all whose filter selects the topic to <paramref name="found"/>.</summary>
    public void Find(ReadOnlySpan<char> topic, List<T> found) =>
        Find(_root, topic, isBelow: false, topic.StartsWith('$'), found);

    private static void Find(Node node, ReadOnlySpan<char> rest, bool isBelow, bool isReserved, List<T> found)
    {
        var mayBeWild = isBelow || !isReserved; // [MQTT-4.7.2-1]
        if (mayBeWild && node.All is { } all)
        {
            found.AddRange(all.Values);
        }

        var end = rest.IndexOf('/');
        var level = end < 0 ? rest : rest[..end];
        if (node.Named is { } named
            && named.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var exact))
        {
            Enter(exact, rest, end, isReserved, found);
        }

        if (mayBeWild && node.Any is { } any)
        {
            Enter(any, rest, end, isReserved, found);
        }
    }

    private static void Enter(Node node, ReadOnlySpan<char> rest, int end, bool isReserved, List<T> found)
    {
        if (end >= 0)
        {
            Find(node, rest[(end + 1)..], isBelow: true, isReserved, found);
            return;
        }

        found.AddRange(node.Values);
        if (node.All is { } all)
        {
            found.AddRange(all.Values); // 'sport/#' selects 'sport' (§4.7.1.2).
        }
    }

    private static void Remove(Node node, ReadOnlySpan<char> rest, T value)
    {
        var end = rest.IndexOf('/');
        var level = end < 0 ? rest : rest[..end];
        if (node.Child(level) is not { } child)
        {
            return;
        }

        if (end < 0)
        {
            child.Values.Remove(value);
        }
        else
        {
            Remove(child, rest[(end + 1)..], value);
        }

        if (child.IsEmpty)
        {
            node.RemoveChild(level);
        }
    }

    private sealed class Node
    {
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

            var child = new Node();
            switch (level)
            {
                case "#":
                    All = child;
                    break;
                case "+":
                    Any = child;
                    break;
                default:
                    Named ??= new Dictionary<string, Node>(StringComparer.Ordinal);
                    Named.Add(level.ToString(), child);
                    break;
            }

            return child;
        }

        public void RemoveChild(ReadOnlySpan<char> level)
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
                    Named?.GetAlternateLookup<ReadOnlySpan<char>>().Remove(level);
                    break;
            }
        }
    }
}
