using Meridian.Sdk.Readings;

namespace Meridian.Sdk.North;

/// <summary>Readings on their way to a destination. Lent until the call returns; the engine uses it again.</summary>
public sealed class ValuesBatch
{
    /// <summary>Makes a batch.</summary>
    /// <param name="journalId">The journal the positions belong to.</param>
    /// <param name="readings">The readings, in journal order, at least one.</param>
    /// <param name="positions">The position of each reading in the journal, ascending, as many as readings.</param>
    /// <param name="cursor">What a North that keeps its own cursor stores in the same transaction.</param>
    public ValuesBatch(
        Guid journalId, ReadOnlyMemory<Reading> readings, ReadOnlyMemory<long> positions, DeliveryPosition cursor)
    {
        if (readings.Length != positions.Length)
        {
            throw new ArgumentException(
                $"A batch has one position per reading; {positions.Length} came with {readings.Length} readings.",
                nameof(positions));
        }

        JournalId = journalId;
        Readings = readings;
        Positions = positions;
        Cursor = cursor;
    }

    /// <summary>
    /// The journal the positions belong to. (JournalId, position) is the identity of a datum for ever; a replay brings
    /// it once more, as (JournalId, position, <see cref="ReplayId"/>).
    /// </summary>
    public Guid JournalId { get; }

    /// <summary>The readings, in journal order, at least one.</summary>
    public ReadOnlyMemory<Reading> Readings { get; }

    /// <summary>The position of each reading in the journal, ascending, as many as <see cref="Readings"/>.</summary>
    public ReadOnlyMemory<long> Positions { get; }

    /// <summary>
    /// Where the cursor stands once this whole batch is delivered; in a replay, where it stands already.
    /// </summary>
    public DeliveryPosition Cursor { get; }

    /// <summary>
    /// The replay that asked for this batch; null for data that come in their turn. What to do with it stands at
    /// <see cref="DeliveryPosition.ReplayId"/>.
    /// </summary>
    public string? ReplayId => Cursor.ReplayId;
}
