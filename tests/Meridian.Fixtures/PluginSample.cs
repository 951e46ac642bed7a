namespace Meridian.Fixtures;

/// <summary>The sample of a plug-in, built: <c>samples/CustomConnector</c>.</summary>
public static class PluginSample
{
    /// <summary>Its name.</summary>
    public const string Name = "CustomConnector";

    /// <summary>Copies all that its build gave into a plug-in folder, below a folder of its name.</summary>
    /// <param name="plugins">The plug-in folder.</param>
    /// <exception cref="DirectoryNotFoundException">It is not built.</exception>
    public static void CopyTo(string plugins)
    {
        var built = Path.Combine(RepositoryRoot.Path, "artifacts", "bin", Name, RepositoryRoot.Configuration);
        var folder = Directory.CreateDirectory(Path.Combine(plugins, Name)).FullName;
        foreach (var file in Directory.EnumerateFiles(built))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }
    }
}
