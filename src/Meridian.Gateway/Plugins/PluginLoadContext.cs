using System.Reflection;
using System.Runtime.Loader;
using Meridian.Sdk;

namespace Meridian.Gateway.Plugins;

/// <summary>
/// A world of its own for each plug-in: it has its own versions of what lies beside it, and takes the rest from the
/// gateway. What both sides speak of with each other is always the gateway's, or a reading here would be no reading
/// there.
/// </summary>
/// <remarks>Never unloaded: a plug-in is exchanged by a restart. Thread-safe, as the runtime demands.</remarks>
internal sealed class PluginLoadContext(string path)
    : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path), isCollectible: false)
{
    /// <summary>The Sdk, and what its public face shows of others.</summary>
    private static readonly string[] Shared =
    [
        PluginFit.Sdk,
        "Microsoft.Extensions.Logging.Abstractions",
        "Microsoft.Extensions.DependencyInjection.Abstractions",
    ];

    private readonly AssemblyDependencyResolver _resolver = new(path);
    private readonly string _folder = Path.GetDirectoryName(path) ?? string.Empty;

    /// <summary>Loads the plug-in itself.</summary>
    public Assembly LoadPlugin() => LoadFromAssemblyPath(path);

    /// <summary>Whether an assembly is the plug-in's own.</summary>
    public bool IsBeside(AssemblyName name) => FindBeside(name) is not null;

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (string.Equals(assemblyName.Name, PluginFit.Sdk, StringComparison.OrdinalIgnoreCase))
        {
            return typeof(IConnectorPlugin).Assembly;
        }

        return FindBeside(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found
            ? LoadUnmanagedDllFromPath(found)
            : nint.Zero;

    private string? FindBeside(AssemblyName name)
    {
        if (Shared.Contains(name.Name, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        // The resolver knows what was built together; a file that somebody put there counts too.
        return _resolver.ResolveAssemblyToPath(name)
            ?? (Path.Combine(_folder, $"{name.Name}.dll") is var file && File.Exists(file) ? file : null);
    }
}
