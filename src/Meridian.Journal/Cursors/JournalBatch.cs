using Meridian.Journal.Format;
using Meridian.Journal.Segments;

namespace Meridian.Journal.Cursors;

/// <summary>
/// Consecutive records that one read gave. The batch and all memory in it are lent until the next
/// <see cref="JournalCursor.ReadAsync"/>, <see cref="JournalCursor.TryRead"/> or
/// <see cref="JournalCursor.Seek(JournalPosition)"/> of
/// the same cursor; whoever needs a payload longer copies it.
/// </summary>
public sealed class JournalBatch
{
    private Entry[] _entries = new Entry[16];
    private RecordWindow? _window;

    internal JournalBatch()
    {
    }

    /// <summary>The position of the first datum to handle.</summary>
    public JournalPosition First { get; private set; }

    /// <summary>The position after the last datum, those that the cursor does not read included: what to commit when
    /// all are handled.</summary>
    public JournalPosition End { get; private set; }

    /// <summary>
    /// How many data of the first record lie before <see cref="First"/> and were handled already. Not 0 only when a
    /// cursor was committed or sought into the middle of a record.
    /// </summary>
    public int SkipInFirst { get; private set; }

    /// <summary>Number of records. 0 only for a cursor of few sources that has passed nothing but others.</summary>
    public int RecordCount { get; private set; }

    /// <summary>Walks the records in order without allocating.</summary>
    /// <returns>The enumerator, for <c>foreach</c>.</returns>
    public JournalBatchEnumerator GetEnumerator() => new(this);

    internal JournalRecord this[int index]
    {
        get
        {
            ref readonly var entry = ref _entries[index];
            var payload = _window!.Lend(entry.At + RecordHeader.Size, entry.Header.PayloadLength);
            var attached = entry.Header.HasAttachments ? Attachments.LengthOf(payload.Span) : 0;
            return new JournalRecord(
                new JournalPosition(entry.Header.First),
                entry.Header.Count,
                entry.Source,
                new DateTimeOffset(entry.Header.Ticks, TimeSpan.Zero),
                entry.Header.ContentType,
                payload[attached..],
                payload[..attached]);
        }
    }

    internal void Begin(RecordWindow window, long next)
    {
        _window = window;
        RecordCount = 0;
        SkipInFirst = 0;
        First = End = new JournalPosition(next);
    }

    /// <summary>Lets a batch without records begin where the reader began.</summary>
    internal void BeginAt(long next) => First = RecordCount == 0 ? new JournalPosition(next) : First;

    /// <summary>Lets the end lie behind records that were passed because nobody wanted them.</summary>
    internal void Extend(long end) => End = new JournalPosition(Math.Max(End.Value, end));

    internal void Add(int at, in RecordHeader header, JournalSource source, long next)
    {
        if (RecordCount == 0)
        {
            SkipInFirst = (int)Math.Max(0, next - header.First);
            First = new JournalPosition(header.First + SkipInFirst);
        }

        if (RecordCount == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * RecordCount);
        }

        _entries[RecordCount++] = new Entry(at, header, source);
        End = new JournalPosition(header.End);
    }

    private readonly record struct Entry(int At, RecordHeader Header, JournalSource Source);
}
