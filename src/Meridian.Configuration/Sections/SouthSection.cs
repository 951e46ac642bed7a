using Meridian.Configuration.Json;
using Meridian.Configuration.Limits;

namespace Meridian.Configuration.Sections;

/// <summary>What a South writes in the file, before its type is known.</summary>
internal sealed record SouthSection
{
    /// <summary>The name.</summary>
    [NameRule]
    public required string Name { get; init; }

    /// <summary>The manifest's id.</summary>
    public required string Type { get; init; }

    /// <summary>Whether it runs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The schedule of items that name none.</summary>
    public string? Schedule { get; init; }

    /// <summary>How the past is asked for.</summary>
    public HistoryConfig History { get; init; } = new();

    /// <summary>The settings, of the manifest's type.</summary>
    public ObjectSyntax? Settings { get; init; }

    /// <summary>The items, each of the manifest's item type.</summary>
    public ListSyntax? Items { get; init; }
}
