using System.Xml.Linq;

namespace Meridian.Tidy.Tests;

/// <summary>The checkout that these tests look at.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every file with one of these endings that is the project's own: not built, not installed.</summary>
    public static IEnumerable<string> Files(string folder, params string[] endings) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(IsNotOurs))
            .Order(StringComparer.Ordinal);

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    /// <summary>The projects of ours that a project references, by name without "Meridian.".</summary>
    public static IReadOnlySet<string> ReferencesOf(string project) =>
        XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => NameOf((string)reference.Attribute("Include")!))
            .ToHashSet(StringComparer.Ordinal);

    public static string NameOf(string project) =>
        Path.GetFileNameWithoutExtension(project.Replace('\\', '/'))
            .Replace("Meridian.", string.Empty, StringComparison.Ordinal);

    private static bool IsNotOurs(string folder) => folder is "artifacts" or "node_modules" or "obj" or "bin";

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Meridian.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("These tests run inside the repository.");
        }

        return folder.FullName;
    }
}
