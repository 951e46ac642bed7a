using System.ComponentModel.DataAnnotations;

namespace Meridian.Transforms.Aggregates;

/// <summary>
/// The settings of an aggregation: each point's readings are gathered into windows of equal length that begin at whole
/// multiples of it since 1970-01-01 UTC; of each window that had readings, one reading per aggregate goes out.
/// </summary>
/// <remarks>
/// A point's window is closed by its first reading beyond the window's end; or, when the point is silent, by a reading
/// of any point of the same South that is a whole window beyond both the window's end and the last reading of the South
/// before the silence. A reading older than its point's window, or in one that is closed, is filtered as late.
/// </remarks>
public sealed record AggregateSettings
{
    /// <summary>The length of a window: 10 ms to 366 d.</summary>
    [Range(typeof(TimeSpan), "10 ms", "366 d")]
    public required TimeSpan Window { get; init; }

    /// <summary>What is calculated of each window, each once.</summary>
    [MinLength(1)]
    public required IReadOnlyList<AggregateKind> Kinds { get; init; }

    /// <summary>
    /// The template of the results' names: literal text, <c>{point}</c>, a part of it such as <c>{point[0]}</c> or
    /// <c>{point[-1]}</c>, <c>{south}</c>, <c>{group}</c>, and <c>{aggregate}</c>: min, max, mean, timeWeightedMean,
    /// last or count. With several kinds it must have <c>{aggregate}</c>.
    /// </summary>
    /// <value><c>{point}/{aggregate}</c>.</value>
    [Required]
    public string Name { get; init; } = "{point}/{aggregate}";

    /// <summary>What stands between the parts of a point's name.</summary>
    /// <value><c>/</c>.</value>
    [Required]
    public string Separator { get; init; } = "/";

    /// <summary>Which end of the window is the timestamp of the results.</summary>
    /// <value>start.</value>
    public WindowEdge Timestamp { get; init; } = WindowEdge.Start;
}

/// <summary>
/// What can be calculated of a window. All but last and count are doubles, made of the finite numbers of good or
/// uncertain quality: good when these are all good and nothing else was in the window, uncertain otherwise, and no
/// value with bad quality when there are none.
/// </summary>
public enum AggregateKind
{
    /// <summary>The least number.</summary>
    Min,

    /// <summary>The greatest number.</summary>
    Max,

    /// <summary>The mean of the numbers, each weighing the same.</summary>
    Mean,

    /// <summary>
    /// The mean of the numbers, each weighing as long as it held: until the next one, the last until the window's end.
    /// Nothing is known before the window's first number. One that is older than one before it weighs nothing.
    /// </summary>
    TimeWeightedMean,

    /// <summary>The latest reading's value of whatever type, with its quality; of equally late ones the last.</summary>
    Last,

    /// <summary>
    /// How many readings the window had, of whatever type and quality, as an integer of good quality.
    /// </summary>
    Count,
}

/// <summary>Which end of a window is meant.</summary>
public enum WindowEdge
{
    /// <summary>The first instant of the window.</summary>
    Start,

    /// <summary>The first instant after the window.</summary>
    End,
}
