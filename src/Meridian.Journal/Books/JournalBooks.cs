using Meridian.Journal.Appending;
using Meridian.Journal.Cursors;
using Meridian.Journal.Format;
using Meridian.Journal.Segments;

namespace Meridian.Journal.Books;

/// <summary>
/// All that the journal must know besides the data: places of cursors, checkpoints, files. Turned into records and
/// index slots by the writer's thread alone.
/// </summary>
internal sealed class JournalBooks(
    CursorTable cursors, CheckpointTable checkpoints, FileTable files, uint seed, TimeProvider time)
{
    private readonly RecordBuilder _records = new(seed, time);

    public CursorTable Cursors => cursors;

    public CheckpointTable Checkpoints => checkpoints;

    public FileTable Files => files;

    /// <summary>Encodes what has changed; the result is valid until the next call.</summary>
    public RecordBuilder Gather(long first)
    {
        _records.Clear();
        checkpoints.ForgetCarried();
        cursors.Gather(_records, carryThrough: -1, first);
        return _records;
    }

    /// <summary>Encodes what has changed and what would be lost with the segments up to this one.</summary>
    public RecordBuilder Carry(long ordinal, long first)
    {
        _records.Clear();
        cursors.Gather(_records, ordinal, first);
        checkpoints.Carry(_records, ordinal, first);
        return _records;
    }

    /// <summary>Whether something would be lost with the segments up to this one.</summary>
    public bool IsHeldBy(long ordinal) => cursors.IsHeldBy(ordinal) || checkpoints.IsHeldBy(ordinal);

    /// <summary>What was gathered or carried last is durable.</summary>
    /// <param name="segment">Where; null when there was nothing to write, before the first segment.</param>
    public void Accept(Segment? segment)
    {
        cursors.Accept(segment?.Ordinal ?? 0);
        checkpoints.AcceptCarried(segment?.Ordinal ?? 0);
    }

    /// <summary>What came with a group is durable.</summary>
    public void Apply(AppendGroup group, Segment segment)
    {
        checkpoints.Apply(group, segment.Ordinal);
        files.Apply(group, segment.Ordinal);
    }

    /// <summary>All that an index slot keeps, as of the end of a segment.</summary>
    public IndexSlot ToIndex(Guid journal, ulong sequence, Segment segment, long end) => new()
    {
        Journal = journal,
        Sequence = sequence,
        Ordinal = segment.Ordinal,
        Offset = segment.Length,
        End = end,
        Cursors = cursors.ToIndex(),
        Checkpoints = checkpoints.ToIndex(),
        Files = files.ToIndex(),
    };

    /// <summary>A slot is durable.</summary>
    public void AcceptIndex()
    {
        cursors.AcceptIndex();
        checkpoints.AcceptIndex();
    }
}
