using System.Collections.Concurrent;

namespace Meridian.Engine.Souths.Files;

/// <summary>Which files of a South were taken. Follows the checkpoints in the journal, which outlive it. Any thread;
/// an item is looked at by one query at a time.</summary>
internal sealed class FileMemory
{
    private readonly ConcurrentDictionary<string, TakenFile> _taken = new(StringComparer.Ordinal);

    /// <summary>Takes up what the journal knows.</summary>
    /// <param name="checkpoints">The keys and values of the South's checkpoints, of whatever kind.</param>
    public FileMemory(IEnumerable<(string Key, ReadOnlyMemory<byte> Value)> checkpoints)
    {
        foreach (var (key, value) in checkpoints)
        {
            if (key.StartsWith(TakenFile.KeyPrefix, StringComparison.Ordinal)
                && TakenFile.TryRead(value.Span, out var taken))
            {
                _taken[key] = taken;
            }
        }
    }

    /// <summary>What is remembered under a key.</summary>
    public TakenFile? Find(string key) => _taken.TryGetValue(key, out var taken) ? taken : null;

    /// <summary>It is on disk that a file was taken.</summary>
    public void Remember(string key, TakenFile taken) => _taken[key] = taken;

    /// <summary>It is on disk that a file is forgotten.</summary>
    public void Forget(string key) => _taken.TryRemove(key, out _);

    /// <summary>The keys of an item's files.</summary>
    public IEnumerable<string> KeysOf(string item)
    {
        var prefix = TakenFile.KeysOf(item);
        return _taken.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal));
    }
}
