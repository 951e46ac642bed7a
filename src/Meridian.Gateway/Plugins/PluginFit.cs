using System.Reflection;
using System.Runtime.Loader;

namespace Meridian.Gateway.Plugins;

/// <summary>
/// Whether an assembly fits this gateway, decided before it is loaded: the same major version of the Sdk and no newer
/// minor, no newer .NET, and everything it was built with is at hand.
/// </summary>
/// <remarks>
/// A minor version of the Sdk only adds, so what was built with an older one finds all it knows; a major one may take
/// away. Patches change nothing that an author sees.
/// </remarks>
internal static class PluginFit
{
    /// <summary>The assembly that both sides must see as one.</summary>
    public const string Sdk = "Meridian.Sdk";

    // One of them holds System.Object for the assembly; its version is that of .NET.
    private static readonly string[] Cores = ["System.Runtime", "System.Private.CoreLib"];

    /// <summary>Checks versions.</summary>
    /// <exception cref="PluginException">It does not fit.</exception>
    public static void CheckVersions(PluginImage image, PluginHost host)
    {
        var core = Cores.Select(image.Find).FirstOrDefault(found => found is not null)?.Version;
        if (core is not null && IsNewer(core, host.Runtime))
        {
            throw new PluginException(
                $"was built for .NET {Text(core)}; this gateway runs on .NET {Text(host.Runtime)}. Build it for "
                + $"net{Text(host.Runtime)}.");
        }

        if (image.Find(Sdk)?.Version is not { } sdk)
        {
            throw new PluginException(
                $"does not use {Sdk}, so it holds no connectors; is it another assembly's folder?");
        }

        if (sdk.Major != host.Sdk.Major || IsNewer(sdk, host.Sdk))
        {
            var way = IsNewer(sdk, host.Sdk)
                ? $"Update the gateway to {Text(sdk)}, or build the plug-in with {Sdk} {Text(host.Sdk)}."
                : $"Build the plug-in with {Sdk} {Text(host.Sdk)}, or ask its author for a newer one.";
            throw new PluginException(
                $"was built with {Sdk} {Text(sdk)}; this gateway has {Text(host.Sdk)}, and takes those of major "
                + $"version {host.Sdk.Major} up to its own. {way}");
        }
    }

    /// <summary>Demands that every assembly it was built with lies beside it or comes with the gateway.</summary>
    /// <exception cref="PluginException">One is missing.</exception>
    public static void CheckReferences(PluginImage image, PluginLoadContext context)
    {
        foreach (var reference in image.References)
        {
            if (!context.IsBeside(reference) && !IsInHost(reference))
            {
                throw Missing(reference.Name, reference.Version);
            }
        }
    }

    /// <summary>An assembly is missing.</summary>
    public static PluginException Missing(string? name, Version? version, Exception? inner = null)
    {
        var wanted = version is null ? $"'{name}'" : $"'{name}' {version}";
        return new PluginException(
            $"needs the assembly {wanted}, which neither lies in its folder nor comes with this gateway in that "
            + "version; build the plug-in with EnableDynamicLoading and copy all of its output.",
            inner);
    }

    private static bool IsInHost(AssemblyName reference)
    {
        // The Sdk's patch version is of no concern, but the runtime would ask for it.
        if (string.Equals(reference.Name, Sdk, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        try
        {
            _ = AssemblyLoadContext.Default.LoadFromAssemblyName(reference);
            return true;
        }
        catch (Exception missing) when (missing is IOException or BadImageFormatException)
        {
            return false;
        }
    }

    private static bool IsNewer(Version one, Version other) =>
        (one.Major, one.Minor).CompareTo((other.Major, other.Minor)) > 0;

    private static string Text(Version version) => version.ToString(fieldCount: 2);
}
