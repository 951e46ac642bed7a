using Meridian.Configuration;

namespace Meridian.Gateway.Plugins;

/// <summary>What a plug-in folder gave. Immutable; any thread.</summary>
/// <param name="Catalog">The built-in connectors and those of the plug-ins.</param>
/// <param name="Loaded">The plug-ins that fit, by name.</param>
/// <param name="Problems">One for each that does not; the others work without it.</param>
internal sealed record PluginSet(
    ConnectorCatalog Catalog, IReadOnlyList<Plugin> Loaded, IReadOnlyList<ConfigurationProblem> Problems);
