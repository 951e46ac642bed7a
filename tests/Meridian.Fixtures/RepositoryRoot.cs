namespace Meridian.Fixtures;

/// <summary>Where the running tests were built from.</summary>
public static class RepositoryRoot
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>The folder that holds <c>Meridian.slnx</c>.</summary>
    public static string Path => Found.Value;

    /// <summary>The configuration that the running tests were built with: "debug" or "release".</summary>
    public static string Configuration => System.IO.Path.GetFileName(
        AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar)).Split('_')[0];

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Meridian.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"No Meridian.slnx above {AppContext.BaseDirectory}; run the tests from the repository's artifacts.");
    }
}
