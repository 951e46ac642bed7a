using System.IO.Enumeration;
using Meridian.Sdk.South;

namespace Meridian.Engine.Souths.Files;

/// <summary>Which files of a listing an item means.</summary>
internal static class FilePattern
{
    /// <summary>Whether the rules mean a file, wherever it stands in its age.</summary>
    public static bool Matches(FileRules rules, SourceFile file)
    {
        var name = NameOf(file);
        var isWithin = file.Path.Length > name.Length;
        return (rules.IsRecursive || !isWithin)
            && !IsArchived(rules, file)
            && FileSystemName.MatchesSimpleExpression(rules.Pattern, name, ignoreCase: false);
    }

    /// <summary>The name without folders: what a destination sees.</summary>
    public static string NameOf(SourceFile file) => file.Path[(file.Path.LastIndexOf('/') + 1)..];

    /// <summary>What was archived must not be taken again, wherever the archive lies.</summary>
    private static bool IsArchived(FileRules rules, SourceFile file)
    {
        var archive = rules.ArchiveFolder.Trim('/') + '/';
        return rules.Afterwards == FileAfterwards.Archive
            && archive.Length > 1
            && file.Path.StartsWith(archive, StringComparison.Ordinal);
    }
}
