using System.ComponentModel.DataAnnotations;

namespace Meridian.Configuration;

/// <summary>The <c>history</c> section of a South: how the past is asked for.</summary>
public sealed record HistoryConfig
{
    /// <summary>Where an item's history begins that was never asked for before.</summary>
    /// <value>Default: not set, one <see cref="MaxInterval"/> before its first query.</value>
    public DateTimeOffset? Start { get; init; }

    /// <summary>How far behind now the source is complete: 0 s to 30 d. What is younger is asked for later.</summary>
    /// <value>Default: 0 s.</value>
    [Range(typeof(TimeSpan), "0 s", "30 d")]
    public TimeSpan Delay { get; init; } = TimeSpan.Zero;

    /// <summary>The longest window of one query: 1 s to 365 d.</summary>
    /// <value>Default: 1 h.</value>
    [Range(typeof(TimeSpan), "1 s", "365 d")]
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How far behind what was asked already each query begins, for readings that the source gets late: 0 s to 30 d.
    /// What came before is not taken twice.
    /// </summary>
    /// <value>Default: 0 s.</value>
    [Range(typeof(TimeSpan), "0 s", "30 d")]
    public TimeSpan Overlap { get; init; } = TimeSpan.Zero;

    /// <summary>How long to leave the source alone between two queries of one tick: 0 ms to 1 h.</summary>
    /// <value>Default: 200 ms.</value>
    [Range(typeof(TimeSpan), "0 ms", "1 h")]
    public TimeSpan ReadDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// By how much the clock here may be ahead of the source's without a reading being lost: 0 s to 31 d. With 0 s the
    /// clock is believed.
    /// </summary>
    /// <value>Default: 1 h, what a wrong time zone is worth.</value>
    [Range(typeof(TimeSpan), "0 s", "31 d")]
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Which end of what is missing is asked for first.</summary>
    /// <value>Default: the oldest.</value>
    public HistoryRecovery Recovery { get; init; } = HistoryRecovery.OldestFirst;
}

/// <summary>Which end of what is missing is asked for first.</summary>
public enum HistoryRecovery
{
    /// <summary>The oldest: data come in their order.</summary>
    OldestFirst,

    /// <summary>The newest: what is now is seen at once, and the rest comes after it.</summary>
    NewestFirst,
}
