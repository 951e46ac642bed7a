using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Meridian.Gateway.Plugins;

/// <summary>What an assembly says of itself in its file. Reading it loads and runs nothing of it.</summary>
/// <param name="References">The assemblies it was built with.</param>
internal sealed record PluginImage(IReadOnlyList<AssemblyName> References)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="PluginException">There is no such file, or it is no assembly.</exception>
    public static PluginImage Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var image = new PEReader(file);
            if (image.HasMetadata && image.GetMetadataReader() is { IsAssembly: true } metadata)
            {
                return new PluginImage(
                [
                    .. metadata.AssemblyReferences
                        .Select(handle => metadata.GetAssemblyReference(handle).GetAssemblyName()),
                ]);
            }
        }
        catch (FileNotFoundException missing)
        {
            throw new PluginException(
                $"has no '{Path.GetFileName(path)}' in its folder; the folder and the assembly have one name, and the "
                + "assembly's file lies directly in the folder.",
                missing);
        }
        catch (BadImageFormatException wrong)
        {
            throw NoAssembly(path, wrong);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new PluginException(
                $"cannot be read: {unreadable.Message} Let the gateway's user read its folder.", unreadable);
        }

        throw NoAssembly(path, inner: null);
    }

    /// <summary>A reference by its simple name; null when there is none.</summary>
    public AssemblyName? Find(string name) =>
        References.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase));

    private static PluginException NoAssembly(string path, BadImageFormatException? inner) => new(
        $"is no .NET assembly: '{Path.GetFileName(path)}' is damaged or something else; build it as a class library "
        + "and copy it again.",
        inner);
}
