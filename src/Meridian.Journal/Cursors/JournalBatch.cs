namespace Meridian.Journal.Cursors;

/// <summary>
/// Consecutive records that one read gave. The batch and all memory in it are lent until the next
/// <see cref="JournalCursor.ReadAsync"/>, <see cref="JournalCursor.TryRead"/> or <see cref="JournalCursor.Seek"/> of
/// the same cursor; whoever needs a payload longer copies it.
/// </summary>
public sealed class JournalBatch
{
    internal JournalBatch()
    {
    }

    /// <summary>The position of the first datum to handle.</summary>
    public JournalPosition First { get; private set; }

    /// <summary>The position after the last datum: what to commit when all are handled.</summary>
    public JournalPosition End { get; private set; }

    /// <summary>
    /// How many data of the first record lie before <see cref="First"/> and were handled already. Not 0 only when a
    /// cursor was committed or sought into the middle of a record.
    /// </summary>
    public int SkipInFirst { get; private set; }

    /// <summary>Number of records.</summary>
    public int RecordCount { get; private set; }

    /// <summary>Walks the records in order without allocating.</summary>
    /// <returns>The enumerator, for <c>foreach</c>.</returns>
    public JournalBatchEnumerator GetEnumerator() => new(this);
}
