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
}
