using Meridian.Configuration.Binding;
using Meridian.Configuration.Files;
using Meridian.Configuration.References;
using Meridian.Configuration.Sections;

namespace Meridian.Configuration;

/// <summary>
/// Reads a configuration: a JSON file and those that it includes, comments and trailing commas allowed. Everything that
/// is wrong is found at once.
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
        string path, ConnectorCatalog catalog, IConfigurationEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(environment);
        return Read(ConfigurationSource.Load(path, environment), catalog, environment);
    }

    /// <summary>Reads a configuration from memory.</summary>
    /// <param name="utf8">The text in UTF-8, with or without a byte order mark; lent until the call returns.</param>
    /// <param name="catalog">The kinds of connectors there are.</param>
    /// <param name="environment">Where references lead.</param>
    /// <returns>The configuration, or every problem.</returns>
    public static ConfigurationResult Read(
        ReadOnlyMemory<byte> utf8, ConnectorCatalog catalog, IConfigurationEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(environment);
        return Read(ConfigurationSource.Of(utf8, environment), catalog, environment);
    }

    /// <summary>Reads a configuration whose files are at hand.</summary>
    /// <param name="source">The files.</param>
    /// <param name="catalog">The kinds of connectors there are.</param>
    /// <param name="environment">Where references lead.</param>
    /// <returns>The configuration, or every problem.</returns>
    public static ConfigurationResult Read(
        ConfigurationSource source, ConnectorCatalog catalog, IConfigurationEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(environment);
        var unread = source.Problems
            .Concat(source.Files.Select(static file => file.Problem).OfType<ConfigurationProblem>())
            .ToArray();
        if (unread.Length > 0)
        {
            // What the missing part holds, the others may name: they would be full of problems that are none.
            return new ConfigurationResult(config: null, unread);
        }

        var context = new BindingContext(environment);
        var config = FileReader.Read(source.Files, catalog, context);
        var order = source.Files.Select(static (file, i) => (file.Name, i))
            .ToDictionary(static one => one.Name, static one => one.i, StringComparer.Ordinal);
        return context.Problems.Count == 0
            ? new ConfigurationResult(config, [])
            : new ConfigurationResult(
                config: null, [.. context.Problems.OrderBy(found => order[found.File]).ThenBy(found => found.Line)]);
    }
}
