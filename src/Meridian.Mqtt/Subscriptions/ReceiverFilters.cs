namespace Meridian.Mqtt.Subscriptions;

/// <summary>
/// The Topic Filters that the receiver has subscribed to. The tree over them is made when a message first needs it,
/// which it does only beside streams: a client without streams may have a hundred thousand. Not thread-safe.
/// </summary>
internal sealed class ReceiverFilters
{
    private readonly HashSet<string> _filters = new(StringComparer.Ordinal);
    private readonly List<string> _found = [];
    private FilterTree<string>? _tree;

    public bool Contains(string filter) => _filters.Contains(filter);

    public void Set(string filter, bool isReceivers)
    {
        if (isReceivers)
        {
            if (_filters.Add(filter))
            {
                _tree?.Add(SharedFilter.PatternOf(filter), filter);
            }
        }
        else if (_filters.Remove(filter))
        {
            _tree?.Remove(SharedFilter.PatternOf(filter), filter);
        }
    }

    /// <summary>Whether one of them selects the topic.</summary>
    public bool Select(string topic)
    {
        if (_filters.Count == 0)
        {
            return false;
        }

        if (_tree is null)
        {
            _tree = new FilterTree<string>();
            foreach (var filter in _filters)
            {
                _tree.Add(SharedFilter.PatternOf(filter), filter);
            }
        }

        _found.Clear();
        _tree.Find(topic, _found);
        return _found.Count > 0;
    }
}
