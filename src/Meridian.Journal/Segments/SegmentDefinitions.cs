using System.Text;

namespace Meridian.Journal.Segments;

/// <summary>What the source ids of one segment mean, learned from its definition records or its seal.</summary>
internal sealed class SegmentDefinitions(SourceTable sources)
{
    private const string UnknownName = "?";

    private readonly Dictionary<uint, JournalSource> _byId = [];

    /// <summary>Learns from a definition record.</summary>
    public void Learn(uint id, ReadOnlySpan<byte> name)
        => Learn(id, name.IsEmpty ? UnknownName : Encoding.UTF8.GetString(name));

    /// <summary>Learns from a seal.</summary>
    public void Learn(uint id, string name) => _byId[id] = sources.Get(name);

    /// <summary>The source of an id. One whose definition was damaged is called "?", its data are still
    /// given.</summary>
    public JournalSource Resolve(uint id, bool isOwnId)
        => _byId.TryGetValue(id, out var source) ? source
            : (isOwnId ? sources.Find(id) : null) ?? sources.Get(UnknownName);
}
