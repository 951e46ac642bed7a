using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration;

/// <summary>The <c>gateway.journal</c> section: how much of the disk the journal may use, and how it uses it.</summary>
public sealed record JournalConfig
{
    /// <summary>The most that all segments together may hold: 64 MiB to 1 PiB.</summary>
    /// <value>Default: 10 GB.</value>
    [Range(typeof(ByteSize), "64 MiB", "1024 TiB")]
    public ByteSize MaxBytes { get; init; } = new(10_000_000_000);

    /// <summary>
    /// The size of one segment, the unit in which space is given back: 1 MiB to 1 GiB, and at most a quarter of
    /// <see cref="MaxBytes"/>, so that the journal can lose its oldest part and keep most of the rest.
    /// </summary>
    /// <value>Default: 64 MiB, or a quarter of <see cref="MaxBytes"/> where that is less.</value>
    [Range(typeof(ByteSize), "1 MiB", "1 GiB")]
    public ByteSize SegmentBytes { get; init; } = new(64 << 20);

    /// <summary>
    /// How long what comes waits for more before the disk is flushed: 0 ms to 1 min. Each datum is acknowledged so much
    /// later; memory cards and busy disks are flushed so much less often.
    /// </summary>
    /// <value>Default: 0 ms, at once.</value>
    [Range(typeof(TimeSpan), "0 ms", "1 min")]
    public TimeSpan GatherTime { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// How long data stay after every North has them, so that they can be replayed: 0 s to 3,650 d. When the journal is
    /// full they go at once.
    /// </summary>
    /// <value>Default: 0 s, not at all.</value>
    [Range(typeof(TimeSpan), "0 s", "3650 d")]
    public TimeSpan KeepPassed { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// How old data may get: 1 min to 3,650 d. Norths that drop the oldest are moved past them, those that block keep
    /// theirs.
    /// </summary>
    /// <value>Default: not set, no limit.</value>
    [Range(typeof(TimeSpan), "1 min", "3650 d")]
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// Space on the disk that is taken beforehand and kept free for the gateway's own books, so that a full disk can
    /// drain: 4 KiB to 1 GiB.
    /// </summary>
    /// <value>Default: 2 MiB.</value>
    [Range(typeof(ByteSize), "4 KiB", "1 GiB")]
    public ByteSize ReserveBytes { get; init; } = new(2 << 20);

    /// <summary>The largest file that a South may bring: 1 MiB to 1 TiB.</summary>
    /// <value>Default: 1 GiB.</value>
    [Range(typeof(ByteSize), "1 MiB", "1 TiB")]
    public ByteSize MaxFileBytes { get; init; } = new(1L << 30);
}
