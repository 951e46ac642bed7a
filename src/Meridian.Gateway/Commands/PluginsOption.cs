using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Meridian.Gateway.Hosting;
using Meridian.Gateway.Plugins;

namespace Meridian.Gateway.Commands;

/// <summary>The option <c>--plugins DIR</c>, and what every command does with it.</summary>
internal static class PluginsOption
{
    private const string DefaultFolder = "plugins";

    public static Option<DirectoryInfo?> Create()
    {
        var option = new Option<DirectoryInfo?>("--plugins")
        {
            Description = "The folder with connectors of other authors, each in a folder of its own: NAME/NAME.dll. "
                + "Default: 'plugins' beside the configuration file, if there is one.",
            HelpName = "DIR",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<DirectoryInfo?>() is { Exists: false } folder)
            {
                result.AddError($"--plugins: the folder '{folder.FullName}' does not exist; check its path.");
            }
        });
        return option;
    }

    /// <summary>
    /// Loads the plug-ins. What was loaded goes to an output in one line, what does not fit to the error output, one
    /// line each.
    /// </summary>
    /// <param name="asked">The folder that was asked for; null for the default.</param>
    /// <param name="home">The folder in which the default one lies; null when there is none.</param>
    /// <param name="output">Where the line goes.</param>
    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2026:RequiresUnreferencedCode",
        Justification = "The host is published whole: see Meridian.Gateway.csproj.")]
    public static PluginSet Load(DirectoryInfo? asked, string? home, TextWriter output)
    {
        var folder = asked?.FullName ?? Path.Combine(home ?? string.Empty, DefaultFolder);
        var plugins = PluginFolder.Load(folder, BuiltInConnectors.Catalog, PluginHost.Current);
        if (plugins.Loaded.Count > 0)
        {
            output.WriteLine($"Plug-ins: {string.Join("; ", plugins.Loaded)}.");
        }

        foreach (var problem in plugins.Problems)
        {
            Console.Error.WriteLine(problem);
        }

        return plugins;
    }
}
