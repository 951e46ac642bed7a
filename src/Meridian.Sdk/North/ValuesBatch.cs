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
    /// The journal the positions belong to. (JournalId, position) is the identity of a datum for ever.
    /// </summary>
    public Guid JournalId { get; }

    /// <summary>The readings, in journal order, at least one.</summary>
    public ReadOnlyMemory<Reading> Readings { get; }

    /// <summary>The position of each reading in the journal, ascending, as many as <see cref="Readings"/>.</summary>
    public ReadOnlyMemory<long> Positions { get; }

    /// <summary>
    /// Where the cursor stands once this whole batch is delivered; where batches go in parallel
    /// (<see cref="NorthManifest.MaxParallelSends"/>), where it stands now.
    /// </summary>
    public DeliveryPosition Cursor { get; }

    /// <summary>
    /// What a destination recognises the batch by, for instance as the header <c>Idempotency-Key</c>: at most 140
    /// characters, letters, digits and <c>-</c>. The same key always stands for the same readings of the same North: its
    /// journal and its range of positions are in it, a hash of what it holds, and in a retry from quarantine the
    /// number of the attempt. Every North gets one.
    /// <para>
    /// With <see cref="DeliveryGuarantee.EffectivelyOnce"/> the reverse holds as well: the same readings come with the
    /// same key until their outcome is known, over kills, restarts and changed limits, because the engine stores where
    /// the batch begins and ends before the first try. A destination that knows the key gives the answer that it gave.
    /// Data that the North's transforms make otherwise by then have another key, and so has each attempt from
    /// quarantine. For other guarantees what comes again may be cut otherwise.
    /// </para>
    /// </summary>
    /// <value>Default: made of the journal and the positions, for a batch of a test's own.</value>
    public string Key
    {
        get => _key ?? string.Create(
            CultureInfo.InvariantCulture,
            $"{JournalId:N}-{Positions.Span[0]}-{Positions.Span[^1]}-{Positions.Length}");
        init => _key = value;
    }
}
