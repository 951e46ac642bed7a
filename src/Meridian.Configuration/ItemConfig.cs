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

    /// <summary>
    /// How often it gives data at least, by itself or its South's word for all; silence beyond twice that is a sign
    /// that something is wrong.
    /// </summary>
    /// <value>
    /// Default: null. A subscription may then be quiet for ever, and what is asked for on a schedule must answer.
    /// </value>
    public TimeSpan? ExpectEvery { get; init; }

    /// <summary>That it may be written to, and with what; null where it may not.</summary>
    /// <value>Default: null.</value>
    public SetpointConfig? Setpoint { get; init; }

    /// <summary>The one capability that serves it.</summary>
    public required SouthCapabilities Capability { get; init; }
}
