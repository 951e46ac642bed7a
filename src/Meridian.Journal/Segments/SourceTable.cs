using System.Text;

namespace Meridian.Journal.Segments;

/// <summary>The sources by name. Ids are given in the order of first use; those of the last segment are taken over at a
/// start, because writing goes on in it.</summary>
internal sealed class SourceTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, JournalSource> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, JournalSource> _byId = [];
    private uint _lastId;

    /// <summary>The source of a name, made when it is new.</summary>
    public JournalSource Get(string name)
    {
        lock (_gate)
        {
            return _byName.TryGetValue(name, out var source) ? source : Add(_lastId + 1, name);
        }
    }

    /// <summary>The source of an id that this process gave; null when it gave none.</summary>
    public JournalSource? Find(uint id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    /// <summary>Takes over an id that the last segment defines. False when it cannot be used any more.</summary>
    public bool TryTakeOver(uint id, string name)
    {
        lock (_gate)
        {
            if (_byName.TryGetValue(name, out var known))
            {
                return known.Id == id;
            }

            return !_byId.ContainsKey(id) && Add(id, name) is not null;
        }
    }

    /// <summary>Keeps ids up to this one from being given to new sources: records carry them whose definition is
    /// damaged.</summary>
    public void Reserve(uint id)
    {
        lock (_gate)
        {
            _lastId = Math.Max(_lastId, id);
        }
    }

    /// <summary>Refuses names that the format cannot hold.</summary>
    public static void ThrowIfUnfit(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var length = Encoding.UTF8.GetByteCount(name);
        if (length > JournalLimits.MaxNameBytes)
        {
            throw new ArgumentException(
                $"The name '{name[..32]}…' has {length} bytes; the limit is {JournalLimits.MaxNameBytes}.",
                nameof(name));
        }
    }

    private JournalSource Add(uint id, string name)
    {
        var source = new JournalSource(id, name);
        _byName.Add(name, source);
        _byId.Add(id, source);
        _lastId = Math.Max(_lastId, id);
        return source;
    }
}
