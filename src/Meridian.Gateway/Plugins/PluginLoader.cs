using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Meridian.Sdk;

namespace Meridian.Gateway.Plugins;

/// <summary>One plug-in's way from its file to its manifests; each step has words for what goes wrong.</summary>
/// <param name="host">What it must fit.</param>
internal sealed class PluginLoader(PluginHost host)
{
    /// <summary>Loads a plug-in.</summary>
    /// <param name="folder">Its folder; the assembly has the folder's name.</param>
    /// <exception cref="PluginException">It does not fit, or fails.</exception>
    [RequiresUnreferencedCode(PluginFolder.Untrimmed)]
    public Plugin Load(string folder)
    {
        var name = Path.GetFileName(folder);
        var path = Path.Combine(folder, $"{name}.dll");
        var image = PluginImage.Read(path);
        PluginFit.CheckVersions(image, host);
        var context = NewContext(path);
        PluginFit.CheckReferences(image, context);
        var assembly = LoadAssembly(context);
        var connectors = Make(FindClass(assembly));
        if (connectors.Length == 0 || Array.Exists(connectors, static one => string.IsNullOrEmpty(one?.Id)))
        {
            throw new PluginException(
                $"brings {(connectors.Length == 0 ? "no connectors" : "a connector without an id")}; return a manifest "
                + "for each from IConnectorPlugin.Connectors.");
        }

        return new Plugin(name, VersionOf(assembly), connectors);
    }

    private static PluginLoadContext NewContext(string path)
    {
        try
        {
            return new PluginLoadContext(path);
        }
        catch (InvalidOperationException wrong)
        {
            throw new PluginException(
                $"has a '{Path.GetFileNameWithoutExtension(path)}.deps.json' that cannot be read; copy all of the "
                + "build's output again.",
                wrong);
        }
    }

    private static Assembly LoadAssembly(PluginLoadContext context)
    {
        try
        {
            return context.LoadPlugin();
        }
        catch (Exception wrong) when (wrong is IOException or BadImageFormatException)
        {
            throw new PluginException(
                $"cannot be loaded on this machine: {wrong.Message} Build it as a class library for any processor.",
                wrong);
        }
    }

    [RequiresUnreferencedCode(PluginFolder.Untrimmed)]
    private static Type FindClass(Assembly assembly)
    {
        Type[] found;
        try
        {
            found =
            [
                .. assembly.GetExportedTypes().Where(static type =>
                    type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }
                    && type.IsAssignableTo(typeof(IConnectorPlugin))),
            ];
        }
        catch (Exception unusable) when (IsUnusable(unusable))
        {
            throw Unusable(unusable);
        }

        return found switch
        {
            [var one] when one.GetConstructor(Type.EmptyTypes) is not null => one,
            [var one] => throw new PluginException(
                $"has the class '{one}', which cannot be made: give it a public constructor without parameters."),
            [] => throw new PluginException(
                "has no public class that implements IConnectorPlugin; write one that returns its manifests."),
            _ => throw new PluginException(
                $"has {found.Length} public classes that implement IConnectorPlugin, "
                + $"{string.Join(" and ", found.Select(static type => $"'{type}'"))}; keep one, which returns all "
                + "manifests."),
        };
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "The edge to another author's code: whatever it throws leaves that plug-in out, with words.")]
    private static ConnectorManifest[] Make(Type type)
    {
        try
        {
            // It has the constructor and is no Nullable.
            return ((IConnectorPlugin)Activator.CreateInstance(type)!).Connectors?.ToArray() ?? [];
        }
        catch (Exception failed)
        {
            var cause = CauseOf(failed);
            throw IsUnusable(cause)
                ? Unusable(cause)
                : new PluginException(
                    $"failed when its class '{type}' was made and asked for connectors: {cause.GetType().Name}: "
                    + $"{cause.Message} This is a mistake of the plug-in; please report it to its author.",
                    failed);
        }
    }

    private static Exception CauseOf(Exception failed)
    {
        while (failed is TargetInvocationException or TypeInitializationException && failed.InnerException is { } inner)
        {
            failed = inner;
        }

        return failed;
    }

    /// <summary>It holds references that lead nowhere.</summary>
    public static bool IsUnusable(Exception fault) =>
        fault is FileNotFoundException { FileName: not null } or FileLoadException or TypeLoadException
            or MissingMemberException or ReflectionTypeLoadException;

    public static PluginException Unusable(Exception fault) => fault switch
    {
        FileNotFoundException { FileName: { } file } => Missing(file, fault),
        FileLoadException { FileName: { } file } => Missing(file, fault),
        _ => new PluginException(
            $"uses something that is not there: {fault.Message} Build it with the gateway's version of "
            + $"{PluginFit.Sdk}.",
            fault),
    };

    // The runtime names an assembly in full, and any other file by its path.
    private static PluginException Missing(string file, Exception fault)
    {
        var comma = file.IndexOf(',', StringComparison.Ordinal);
        return PluginFit.Missing(comma < 0 ? file : file[..comma], version: null, fault);
    }

    private static string VersionOf(Assembly assembly)
    {
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? assembly.GetName().Version?.ToString()
            ?? "0";

        // What follows the plus is the commit, for machines.
        return version.Split('+')[0];
    }
}
