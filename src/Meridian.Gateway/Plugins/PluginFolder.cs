using System.Diagnostics.CodeAnalysis;
using Meridian.Configuration;
using Meridian.Sdk;

namespace Meridian.Gateway.Plugins;

/// <summary>
/// A folder with a folder per plug-in, <c>NAME/NAME.dll</c> and beside it what it needs. One that does not fit is a
/// problem in words; the others work without it.
/// </summary>
internal sealed class PluginFolder
{
    public const string Untrimmed = "A plug-in may need any part of .NET and of the Sdk: publish without trimming.";

    private readonly string _folder;
    private readonly PluginLoader _loader;
    private readonly List<Plugin> _loaded = [];
    private readonly List<ConfigurationProblem> _problems = [];
    private ConnectorCatalog _catalog;

    private PluginFolder(string folder, ConnectorCatalog builtIn, PluginHost host)
    {
        _folder = folder;
        _loader = new PluginLoader(host);
        _catalog = builtIn;
    }

    /// <summary>Loads every plug-in in a folder, by name.</summary>
    /// <param name="folder">The folder; where there is none, there are no plug-ins.</param>
    /// <param name="builtIn">The connectors there are without it.</param>
    /// <param name="host">What a plug-in must fit.</param>
    [RequiresUnreferencedCode(Untrimmed)]
    public static PluginSet Load(string folder, ConnectorCatalog builtIn, PluginHost host)
    {
        var one = new PluginFolder(Path.TrimEndingDirectorySeparator(folder), builtIn, host);
        one.LoadAll();
        return new PluginSet(one._catalog, one._loaded, one._problems);
    }

    [RequiresUnreferencedCode(Untrimmed)]
    private void LoadAll()
    {
        string[] folders = [];
        string[] loose = [];
        try
        {
            // A folder with a dot is somebody's own matter, such as a copy put aside.
            folders =
            [
                .. Directory.GetDirectories(_folder)
                    .Where(static folder => !Path.GetFileName(folder).StartsWith('.'))
                    .Order(StringComparer.Ordinal),
            ];
            loose = Directory.GetFiles(_folder, "*.dll");
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Report(
                Path.GetFileName(_folder),
                $"The plug-in folder '{_folder}' cannot be read: {unreadable.Message} Let the gateway's user read it.");
        }

        if (loose.Length > 0)
        {
            Report(
                Path.GetFileName(_folder),
                $"'{Path.GetFileName(loose[0])}' lies loose in '{_folder}' and is not looked at; a plug-in has a "
                + "folder of its name there: NAME/NAME.dll.");
        }

        foreach (var folder in folders)
        {
            LoadOne(folder);
        }
    }

    [RequiresUnreferencedCode(Untrimmed)]
    private void LoadOne(string folder)
    {
        try
        {
            var plugin = _loader.Load(folder);
            _catalog = Add(plugin);
            _loaded.Add(plugin);
        }
        catch (PluginException wrong)
        {
            var name = Path.GetFileName(folder);
            Report($"{Path.GetFileName(_folder)}/{name}", $"The plug-in '{name}' {wrong.Message}");
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The edge to another author's code: its settings records run when their defaults are read.")]
    private ConnectorCatalog Add(Plugin plugin)
    {
        RefuseTaken(plugin);
        try
        {
            return new ConnectorCatalog(
                _catalog.Souths.Concat(plugin.Connectors.OfType<SouthManifest>()),
                _catalog.Norths.Concat(plugin.Connectors.OfType<NorthManifest>()));
        }
        catch (Exception unusable) when (PluginLoader.IsUnusable(unusable))
        {
            throw PluginLoader.Unusable(unusable);
        }
        catch (Exception wrong)
        {
            // The name of our own parameter says nothing to the author.
            var words = wrong.Message;
            if (wrong is ArgumentException { ParamName: { } parameter })
            {
                words = words.Replace($" (Parameter '{parameter}')", string.Empty, StringComparison.Ordinal);
            }

            throw new PluginException($"has a manifest that cannot be used: {words}", wrong);
        }
    }

    private void RefuseTaken(Plugin plugin)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var connector in plugin.Connectors)
        {
            var name = Plugin.NameOf(connector);
            if (!seen.Add(name))
            {
                throw new PluginException($"brings the {name} twice; ids are unique per side.");
            }

            ConnectorManifest? other = connector is SouthManifest
                ? _catalog.FindSouth(connector.Id)
                : _catalog.FindNorth(connector.Id);
            if (other is not null)
            {
                var owner = _loaded.Find(loaded => loaded.Connectors.Contains(other)) is { } of
                    ? $"the plug-in '{of.Name}' brings"
                    : "is built in";
                throw new PluginException(
                    $"brings the {name}, which {owner} already; give it another id, or remove one of the two.");
            }
        }
    }

    private void Report(string place, string message) => _problems.Add(new ConfigurationProblem(place, 0, message));
}
