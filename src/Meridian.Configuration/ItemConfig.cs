using Meridian.Configuration.Schedules;
using Meridian.Sdk.South;

namespace Meridian.Configuration;

/// <summary>One item of a South: what it is, when it is read and by which of the South's capabilities.</summary>
public sealed record ItemConfig
{
    /// <summary>What the connector sees of it.</summary>
    public required Item Item { get; init; }

    /// <summary>Its name, unique within the South.</summary>
    public string Name => Item.Name;

    /// <summary>Whether it is read.</summary>
    /// <value>Default: true.</value>
    public bool Enabled { get; init; } = true;

    /// <summary>When it is read.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>The one capability that serves it.</summary>
    public required SouthCapabilities Capability { get; init; }
}
