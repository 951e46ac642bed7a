using Meridian.Configuration.Json;
using Meridian.Configuration.Limits;

namespace Meridian.Configuration.Sections;

/// <summary>What a North writes in the file, before its type is known.</summary>
internal sealed record NorthSection
{
    /// <summary>The name.</summary>
    [NameRule]
    public required string Name { get; init; }

    /// <summary>The manifest's id.</summary>
    public required string Type { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The names of Souths; bound after the Souths.</summary>
    public ListSyntax? From { get; init; }

    /// <summary>The portions.</summary>
    public BatchConfig Batch { get; init; } = new();

    /// <summary>The settings, of the manifest's type.</summary>
    public ObjectSyntax? Settings { get; init; }
}
