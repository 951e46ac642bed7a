using Meridian.Journal.Format;

namespace Meridian.Journal.Segments;

/// <summary>
/// One file of the log. Readers may read up to <see cref="Length"/>; the writer raises it when more is durable.
/// A segment ends where the next one begins: what data it holds at or after that position were never acknowledged,
/// because their writing failed and the same data were written again to the next one.
/// </summary>
internal sealed class Segment(string name, SegmentHeader header, int attempt, long length)
{
    private long _length = length;
    private volatile SegmentMarks? _marks;

    /// <summary>The file.</summary>
    public string Name { get; } = name;

    /// <summary>The position that the segment begins at.</summary>
    public long First => header.First;

    /// <summary>Numbers the segments without a hole; 0 in a segment of the first version or without a header.</summary>
    public long Ordinal => header.Ordinal;

    /// <summary>When it was begun.</summary>
    public long CreatedTicks => header.CreatedTicks;

    /// <summary>Tells segments of the same first position apart; the last one counts.</summary>
    public int Attempt { get; } = attempt;

    /// <summary>How many bytes are durable. Written by the writer after each group, read by any reader.</summary>
    public long Length
    {
        get => Volatile.Read(ref _length);
        set => Volatile.Write(ref _length, value);
    }

    /// <summary>
    /// Where positions lie, while the segment is being written; its source ids are those of this process then. Null
    /// otherwise: the seal tells, or nothing.
    /// </summary>
    public SegmentMarks? Marks
    {
        get => _marks;
        set => _marks = value;
    }

    /// <summary>When the writer first saw that all cursors had passed it; null before.</summary>
    public DateTimeOffset? PassedAt { get; set; }
}
