using Meridian.Engine.Norths.Sending;
using Meridian.Journal;
using Meridian.Journal.Cursors;

namespace Meridian.Engine.Norths;

/// <summary>How a North's pump reads and batches.</summary>
/// <param name="JournalId">The journal it reads.</param>
/// <param name="NorthId">What a destination knows the North by.</param>
/// <param name="MaxReadings">The most readings in one delivery.</param>
/// <param name="MaxBytes">The most bytes in one delivery, by <see cref="ReadingSize"/>.</param>
/// <param name="MaxParallelSends">How many deliveries may be under way, of different Souths.</param>
/// <param name="IsMade">Whether transforms make readings of what lies in the journal.</param>
/// <param name="NeedsExactBatches">Whether the North's promise rests on the keys of its batches.</param>
/// <param name="ReadLimits">The limits of one read of the journal.</param>
/// <param name="OpenFile">Opens a file of the journal; fails when it is gone.</param>
internal sealed record NorthPumpSettings(
    Guid JournalId,
    string NorthId,
    int MaxReadings,
    long MaxBytes,
    int MaxParallelSends,
    bool IsMade,
    bool NeedsExactBatches,
    JournalReadLimits ReadLimits,
    Func<JournalFile, Stream> OpenFile)
{
    /// <summary>Makes keys of batches, for one caller at a time; null where nobody relies on them.</summary>
    public BatchKey? NewKey() => NewKey(IsMade);

    /// <summary>The same, of readings that need not be those at their positions.</summary>
    public BatchKey? NewKey(bool isMade) => NeedsExactBatches ? new BatchKey(JournalId, NorthId, isMade) : null;
}
