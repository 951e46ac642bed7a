using Meridian.Sdk.South;

namespace Meridian.Connectors.Files.Folder;

/// <summary>Where an item's files lie, as full paths.</summary>
/// <param name="Root">The item's folder.</param>
/// <param name="Archive">Where its files are moved to; null where they are not.</param>
/// <param name="IsRecursive">Whether folders within are looked at.</param>
/// <param name="FollowsLinks">Whether symbolic links are followed.</param>
internal sealed record FolderPlace(string Root, string? Archive, bool IsRecursive, bool FollowsLinks)
{
    /// <summary>The place of an item.</summary>
    public static FolderPlace Of(FolderSettings settings, FolderItemSettings item)
    {
        var root = RootOf(settings, item);
        var rules = item.Files;
        return new FolderPlace(
            root,
            rules.Afterwards == FileAfterwards.Archive ? FullPath(root, rules.ArchiveFolder) : null,
            rules.IsRecursive,
            settings.FollowLinks);
    }

    /// <summary>The folder of the South.</summary>
    public static string RootOf(FolderSettings settings) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(settings.Folder));

    /// <summary>The folder of an item.</summary>
    public static string RootOf(FolderSettings settings, FolderItemSettings item) =>
        FullPath(RootOf(settings), item.Path);

    /// <summary>Whether a path is a folder or lies below it.</summary>
    public static bool IsWithin(string folder, string path)
    {
        var prefix = Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;
        return string.Equals(folder, path, StringComparison.Ordinal)
            || path.StartsWith(prefix, StringComparison.Ordinal);
    }

    private static string FullPath(string root, string path) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(root, path)));
}
