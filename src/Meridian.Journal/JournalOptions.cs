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

    /// <summary>How long to wait after a failed write before the first new attempt; doubles up to 5 s.</summary>
    /// <value>100 ms; more than zero.</value>
    public TimeSpan RetryDelay { get; init; } = JournalLimits.DefaultRetryDelay;

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
        RequireRange(nameof(MaxPayloadBytes), MaxPayloadBytes, 1, JournalLimits.MaxPayloadBytes);
        RequireRange(nameof(CursorLag), CursorLag, 1, long.MaxValue);
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
