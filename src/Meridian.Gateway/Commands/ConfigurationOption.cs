using System.CommandLine;
using Meridian.Configuration;
using Meridian.Configuration.Files;
using Meridian.Configuration.References;

namespace Meridian.Gateway.Commands;

/// <summary>The option <c>-c FILE</c>, and what every command does with it.</summary>
internal static class ConfigurationOption
{
    public static Option<FileInfo> Create() => new("--config", "-c")
    {
        Description = "The configuration file (JSON; comments and trailing commas are allowed).",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary>Reads the file; every problem goes to the error output, one line each. Null: there were some.</summary>
    public static MeridianConfig? Read(FileInfo file, ConnectorCatalog catalog) =>
        Read(file, catalog, EnvironmentOf(file)).Config;

    /// <summary>Reads the file, and gives it beside what it says.</summary>
    public static (ConfigurationSource Source, MeridianConfig? Config) Read(
        FileInfo file, ConnectorCatalog catalog, IConfigurationEnvironment environment)
    {
        var source = ConfigurationSource.Load(file.FullName, environment);
        var result = ConfigurationReader.Read(source, catalog, environment);
        foreach (var problem in result.Problems)
        {
            Console.Error.WriteLine(problem.File.Length > 0 ? $"{problem}" : $"{file.Name}: {problem}");
        }

        if (result.Config is null)
        {
            Console.Error.WriteLine(
                $"{Counted.Of(result.Problems.Count, "problem")} in {file.FullName}; nothing was started or changed.");
        }

        return (source, result.Config);
    }

    /// <summary>Where references of a file lead: relative paths start in its folder.</summary>
    public static IConfigurationEnvironment EnvironmentOf(FileInfo file) =>
        new MachineEnvironment(file.DirectoryName ?? "/");

    /// <summary>Says what is allowed and hardly meant, one line each.</summary>
    public static void Advise(MeridianConfig config, TextWriter output)
    {
        foreach (var advice in ConfigurationAdvice.Of(config))
        {
            output.WriteLine($"Note: {advice}");
        }
    }
}
