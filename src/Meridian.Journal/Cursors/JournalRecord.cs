using Meridian.Journal.Format;

namespace Meridian.Journal.Cursors;

/// <summary>One record as it was appended. Its payload is lent: see <see cref="JournalBatch"/>.</summary>
public readonly record struct JournalRecord
{
    private readonly ReadOnlyMemory<byte> _attached;

    internal JournalRecord(
        JournalPosition first,
        int count,
        JournalSource source,
        DateTimeOffset time,
        byte contentType,
        ReadOnlyMemory<byte> payload,
        ReadOnlyMemory<byte> attached)
    {
        First = first;
        Count = count;
        Source = source;
        Time = time;
        ContentType = contentType;
        Payload = payload;
        _attached = attached;
    }

    /// <summary>The position of its first datum.</summary>
    public JournalPosition First { get; }

    /// <summary>How many data it carries; at least 1.</summary>
    public int Count { get; }

    /// <summary>Who wrote it.</summary>
    public JournalSource Source { get; }

    /// <summary>When it was appended, UTC.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>What the payload is, by a number of the writer's own choice.</summary>
    public byte ContentType { get; }

    /// <summary>The bytes as they were appended.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The position after its last datum.</summary>
    public JournalPosition End => First + Count;

    /// <summary>Whether checkpoints or a file came with it.</summary>
    public bool HasAttachments => !_attached.IsEmpty;

    /// <summary>The file that it refers to, to be opened with <see cref="JournalLog.OpenFile"/>; null without
    /// one.</summary>
    /// <returns>The file.</returns>
    public JournalFile? GetFile()
    {
        JournalFile? found = null;
        Attachments.Read(_attached.Span, static (_, _) => { }, file => found = file);
        return found;
    }

    /// <summary>The checkpoints that came with it, as copies.</summary>
    /// <returns>The checkpoints in the order in which they were given.</returns>
    public IReadOnlyList<JournalCheckpoint> GetCheckpoints()
    {
        var found = new List<JournalCheckpoint>();
        Attachments.Read(_attached.Span, (key, value) => found.Add(new JournalCheckpoint(key, value)), onFile: null);
        return found;
    }
}
