using Meridian.Configuration.Binding;
using Meridian.Configuration.Json;
using Meridian.Configuration.References;
using Meridian.Configuration.Sections;

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
        string path, ConnectorCatalog catalog, IConfigurationEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Read(BoundedFile.ReadAll(path, ConfigurationLimits.MaxFileBytes), catalog, environment);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Fail(new ConfigurationProblem(
                string.Empty, 0, $"There is no configuration file '{path}'; make one or name another."));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail(new ConfigurationProblem(
                string.Empty, 0, $"The configuration file '{path}' cannot be read: {exception.Message}"));
        }
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
        if (!JsonText.TryParse(utf8.Span, out var syntax, out var problem))
        {
            return Fail(problem);
        }

        var context = new BindingContext(environment);
        var config = FileReader.Read(syntax, catalog, context);
        return context.Problems.Count == 0
            ? new ConfigurationResult(config, [])
            : new ConfigurationResult(config: null, [.. context.Problems.OrderBy(found => found.Line)]);
    }

    private static ConfigurationResult Fail(ConfigurationProblem problem) => new(config: null, [problem]);
}
