namespace Meridian.Journal.Cursors;

/// <summary>One record as it was appended. Its payload is lent: see <see cref="JournalBatch"/>.</summary>
/// <param name="First">The position of its first datum.</param>
/// <param name="Count">How many data it carries; at least 1.</param>
/// <param name="Source">Who wrote it.</param>
/// <param name="Time">When it was appended, UTC.</param>
/// <param name="ContentType">What the payload is, by a number of the writer's own choice.</param>
/// <param name="Payload">The bytes as they were appended.</param>
public readonly record struct JournalRecord(
    JournalPosition First,
    int Count,
    JournalSource Source,
    DateTimeOffset Time,
    byte ContentType,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>The position after its last datum.</summary>
    public JournalPosition End => First + Count;
}
