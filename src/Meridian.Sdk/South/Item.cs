namespace Meridian.Sdk.South;

/// <summary>What a South reads: a topic filter, a register, a query.</summary>
/// <param name="Name">The item's name, unique within its South.</param>
/// <param name="Settings">The item's settings, of the type the South's manifest names.</param>
public sealed record Item(string Name, object Settings)
{
    /// <summary>
    /// The group it belongs to, as the user named it; null for none. Items of one group and schedule are asked for
    /// together.
    /// </summary>
    public string? Group { get; init; }
}
