using System.Text;
using Meridian.Journal.Format;

namespace Meridian.Journal.Segments;

/// <summary>What the source ids of one segment mean, learned from its definition records.</summary>
internal sealed class SegmentDefinitions(SourceTable sources)
{
    private const string UnknownName = "?";

    private readonly Dictionary<uint, JournalSource> _byId = [];

    /// <summary>Learns from a definition record.</summary>
    public void Learn(in RecordHeader header, ReadOnlySpan<byte> payload)
        => _byId[header.Source] = sources.Get(payload.IsEmpty ? UnknownName : Encoding.UTF8.GetString(payload));

    /// <summary>The source of an id. One whose definition was damaged is called "?", its data are still
    /// given.</summary>
    public JournalSource Resolve(uint id, bool isOwnId)
        => _byId.TryGetValue(id, out var source) ? source
            : (isOwnId ? sources.Find(id) : null) ?? sources.Get(UnknownName);
}
