namespace Meridian.Journal;

/// <summary>How a journal is doing, as one snapshot. Counters count since it was opened.</summary>
public sealed record JournalStatus
{
    /// <summary>Bytes of all segments, what gathers included.</summary>
    public required long Bytes { get; init; }

    /// <summary>The limit of <see cref="Bytes"/>.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Number of segments.</summary>
    public required int Segments { get; init; }

    /// <summary>Whether appends wait because the journal has reached <see cref="MaxBytes"/>.</summary>
    public required bool IsFull { get; init; }

    /// <summary>Whether appends of some sources wait because <see cref="BlockingCursor"/> is as far behind as it may
    /// be.</summary>
    public required bool IsHolding { get; init; }

    /// <summary>The cursor that lets appends wait; else the one that holds the oldest segment, so the one to look at
    /// when the journal is full.</summary>
    public required string? BlockingCursor { get; init; }

    /// <summary>Appends that wait for room, in memory or on disk.</summary>
    public required int WaitingAppends { get; init; }

    /// <summary>
    /// Why writing fails at present, as a sentence; null while it works. The journal keeps trying, nothing that was
    /// acknowledged is touched, and appends are not acknowledged until they are on disk.
    /// </summary>
    public required string? Fault { get; init; }

    /// <summary>Records appended and durable.</summary>
    public required long Appends { get; init; }

    /// <summary>Data appended and durable.</summary>
    public required long Data { get; init; }

    /// <summary>Groups of appends made durable with one fsync each.</summary>
    public required long Groups { get; init; }

    /// <summary>All fsyncs: groups, cursors, segments and folders.</summary>
    public required long Fsyncs { get; init; }

    /// <summary>Failed writes and fsyncs.</summary>
    public required long Faults { get; init; }

    /// <summary>Bytes that readers had to skip because they were damaged.</summary>
    public required long DamagedBytes { get; init; }

    /// <summary>Positions that readers passed because no segment has them; each reader counts them.</summary>
    public required long MissingData { get; init; }
}
