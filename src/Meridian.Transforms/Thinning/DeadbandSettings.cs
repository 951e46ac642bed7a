using System.ComponentModel.DataAnnotations;

namespace Meridian.Transforms.Thinning;

/// <summary>
/// The settings of a deadband: a reading goes out only when its value differs from the last of its point that went out
/// by more than the band. Exactly one of <see cref="Absolute"/> and <see cref="Percent"/> is set. The first reading of
/// a point and every change of quality go out; so does every change of a value that is no number.
/// </summary>
public sealed record DeadbandSettings
{
    /// <summary>The band in the unit of the value, 0 or more; at 0 only repeats are taken out.</summary>
    /// <value>Not set.</value>
    [Range(0d, double.MaxValue)]
    public double? Absolute { get; init; }

    /// <summary>The band in percent of the last value that went out, 0 or more.</summary>
    /// <value>Not set.</value>
    [Range(0d, double.MaxValue)]
    public double? Percent { get; init; }

    /// <summary>
    /// How far in time, forward or back, a reading may be from the last that went out before it goes out anyway; more
    /// than 0. Counted by the timestamps of the readings, so nothing goes out while none comes in.
    /// </summary>
    /// <value>Not set: a value that stays within the band is never sent again.</value>
    [Range(typeof(TimeSpan), "1 ms", "3660 d")]
    public TimeSpan? MaxSilence { get; init; }
}
