using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration;

/// <summary>The <c>lag</c> section of a North: how far it may be behind, and what happens then.</summary>
public sealed record LagConfig
{
    /// <summary>How much of the journal may wait for it: 64 KiB to 1 PiB.</summary>
    /// <value>Default: not set, as much as the journal holds.</value>
    [Range(typeof(ByteSize), "64 KiB", "1024 TiB")]
    public ByteSize? MaxBytes { get; init; }

    /// <summary>How many data, readings and files, may wait for it: 1,000 to 1,000,000,000,000.</summary>
    /// <value>Default: not set, as many as the journal holds.</value>
    [Range(1_000L, 1_000_000_000_000L)]
    public long? MaxData { get; init; }

    /// <summary>How old what waits for it may get: 1 s to 3,650 d.</summary>
    /// <value>Default: not set, as old as it gets.</value>
    [VisibleWhen(nameof(WhenFull), LagPolicy.DropOldest)]
    [Range(typeof(TimeSpan), "1 s", "3650 d")]
    public TimeSpan? MaxAge { get; init; }

    /// <summary>What happens at a limit, its own or the journal's.</summary>
    /// <value>Default: <c>block</c>.</value>
    public LagPolicy WhenFull { get; init; } = LagPolicy.Block;
}

/// <summary>What happens when a North is as far behind as it may be.</summary>
public enum LagPolicy
{
    /// <summary>The Souths that it takes from wait until it has caught up; the others go on.</summary>
    Block,

    /// <summary>The oldest of what waits for it is let go, a whole segment of the journal at a time, and counted as
    /// dropped.</summary>
    DropOldest,
}
