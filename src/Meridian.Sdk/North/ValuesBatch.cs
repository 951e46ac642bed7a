using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Sdk.Readings;

namespace Meridian.Sdk.North;

/// <summary>Readings on their way to a destination. Lent until the call returns; the engine uses it again.</summary>
public sealed class ValuesBatch
{
    private readonly string? _key;

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
    /// Where the cursor stands once this whole batch is delivered; in a replay, and where batches go in parallel
    /// (<see cref="NorthManifest.MaxParallelSends"/>), where it stands already.
    /// </summary>
    public DeliveryPosition Cursor { get; }

    /// <summary>
    /// The replay that asked for this batch; null for data that come in their turn. What to do with it stands at
    /// <see cref="DeliveryPosition.ReplayId"/>.
    /// </summary>
    public string? ReplayId => Cursor.ReplayId;

    /// <summary>
    /// What a destination recognises the batch by, for instance as the header <c>Idempotency-Key</c>: at most 140
    /// characters, letters, digits and <c>-</c>. For a North whose manifest asks for it
    /// (<see cref="NorthManifest.NeedsExactBatches"/>):
    /// <list type="bullet">
    /// <item>The same key always stands for the same readings of the same North: its journal and its range of positions
    /// are in it, a hash of what it holds, in a retry from quarantine the number of the attempt, in a replay its id.
    /// </item>
    /// <item>The same readings come with the same key until their outcome is known, over kills, restarts and changed
    /// limits. A destination that knows the key gives the answer that it gave. Data that the North's transforms make
    /// otherwise by then have another key.</item>
    /// </list>
    /// </summary>
    /// <value>
    /// Default, and for other Norths: made of the journal and the range of positions. It says nothing of what the batch
    /// holds, and what comes again may be cut otherwise.
    /// </value>
    [AllowNull]
    public string Key
    {
        get => _key ?? string.Create(
            CultureInfo.InvariantCulture,
            $"{JournalId:N}-{Positions.Span[0]}-{Positions.Span[^1]}-{Positions.Length}");
        init => _key = value;
    }
}
