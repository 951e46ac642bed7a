using System.Collections.Concurrent;

namespace Meridian.Engine.Souths.Files;

/// <summary>Which files of a South were taken, whole or in part. Follows the checkpoints in the journal, which outlive
/// it. Any thread; an item is looked at by one query at a time.</summary>
internal sealed class FileMemory
{
    private readonly ConcurrentDictionary<string, TakenFile> _taken = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PartFile> _parts = new(StringComparer.Ordinal);

    /// <summary>Takes up what the journal knows.</summary>
    /// <param name="checkpoints">The keys and values of the South's checkpoints, of whatever kind.</param>
    public FileMemory(IEnumerable<(string Key, ReadOnlyMemory<byte> Value)> checkpoints)
    {
        foreach (var (key, value) in checkpoints)
        {
            if (!key.StartsWith(TakenFile.KeyPrefix, StringComparison.Ordinal))
            {
                continue;
            }

            if (TakenFile.TryRead(value.Span, out var taken))
            {
                _taken[key] = taken;
            }
            else if (PartFile.TryRead(value.Span, out var part))
            {
                _parts[key] = part;
            }
        }
    }

    /// <summary>What is remembered under a key of a file that was taken.</summary>
    public TakenFile? Find(string key) => _taken.TryGetValue(key, out var taken) ? taken : null;

    /// <summary>What is remembered under a key of a file that was taken in part.</summary>
    public PartFile? FindPart(string key) => _parts.TryGetValue(key, out var part) ? part : null;

    /// <summary>It is on disk that a file was taken.</summary>
    public void Remember(string key, TakenFile taken)
    {
        _taken[key] = taken;
        _ = _parts.TryRemove(key, out _);
    }

    /// <summary>It is on disk that readings of a file were taken.</summary>
    public void Remember(string key, PartFile part)
    {
        _parts[key] = part;
        _ = _taken.TryRemove(key, out _);
    }

    /// <summary>It is on disk that a file is forgotten.</summary>
    public void Forget(string key)
    {
        _ = _taken.TryRemove(key, out _);
        _ = _parts.TryRemove(key, out _);
    }

    /// <summary>The keys of an item's files.</summary>
    public IEnumerable<string> KeysOf(string item)
    {
        var prefix = TakenFile.KeysOf(item);
        return _taken.Keys.Concat(_parts.Keys).Where(key => key.StartsWith(prefix, StringComparison.Ordinal));
    }
}
