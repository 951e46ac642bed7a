namespace Meridian.Journal;

/// <summary>How a journal is kept. Read once, by <see cref="JournalLog.OpenAsync"/>; later changes have no
/// effect.</summary>
public sealed class JournalOptions
{
    /// <summary>The folder of the journal; made when it does not exist. Nothing else may live in it.</summary>
    public required string Folder { get; init; }

    /// <summary>How many bytes a segment may have before the next group of appends begins a new one.</summary>
    /// <value>64 MiB; at least 64.</value>
    public long SegmentBytes { get; init; } = JournalLimits.DefaultSegmentBytes;

    /// <summary>
    /// How many bytes all segments together may have. A journal at this limit is full: appends wait until every cursor
    /// has passed the oldest segment.
    /// </summary>
    /// <value>4 GiB; at least twice <see cref="SegmentBytes"/>.</value>
    public long MaxBytes { get; init; } = JournalLimits.DefaultMaxBytes;

    /// <summary>How many bytes may gather while a group is made durable; appends beyond wait.</summary>
    /// <value>4 MiB; 1 byte to 64 MiB.</value>
    public int GatherBytes { get; init; } = JournalLimits.DefaultGatherBytes;

    /// <summary>
    /// How long the first append of a group waits for others before the group is made durable, unless
    /// <see cref="GatherBytes"/> is reached first. Each append takes so much longer; the disk gets so many fewer
    /// flushes, which memory cards and busy disks thank for.
    /// </summary>
    /// <value>Zero: what gathers while the disk works goes next, at once. At most 1 minute.</value>
    public TimeSpan GatherTime { get; init; }

    /// <summary>The largest payload of a record in bytes; a larger one is refused with an argument exception.</summary>
    /// <value>16 MiB; 1 to 64 MiB.</value>
    public int MaxPayloadBytes { get; init; } = JournalLimits.DefaultMaxPayloadBytes;

    /// <summary>How long a commit may wait until it is on disk: what a kill can put a cursor back in time.</summary>
    /// <value>1 s; more than zero.</value>
    public TimeSpan CursorDelay { get; init; } = JournalLimits.DefaultCursorDelay;

    /// <summary>How many committed data may wait until the commit is on disk: what a kill can put a cursor
    /// back.</summary>
    /// <value>10,000; at least 1.</value>
    public long CursorLag { get; init; } = JournalLimits.DefaultCursorLag;

    /// <summary>
    /// How long data stay after all cursors have passed them, so that a new cursor can read them again. When the
    /// journal is full they go at once. Counted anew by each start.
    /// </summary>
    /// <value>Zero: not at all.</value>
    public TimeSpan KeepPassed { get; init; }

    /// <summary>
    /// How old data may get, counted from the end of their segment. Cursors that drop the oldest are moved past them,
    /// cursors that block keep theirs; without any cursor they are deleted.
    /// </summary>
    /// <value>Null: no limit.</value>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// Space that the journal keeps for itself beside <see cref="MaxBytes"/>: on a full disk commits are stored there,
    /// so that what waits can be delivered and deleted.
    /// </summary>
    /// <value>2 MiB; 0 for none, else at least 4,096.</value>
    public long ReserveBytes { get; init; } = JournalLimits.DefaultReserveBytes;

    /// <summary>The largest file that may be stored beside the journal.</summary>
    /// <value>1 GiB; at least 1.</value>
    public long MaxFileBytes { get; init; } = JournalLimits.DefaultMaxFileBytes;

    /// <summary>How long to wait after a failed write before the first new attempt; doubles up to 5 s.</summary>
    /// <value>100 ms; more than zero.</value>
    public TimeSpan RetryDelay { get; init; } = JournalLimits.DefaultRetryDelay;

    /// <summary>How old the segment that is being written may get: age is counted by whole segments.</summary>
    internal TimeSpan? MaxSegmentAge => LeastAge / 4;

    /// <summary>How often age is looked at.</summary>
    internal TimeSpan AgePeriod => LeastAge / 8 is { } period && period < JournalLimits.MaxAgePeriod
        ? period : JournalLimits.MaxAgePeriod;

    private TimeSpan? LeastAge => KeepPassed > TimeSpan.Zero && !(MaxAge < KeepPassed) ? KeepPassed : MaxAge;

    /// <summary>Every rule that these options break, as sentences; empty when they are fine.</summary>
    /// <returns>The sentences.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        Require(!string.IsNullOrWhiteSpace(Folder), $"{nameof(Folder)} is empty; name a folder.");
        RequireRange(nameof(SegmentBytes), SegmentBytes, JournalLimits.MinSegmentBytes, long.MaxValue);
        Require(
            MaxBytes / 2 >= SegmentBytes,
            $"{nameof(MaxBytes)} is {MaxBytes}; it must be at least twice {nameof(SegmentBytes)} ({SegmentBytes}).");
        RequireRange(nameof(GatherBytes), GatherBytes, 1, JournalLimits.MaxGatherBytes);
        Require(
            GatherTime >= TimeSpan.Zero && GatherTime <= JournalLimits.MaxGatherTime,
            $"{nameof(GatherTime)} is {GatherTime}; it must be from 0 to {JournalLimits.MaxGatherTime}.");
        RequireRange(nameof(MaxPayloadBytes), MaxPayloadBytes, 1, JournalLimits.MaxPayloadBytes);
        RequireRange(nameof(CursorLag), CursorLag, 1, long.MaxValue);
        RequireRange(nameof(MaxFileBytes), MaxFileBytes, 1, long.MaxValue);
        Require(
            ReserveBytes is 0 or >= JournalLimits.MinReserveBytes,
            $"{nameof(ReserveBytes)} is {ReserveBytes}; it must be 0 or at least {JournalLimits.MinReserveBytes}.");
        Require(KeepPassed >= TimeSpan.Zero, $"{nameof(KeepPassed)} is {KeepPassed}; it must not be negative.");
        Require(!(MaxAge <= TimeSpan.Zero), $"{nameof(MaxAge)} is {MaxAge}; it must be more than zero.");
        Require(CursorDelay > TimeSpan.Zero, $"{nameof(CursorDelay)} is {CursorDelay}; it must be more than zero.");
        Require(RetryDelay > TimeSpan.Zero, $"{nameof(RetryDelay)} is {RetryDelay}; it must be more than zero.");
        return problems;

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }

        void RequireRange(string name, long value, long least, long most) => Require(
            value >= least && value <= most,
            $"{name} is {value}; it must be from {least} to {most}.");
    }
}
