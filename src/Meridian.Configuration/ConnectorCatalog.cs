using System.Collections.Frozen;
using System.Numerics;
using Meridian.Configuration.Sections;
using Meridian.Configuration.Shapes;
using Meridian.Sdk;
using Meridian.Sdk.North;
using Meridian.Sdk.South;

namespace Meridian.Configuration;

/// <summary>The kinds of connectors this gateway knows, by id. Immutable; any thread.</summary>
public sealed class ConnectorCatalog
{
    private readonly FrozenDictionary<string, SouthManifest> _souths;
    private readonly FrozenDictionary<string, NorthManifest> _norths;

    /// <summary>Makes a catalog and checks each manifest once, so that a mistake shows at the start.</summary>
    /// <param name="souths">The kinds of Souths.</param>
    /// <param name="norths">The kinds of Norths; a North may have the id of a South.</param>
    /// <exception cref="ArgumentException">
    /// Two manifests of one side share an id, or a settings record cannot be bound: it has no parameterless
    /// constructor, a
    /// property of a type that no JSON value stands for, or an item's property with a reserved name.
    /// </exception>
    public ConnectorCatalog(IEnumerable<SouthManifest> souths, IEnumerable<NorthManifest> norths)
    {
        Souths = [.. souths];
        Norths = [.. norths];
        _souths = ById(Souths, nameof(souths));
        _norths = ById(Norths, nameof(norths));
        foreach (var manifest in Souths.Concat<ConnectorManifest>(Norths))
        {
            SettingsShape.Verify(manifest.SettingsType);
        }

        foreach (var south in Souths)
        {
            VerifyItems(south, nameof(souths));
            VerifyCapabilities(south, nameof(souths));
        }

        var deaf = Norths.FirstOrDefault(
            north => (north.Capabilities & (NorthCapabilities.Values | NorthCapabilities.File))
                == NorthCapabilities.None);
        if (deaf is not null)
        {
            throw new ArgumentException(
                $"The North '{deaf.Id}' ({deaf.ConnectorType}) takes nothing; implement IHandlesValues or "
                + "IHandlesFile.",
                nameof(norths));
        }
    }

    /// <summary>The kinds of Souths, in the order given.</summary>
    public IReadOnlyList<SouthManifest> Souths { get; }

    /// <summary>The kinds of Norths, in the order given.</summary>
    public IReadOnlyList<NorthManifest> Norths { get; }

    /// <summary>Finds a kind of South.</summary>
    /// <param name="id">The id, exactly.</param>
    /// <returns>The manifest; null when there is none.</returns>
    public SouthManifest? FindSouth(string id) => _souths.GetValueOrDefault(id);

    /// <summary>Finds a kind of North.</summary>
    /// <param name="id">The id, exactly.</param>
    /// <returns>The manifest; null when there is none.</returns>
    public NorthManifest? FindNorth(string id) => _norths.GetValueOrDefault(id);

    private static void VerifyItems(SouthManifest south, string parameter)
    {
        SettingsShape.Verify(south.ItemSettingsType);
        var taken = SettingsShape.Of(south.ItemSettingsType).Names
            .FirstOrDefault(name => ItemReader.ReservedNames.Contains(name, StringComparer.Ordinal));
        if (taken is not null)
        {
            throw new ArgumentException(
                $"The item settings of the South '{south.Id}' have a property '{taken}', which belongs to every item; "
                + $"reserved names: {string.Join(", ", ItemReader.ReservedNames)}.",
                parameter);
        }
    }

    private static void VerifyCapabilities(SouthManifest south, string parameter)
    {
        const SouthCapabilities OnSchedule =
            SouthCapabilities.LastPoint | SouthCapabilities.History | SouthCapabilities.File
            | SouthCapabilities.Next;
        const SouthCapabilities Giving = OnSchedule | SouthCapabilities.Subscription | SouthCapabilities.Intake;
        if ((south.Capabilities & Giving) == SouthCapabilities.None)
        {
            throw new ArgumentException(
                $"The South '{south.Id}' ({south.ConnectorType}) can be asked for nothing; implement "
                + "IQueriesLastPoint, IQueriesHistory, IQueriesFile, IQueriesNext, IQueriesSubscription "
                + "or ITakesIntake.",
                parameter);
        }

        if (BitOperations.PopCount((uint)(south.Capabilities & OnSchedule)) > 1 && south.CapabilityOf is null)
        {
            throw new ArgumentException(
                $"The South '{south.Id}' can be asked for {south.Capabilities & OnSchedule}; its CapabilityOf must say "
                + "which of them serves an item.",
                parameter);
        }

        if (south.Capabilities.HasFlag(SouthCapabilities.File)
            && !south.ItemSettingsType.IsAssignableTo(typeof(IHasFileRules)))
        {
            throw new ArgumentException(
                $"The South '{south.Id}' has files; its item settings {south.ItemSettingsType} must implement "
                + "IHasFileRules.",
                parameter);
        }
    }

    private static FrozenDictionary<string, T> ById<T>(IReadOnlyList<T> manifests, string parameter)
        where T : ConnectorManifest
    {
        var duplicate = manifests
            .GroupBy(manifest => manifest.Id, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Count() > 1);
        if (duplicate is not null)
        {
            throw new ArgumentException(
                $"{duplicate.Count()} manifests have the id '{duplicate.Key}'; ids are unique per side.", parameter);
        }

        return manifests.ToFrozenDictionary(manifest => manifest.Id, StringComparer.Ordinal);
    }
}
