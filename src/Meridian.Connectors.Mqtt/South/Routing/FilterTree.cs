using System.Diagnostics.CodeAnalysis;

namespace Meridian.Connectors.Mqtt.South.Routing;

/// <summary>
/// Topic Filters by level, for two questions: which filter selects a topic, and which two filters could select the same
/// topic. Both cost levels, not filters. A leading wildcard never selects a topic that begins with <c>$</c>
/// [MQTT-4.7.2-1].
/// </summary>
internal sealed class FilterTree<T>
    where T : class
{
    private readonly Node _root = new();

    /// <summary>Adds a filter; a second one with the same text does not replace the first.</summary>
    public void Add(string filter, T value)
    {
        var node = _root;
        foreach (var level in filter.Split('/'))
        {
            if (level is "#")
            {
                node.Rest ??= value;
                return;
            }

            node = level is "+" ? node.Any ??= new Node() : node.Child(level);
        }

        node.Here ??= value;
    }

    /// <summary>The value of a filter that selects the topic, or null.</summary>
    public T? Find(string topic) => Find(_root, topic, isRoot: true);

    /// <summary>The value of a filter that some topic has in common with this one, or null.</summary>
    public T? FindOverlap(string filter) => FindOverlap(_root, filter.Split('/'), 0);

    private static T? Find(Node node, ReadOnlySpan<char> rest, bool isRoot)
    {
        var isSystem = isRoot && rest.StartsWith('$');
        var end = rest.IndexOf('/');
        var level = end < 0 ? rest : rest[..end];
        return (node.TryGetChild(level, out var child) ? FindBelow(child, rest, end) : null)
            ?? (isSystem ? null : (node.Any is { } any ? FindBelow(any, rest, end) : null) ?? node.Rest);
    }

    private static T? FindBelow(Node node, ReadOnlySpan<char> rest, int end) =>
        end < 0 ? node.Here ?? node.Rest : Find(node, rest[(end + 1)..], isRoot: false); // "a/#" selects "a" too.

    private static T? FindOverlap(Node node, string[] levels, int at)
    {
        if (at == levels.Length)
        {
            return node.Here ?? node.Rest;
        }

        var level = levels[at];
        var isRoot = at == 0;
        var isSystem = isRoot && level.StartsWith('$');
        if (!isSystem && node.Rest is not null)
        {
            return node.Rest;
        }

        if (level is "#")
        {
            return (isRoot ? null : node.Here) ?? Anything(node, isRoot);
        }

        var found = !isSystem && node.Any is { } any ? FindOverlap(any, levels, at + 1) : null;
        if (level is not "+")
        {
            return found ?? (node.TryGetChild(level, out var child) ? FindOverlap(child, levels, at + 1) : null);
        }

        foreach (var (name, child) in node.Children)
        {
            found ??= isRoot && name.StartsWith('$') ? null : FindOverlap(child, levels, at + 1);
        }

        return found;
    }

    /// <summary>The value of any filter below, but for <c>$</c> topics below the root.</summary>
    private static T? Anything(Node node, bool isRoot)
    {
        var found = node.Rest ?? (node.Any is { } any ? any.Here ?? Anything(any, isRoot: false) : null);
        foreach (var (name, child) in node.Children)
        {
            found ??= isRoot && name.StartsWith('$') ? null : child.Here ?? Anything(child, isRoot: false);
        }

        return found;
    }

    private sealed class Node
    {
        private Dictionary<string, Node>? _children;

        public T? Here { get; set; }

        public T? Rest { get; set; }

        public Node? Any { get; set; }

        public IEnumerable<KeyValuePair<string, Node>> Children => _children ?? [];

        public Node Child(string level)
        {
            _children ??= new Dictionary<string, Node>(StringComparer.Ordinal);
            if (!_children.TryGetValue(level, out var child))
            {
                _children.Add(level, child = new Node());
            }

            return child;
        }

        public bool TryGetChild(ReadOnlySpan<char> level, [NotNullWhen(true)] out Node? child)
        {
            child = null;
            return _children is not null
                && _children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out child);
        }
    }
}
