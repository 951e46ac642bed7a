using Meridian.Configuration.References;

namespace Meridian.Configuration;

/// <summary>
/// Reads a configuration: one JSON file, comments and trailing commas allowed. Everything that is wrong is found at
/// once.
/// </summary>
/// <remarks>Stateless; any number of threads.</remarks>
public static class ConfigurationReader
{
    /// <summary>Reads a configuration file; references lead to this machine.</summary>
    /// <param name="path">The file. Missing, unreadable or too large is one problem without a line.</param>
    /// <param name="catalog">The kinds of connectors there are.</param>
    /// <returns>The configuration, or every problem.</returns>
    public static ConfigurationResult ReadFile(string path, ConnectorCatalog catalog) =>
        ReadFile(path, catalog, new MachineEnvironment(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/"));

    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">The file. Missing, unreadable or too large is one problem without a line.</param>
    /// <param name="catalog">The kinds of connectors there are.</param>
    /// <param name="environment">Where references lead.</param>
    /// <returns>The configuration, or every problem.</returns>
    public static ConfigurationResult ReadFile(
        string path, ConnectorCatalog catalog, IConfigurationEnvironment environment) =>
        throw new NotSupportedException();

    /// <summary>Reads a configuration from memory.</summary>
    /// <param name="utf8">The text in UTF-8, with or without a byte order mark; lent until the call returns.</param>
    /// <param name="catalog">The kinds of connectors there are.</param>
    /// <param name="environment">Where references lead.</param>
    /// <returns>The configuration, or every problem.</returns>
    public static ConfigurationResult Read(
        ReadOnlyMemory<byte> utf8, ConnectorCatalog catalog, IConfigurationEnvironment environment) =>
        throw new NotSupportedException();
}
