namespace Meridian.Journal;

/// <summary>The bounds and defaults of a journal, in one place.</summary>
public static class JournalLimits
{
    /// <summary>The default of <see cref="JournalOptions.SegmentBytes"/>: 64 MiB.</summary>
    public const long DefaultSegmentBytes = 64L << 20;

    /// <summary>The least <see cref="JournalOptions.SegmentBytes"/>: about the header of a segment.</summary>
    public const long MinSegmentBytes = 64;

    /// <summary>The default of <see cref="JournalOptions.MaxBytes"/>: 4 GiB.</summary>
    public const long DefaultMaxBytes = 4L << 30;

    /// <summary>The default of <see cref="JournalOptions.GatherBytes"/>: 4 MiB.</summary>
    public const int DefaultGatherBytes = 4 << 20;

    /// <summary>The most of <see cref="JournalOptions.GatherBytes"/>: 64 MiB.</summary>
    public const int MaxGatherBytes = 64 << 20;

    /// <summary>The default of <see cref="JournalOptions.MaxPayloadBytes"/>: 16 MiB.</summary>
    public const int DefaultMaxPayloadBytes = 16 << 20;

    /// <summary>The largest payload that the format allows: 64 MiB.</summary>
    public const int MaxPayloadBytes = 64 << 20;

    /// <summary>The most data that one record may carry: 16,777,216.</summary>
    public const int MaxRecordCount = 1 << 24;

    /// <summary>The longest name of a source or a cursor: 1,024 bytes of UTF-8.</summary>
    public const int MaxNameBytes = 1024;

    /// <summary>The largest state that a cursor may carry: 4,096 bytes.</summary>
    public const int MaxCursorStateBytes = 4096;

    /// <summary>The most cursors that a journal may have: 1,024.</summary>
    public const int MaxCursors = 1024;

    /// <summary>The default of <see cref="JournalOptions.CursorLag"/>: 10,000 data.</summary>
    public const long DefaultCursorLag = 10_000;

    /// <summary>The default number of data of <see cref="Cursors.JournalReadLimits"/>: 10,000.</summary>
    public const int DefaultReadData = 10_000;

    /// <summary>The default number of bytes of <see cref="Cursors.JournalReadLimits"/>: 1 MiB.</summary>
    public const int DefaultReadBytes = 1 << 20;

    /// <summary>The longest key of a checkpoint: 1,024 bytes of UTF-8.</summary>
    public const int MaxCheckpointKeyBytes = 1024;

    /// <summary>The largest value of a checkpoint: 4,096 bytes.</summary>
    public const int MaxCheckpointBytes = 4096;

    /// <summary>The default of <see cref="JournalOptions.ReserveBytes"/>: 2 MiB.</summary>
    public const long DefaultReserveBytes = 2L << 20;

    /// <summary>The least of <see cref="JournalOptions.ReserveBytes"/> but none: 4,096.</summary>
    public const long MinReserveBytes = 4096;

    /// <summary>The default of <see cref="JournalOptions.MaxFileBytes"/>: 1 GiB.</summary>
    public const long DefaultMaxFileBytes = 1L << 30;

    /// <summary>The longest time between two looks at the age of segments: 1 min.</summary>
    public static TimeSpan MaxAgePeriod => TimeSpan.FromMinutes(1);

    /// <summary>The most of <see cref="JournalOptions.GatherTime"/>: 1 minute.</summary>
    public static TimeSpan MaxGatherTime => TimeSpan.FromMinutes(1);

    /// <summary>The default of <see cref="JournalOptions.CursorDelay"/>: 1 s.</summary>
    public static TimeSpan DefaultCursorDelay => TimeSpan.FromSeconds(1);

    /// <summary>The default of <see cref="JournalOptions.RetryDelay"/>: 100 ms.</summary>
    public static TimeSpan DefaultRetryDelay => TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between two attempts to write: 5 s.</summary>
    public static TimeSpan MaxRetryDelay => TimeSpan.FromSeconds(5);
}
