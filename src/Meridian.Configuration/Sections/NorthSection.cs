using System.ComponentModel.DataAnnotations;
using Meridian.Configuration.Json;
using Meridian.Configuration.Limits;
using Meridian.Transforms;

namespace Meridian.Configuration.Sections;

/// <summary>What a North writes in the file, before its type is known; the words are for the schema.</summary>
internal sealed record NorthSection
{
    /// <summary>
    /// The name, unique among the Norths without regard to case: 1 to 64 letters, digits, <c>-</c>, <c>_</c> or
    /// <c>.</c>, the first a letter or a digit. It is also the name of the North's cursor.
    /// </summary>
    [NameRule]
    public required string Name { get; init; }

    /// <summary>What kind of North it is; what <c>settings</c> holds depends on it.</summary>
    public required string Type { get; init; }

    /// <summary>Whether it runs.</summary>
    /// <value>Default: true.</value>
    public bool Enabled { get; init; } = true;

    /// <summary>The names of the Souths it takes from; leave it out to take from all.</summary>
    public ListSyntax? From { get; init; }

    /// <summary>When it is handed readings, and in what portions.</summary>
    public ObjectSyntax? Batch { get; init; }

    /// <summary>How far it may be behind, and what happens then.</summary>
    public LagConfig Lag { get; init; } = new();

    /// <summary>
    /// How long one delivery may take before the North counts as stalled: 1 s to 1 d. After as long again it is
    /// connected anew. Time in which a file is being read, or nothing is under way, does not count.
    /// </summary>
    /// <value>Default: 5 min.</value>
    [Range(typeof(TimeSpan), "1 s", "1 d")]
    public TimeSpan StallAfter { get; init; } = NorthConfig.DefaultStallAfter;

    /// <summary>What becomes of readings on their way to it, in this order.</summary>
    public IReadOnlyList<TransformSettings> Transforms { get; init; } = [];

    /// <summary>How it reaches its destination.</summary>
    public ObjectSyntax? Settings { get; init; }
}
