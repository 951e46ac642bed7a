namespace Meridian.Mqtt.Storage;

/// <summary>
/// What is alive in a session: the sum of all changes. Both stores and the reading of a log use it, so a change means
/// the same everywhere.
/// </summary>
/// <remarks>No lock of its own. Changes of what it does not know do nothing: a log may repeat itself.</remarks>
/// <typeparam name="TContent">What a publication is to the owner: itself, or its place in a file.</typeparam>
internal sealed class SessionTable<TContent>
{
    private readonly Dictionary<ulong, Entry> _entries = [];
    private readonly Dictionary<ushort, ulong> _keyOfIdentifier = [];
    private readonly HashSet<ushort> _received = [];

    public IReadOnlyCollection<ushort> Received => _received;

    public ulong LastKey { get; private set; }

    public int Count => _entries.Count;

    public IEnumerable<Entry> InOrder() => _entries.Values.OrderBy(static entry => entry.Key);

    public bool TryGet(ulong key, out Entry entry) => _entries.TryGetValue(key, out entry!);

    /// <summary>A publication, new or written again further on.</summary>
    public void Add(ulong key, TContent content, ushort identifier = 0, bool isReleased = false)
    {
        _entries[key] = new Entry(key, content) { PacketIdentifier = identifier, IsReleased = isReleased };
        RaiseLastKey(key);
        if (identifier != 0)
        {
            _keyOfIdentifier[identifier] = key;
        }
    }

    public void RaiseLastKey(ulong key) => LastKey = Math.Max(LastKey, key);

    public void ReplaceReceived(IEnumerable<ushort> identifiers)
    {
        _received.Clear();
        _received.UnionWith(identifiers);
    }

    /// <summary>Forgets without a change, as when content turned out to be unreadable.</summary>
    public void Forget(ulong key) => _ = TryEnd(key, out _);

    /// <summary>Takes a change in.</summary>
    /// <returns>What ended with it.</returns>
    public IReadOnlyList<TContent> Apply(MqttSessionChange change)
    {
        switch (change.Kind)
        {
            case MqttSessionChangeKind.Assigned:
                return Assign(change.Key, change.PacketIdentifier);
            case MqttSessionChangeKind.Released when _entries.TryGetValue(change.Key, out var entry)
                && entry.PacketIdentifier != 0: // Zero: the sending was not durable, so nothing was sent.
                entry.IsReleased = true;
                return [];
            case MqttSessionChangeKind.Done:
                return TryEnd(change.Key, out var content) ? [content] : [];
            case MqttSessionChangeKind.Received:
                _received.Add(change.PacketIdentifier);
                return [];
            case MqttSessionChangeKind.ReceivedDone:
                _received.Remove(change.PacketIdentifier);
                return [];
            case MqttSessionChangeKind.ReceivedLost:
                _received.Clear();
                return [];
            default:
                return [];
        }
    }

    private IReadOnlyList<TContent> Assign(ulong key, ushort identifier)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            return [];
        }

        Unassign(entry);
        entry.IsReleased = false;
        entry.PacketIdentifier = identifier;
        if (identifier == 0)
        {
            return [];
        }

        // An identifier is given out again only when the one before is done, so the word "done" was lost.
        IReadOnlyList<TContent> ended = _keyOfIdentifier.TryGetValue(identifier, out var before) && before != key
            && TryEnd(before, out var content) ? [content] : [];
        _keyOfIdentifier[identifier] = key;
        return ended;
    }

    private bool TryEnd(ulong key, out TContent content)
    {
        if (!_entries.Remove(key, out var entry))
        {
            content = default!; // Nobody reads it: the result says so.
            return false;
        }

        Unassign(entry);
        content = entry.Content;
        return true;
    }

    private void Unassign(Entry entry)
    {
        if (entry.PacketIdentifier != 0 && _keyOfIdentifier.TryGetValue(entry.PacketIdentifier, out var key)
            && key == entry.Key)
        {
            _keyOfIdentifier.Remove(entry.PacketIdentifier);
        }
    }

    /// <summary>A publication that is not done.</summary>
    internal sealed class Entry(ulong key, TContent content)
    {
        public ulong Key { get; } = key;

        public TContent Content { get; set; } = content;

        public ushort PacketIdentifier { get; set; }

        public bool IsReleased { get; set; }
    }
}
