using Meridian.Journal.Format;

namespace Meridian.Journal.Inspection;

/// <summary>Tells a folder with a journal in it from any other: a tool makes none by itself.</summary>
internal static class JournalFolder
{
    /// <summary>Refuses a folder that holds no journal.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or no journal in it.</exception>
    public static void ThrowIfNone(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(File.Exists(folder)
                ? $"'{folder}' is a file; name the folder of a journal."
                : $"There is no folder '{folder}'.");
        }

        if (!Directory.EnumerateFiles(folder).Select(static path => Path.GetFileName(path)).Any(static name =>
            name is JournalFileNames.Identity || JournalFileNames.TryParseSegment(name, out _, out _)))
        {
            throw new DirectoryNotFoundException(
                $"There is no journal in '{folder}': neither a file {JournalFileNames.Identity} nor a segment.");
        }
    }
}
