using Meridian.Configuration.Limits;

namespace Meridian.Configuration.Sections;

/// <summary>
/// What belongs to every item, whatever the type of its South; everything else is the item's settings.
/// </summary>
internal sealed record ItemSection
{
    /// <summary>The name.</summary>
    [ItemNameRule]
    public required string Name { get; init; }

    /// <summary>Whether it is read.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>When it is read: a schedule's name or a period; none is its South's.</summary>
    public string? Schedule { get; init; }

    /// <summary>The group it is asked for with.</summary>
    [ItemNameRule]
    public string? Group { get; init; }
}
