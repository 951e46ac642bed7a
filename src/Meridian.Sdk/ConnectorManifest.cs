using System.Diagnostics.CodeAnalysis;
using Meridian.Sdk.North;
using Meridian.Sdk.Settings;
using Meridian.Sdk.South;

namespace Meridian.Sdk;

/// <summary>
/// What a kind of connector is, told once: everything the file, the API and the pages know comes from here. A closed
/// family.
/// </summary>
public abstract record ConnectorManifest
{
    private protected ConnectorManifest()
    {
    }

    /// <summary>The word in the configuration's <c>type</c>: lower case, such as "mqtt".</summary>
    public required string Id { get; init; }

    /// <summary>The name people read.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>
    /// The record of its settings: a public parameterless constructor (no positional record), properties with
    /// <c>required</c>, data annotations, defaults and XML docs.
    /// </summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)]
    public required Type SettingsType { get; init; }
}

/// <summary>A kind of South.</summary>
public sealed record SouthManifest : ConnectorManifest
{
    /// <summary>
    /// The record of one item's settings, made as <see cref="ConnectorManifest.SettingsType"/> is. The names
    /// <c>name</c>, <c>enabled</c> and <c>schedule</c> belong to the item itself.
    /// </summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)]
    public required Type ItemSettingsType { get; init; }

    /// <summary>
    /// Makes an instance from settings of <see cref="ConnectorManifest.SettingsType"/>. Must not touch the network or
    /// the disk.
    /// </summary>
    public required Func<ISouthContext, object, ISouth> Create { get; init; }

    /// <summary>
    /// Checks what attributes cannot say: settings and items against each other. Paths begin with <c>settings.</c> or
    /// <c>items[n].</c>. It may see only some of the items, when others are wrong in themselves. The default finds
    /// nothing.
    /// </summary>
    public Func<object, IReadOnlyList<Item>, IEnumerable<SettingsProblem>> Check { get; init; } = (_, _) => [];
}

/// <summary>A kind of North.</summary>
public sealed record NorthManifest : ConnectorManifest
{
    /// <summary>What it promises.</summary>
    public required DeliveryGuarantee Guarantee { get; init; }

    /// <summary>
    /// Makes an instance from settings of <see cref="ConnectorManifest.SettingsType"/>. Must not touch the network or
    /// the disk.
    /// </summary>
    public required Func<INorthContext, object, INorth> Create { get; init; }

    /// <summary>
    /// Checks what attributes cannot say. Paths begin with <c>settings.</c>. The default finds nothing.
    /// </summary>
    public Func<object, IEnumerable<SettingsProblem>> Check { get; init; } = _ => [];
}
