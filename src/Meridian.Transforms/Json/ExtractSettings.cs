using System.ComponentModel.DataAnnotations;
using Meridian.Formats.Payloads;

namespace Meridian.Transforms.Json;

/// <summary>
/// The settings of an extraction: a reading whose value is JSON, or text that is JSON, becomes one reading for each
/// field found in it.
/// </summary>
public sealed record ExtractSettings
{
    /// <summary>
    /// What is taken out, in the order in which it goes on; at least one. What is not there is left out.
    /// </summary>
    [MinLength(1)]
    public required IReadOnlyList<ExtractFieldSettings> Fields { get; init; }

    /// <summary>The path to a timestamp for all fields; when it leads to none, nothing is taken out.</summary>
    /// <value>Not set: the reading's own.</value>
    public string? Timestamp { get; init; }

    /// <summary>How the timestamp is written.</summary>
    /// <value>iso.</value>
    public TimestampFormat TimestampFormat { get; init; } = TimestampFormat.Iso;

    /// <summary>The path to a quality for all fields; when it leads to none, the reading's own counts.</summary>
    /// <value>Not set: the reading's own.</value>
    public string? Quality { get; init; }

    /// <summary>What stands between the parts of a point's name.</summary>
    /// <value><c>/</c>.</value>
    [Required]
    public string Separator { get; init; } = "/";

    /// <summary>What becomes of a reading in which nothing was found.</summary>
    /// <value>keep: it goes on as it is.</value>
    public Unextracted Otherwise { get; init; } = Unextracted.Keep;
}

/// <summary>One field to take out.</summary>
public sealed record ExtractFieldSettings
{
    /// <summary>The path to the value, such as <c>$.motor.temperature</c> or <c>$.values[0]</c>.</summary>
    [Required]
    public required string Path { get; init; }

    /// <summary>
    /// The template of the new reading's name: literal text, <c>{point}</c>, a part of it such as <c>{point[0]}</c>,
    /// <c>{south}</c> and <c>{group}</c>. Two fields have different names.
    /// </summary>
    [Required]
    public required string Point { get; init; }
}

/// <summary>What becomes of a reading in which nothing was found.</summary>
public enum Unextracted
{
    /// <summary>It goes on as it is.</summary>
    Keep,

    /// <summary>It is filtered, as not extracted.</summary>
    Drop,
}
