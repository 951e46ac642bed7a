using System.ComponentModel.DataAnnotations;

namespace Meridian.Transforms.Thinning;

/// <summary>The settings of a rate limit: of each point at most one reading per period goes out, the first.</summary>
public sealed record RateLimitSettings
{
    /// <summary>
    /// How far in time, forward or back, a reading must be from the last of its point that went out: 1 ms to 366 d.
    /// Counted by the timestamps of the readings.
    /// </summary>
    [Range(typeof(TimeSpan), "1 ms", "366 d")]
    public required TimeSpan Period { get; init; }
}
