using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration;

/// <summary>The <c>gateway.journal</c> section: how much of the disk the journal may use.</summary>
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
}
