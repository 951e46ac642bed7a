namespace Meridian.Journal;

/// <summary>What <see cref="JournalLog.OpenAsync"/> found and mended. Only the last segment is read at a start, all of
/// them when the index is of no use; damage in
/// an older one is found, skipped and counted when a cursor reads it
/// (<see cref="JournalStatus.DamagedBytes"/>).</summary>
public sealed record RecoveryReport
{
    /// <summary>Whether the journal was made by this start.</summary>
    public bool IsNew { get; init; }

    /// <summary>Segments found.</summary>
    public int Segments { get; init; }

    /// <summary>Bytes cut from the end of the last segment: a group of appends that was never acknowledged.</summary>
    public long TornBytes { get; init; }

    /// <summary>Damaged places between good records of the segments read. Their bytes lie in the folder
    /// damaged.</summary>
    public int DamagedPlaces { get; init; }

    /// <summary>Bytes skipped in those places.</summary>
    public long DamagedBytes { get; init; }

    /// <summary>Segments whose header was damaged; their records are still read.</summary>
    public int DamagedHeaders { get; init; }

    /// <summary>Files that do not belong to this journal and were left alone.</summary>
    public int ForeignFiles { get; init; }

    /// <summary>
    /// Whether the identity file was missing or damaged beside existing segments. The id was then taken from them.
    /// </summary>
    public bool IdentityRestored { get; init; }

    /// <summary>
    /// Whether the places of the cursors were lost. A cursor that is opened then starts at the oldest datum, whatever
    /// its caller asked for: repeating is better than losing.
    /// </summary>
    public bool CursorsLost { get; init; }

    /// <summary>
    /// Whether the index could not be used, so that all segments were read for commits and checkpoints. That takes
    /// time and loses nothing by itself.
    /// </summary>
    public bool IndexRebuilt { get; init; }

    /// <summary>Ranges of positions that are missing because their segments are.</summary>
    public IReadOnlyList<JournalGap> Gaps { get; init; } = [];

    /// <summary>How many positions are missing: what <see cref="Gaps"/> hold.</summary>
    public long MissingData => Gaps.Sum(static g => g.End - g.First);

    /// <summary>Stored files that no record referred to and that were deleted.</summary>
    public int OrphanFiles { get; init; }

    /// <summary>Whether anything but a torn tail was found, which deserves somebody's attention.</summary>
    public bool IsDamaged => DamagedPlaces > 0 || DamagedHeaders > 0 || ForeignFiles > 0 || IdentityRestored
        || CursorsLost || MissingData > 0;
}
