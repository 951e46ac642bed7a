using System.ComponentModel.DataAnnotations;
using Meridian.Configuration.Json;
using Meridian.Configuration.Limits;

namespace Meridian.Configuration.Sections;

/// <summary>What a South writes in the file, before its type is known; the words are for the schema.</summary>
internal sealed record SouthSection
{
    /// <summary>
    /// The name, unique among the Souths without regard to case: 1 to 64 letters, digits, <c>-</c>, <c>_</c> or
    /// <c>.</c>, the first a letter or a digit.
    /// </summary>
    [NameRule]
    public required string Name { get; init; }

    /// <summary>What kind of South it is; what <c>settings</c> and <c>items</c> hold depends on it.</summary>
    public required string Type { get; init; }

    /// <summary>Whether it runs.</summary>
    /// <value>Default: true.</value>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// When items are read that say nothing themselves: a schedule's name, a period such as <c>10 s</c>, or
    /// <c>subscription</c>.
    /// </summary>
    /// <value>Default: <c>subscription</c> where the type can subscribe, else 10 s.</value>
    public string? Schedule { get; init; }

    /// <summary>
    /// How often items give data at least that say nothing themselves: 1 s to 30 d. Leave it out where a source may be
    /// quiet; what is asked for on a schedule must answer in any case.
    /// </summary>
    [Range(typeof(TimeSpan), "1 s", "30 d")]
    public TimeSpan? ExpectEvery { get; init; }

    /// <summary>How the past is asked for.</summary>
    public HistoryConfig History { get; init; } = new();

    /// <summary>How it reaches its source.</summary>
    public ObjectSyntax? Settings { get; init; }

    /// <summary>What it reads there.</summary>
    public ListSyntax? Items { get; init; }
}
