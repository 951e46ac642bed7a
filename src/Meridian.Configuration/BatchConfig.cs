using System.ComponentModel.DataAnnotations;
using Meridian.Sdk.Settings;

namespace Meridian.Configuration;

/// <summary>The <c>batch</c> section of a North: the portions in which it is handed readings.</summary>
public sealed record BatchConfig
{
    /// <summary>The most readings of one batch: 1 to 1,000,000.</summary>
    /// <value>Default: 10,000.</value>
    [Range(1, 1_000_000)]
    [Unit("readings")]
    public int MaxReadings { get; init; } = 10_000;

    /// <summary>
    /// How long a batch that is not full waits for more: 0 ms to 1 h. At 0 ms a North is handed what is there, and
    /// batches
    /// grow by themselves while it is busy.
    /// </summary>
    /// <value>Default: 0 ms.</value>
    [Range(typeof(TimeSpan), "0 ms", "1 h")]
    public TimeSpan Linger { get; init; } = TimeSpan.Zero;
}
