using System.ComponentModel.DataAnnotations;
using Meridian.Configuration.Limits;

namespace Meridian.Configuration.Sections;

/// <summary>
/// What belongs to every item, whatever the type of its South; everything else is the item's settings. The words are
/// for the schema.
/// </summary>
internal sealed record ItemSection
{
    /// <summary>The name, unique within the South: 1 to 256 readable characters.</summary>
    [ItemNameRule]
    public required string Name { get; init; }

    /// <summary>Whether it is read.</summary>
    /// <value>Default: true.</value>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// When it is read: a schedule's name, a period such as <c>10 s</c>, or <c>subscription</c>; leave it out to take
    /// its South's.
    /// </summary>
    public string? Schedule { get; init; }

    /// <summary>The group of items with which it is asked for in one request, where the type can do that.</summary>
    [ItemNameRule]
    public string? Group { get; init; }

    /// <summary>
    /// How often it gives data at least: 1 s to 30 d. After twice that without any, the South is degraded, subscribes
    /// to the item again and then connects again. Items of one group are watched together, by the shortest time among
    /// them; leave it out to take its South's.
    /// </summary>
    [Range(typeof(TimeSpan), "1 s", "30 d")]
    public TimeSpan? ExpectEvery { get; init; }

    /// <summary>That it may be written to, and with what; leave it out where it may not.</summary>
    public SetpointConfig? Setpoint { get; init; }
}
