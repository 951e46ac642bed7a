using Meridian.Configuration.Json;
using Meridian.Configuration.References;

namespace Meridian.Configuration.Files;

/// <summary>
/// Follows the <c>include</c> of a main file: names and patterns → files. A list that is not one of texts is left to
/// the reader of the section, which says so.
/// </summary>
internal static class IncludedFiles
{
    /// <summary>The most files that one configuration may include.</summary>
    public const int MaxFiles = 1_000;

    /// <summary>Finds the files, in the order of the list; those of one pattern by name.</summary>
    public static IReadOnlyList<IncludedFile> Find(
        ConfigurationFile main, IConfigurationEnvironment environment, List<ConfigurationProblem> problems)
    {
        if ((main.Syntax as ObjectSyntax)?.Find("include") is not ListSyntax { Elements.Count: > 0 } list)
        {
            return [];
        }

        if (main.Path.Length == 0)
        {
            problems.Add(new ConfigurationProblem(
                "include", list.Line, "A configuration that lies in no file includes none; leave 'include' out."));
            return [];
        }

        var folder = Path.GetDirectoryName(main.Path) ?? "/";
        var references = new ReferenceResolver(environment);
        var found = new List<IncludedFile>();
        var places = SettingsPath.Root.Member("include");
        for (var i = 0; i < list.Elements.Count; i++)
        {
            if (list.Elements[i] is TextSyntax entry
                && references.Resolve(entry.Text, isSecret: false).Text is { } text)
            {
                Add(text, folder, (places.Element(i).ToString(), entry.Line), found, problems);
            }
        }

        return found;
    }

    private static void Add(
        string text,
        string folder,
        (string Path, int Line) place,
        List<IncludedFile> found,
        List<ConfigurationProblem> problems)
    {
        void Report(string message) => problems.Add(new ConfigurationProblem(place.Path, place.Line, message));

        var fileName = Path.GetFileName(text);
        if (fileName.Length == 0 || Path.IsPathRooted(text) || text.Contains('\0', StringComparison.Ordinal)
            || text.Split('/', '\\').Contains("..", StringComparer.Ordinal)
            || Path.GetDirectoryName(text)!.Contains('*', StringComparison.Ordinal)) // Not of a root: see before.
        {
            Report(
                $"'{text}' names no file that may be included; name one in the folder of this file or below it, such "
                + "as \"souths/press.json\", or many with '*' in the name of the file, such as \"souths/*.json\".");
            return;
        }

        foreach (var name in Expand(text, fileName, folder, Report))
        {
            if (found.Exists(one => string.Equals(one.Text, name, StringComparison.Ordinal)))
            {
                continue; // "a.json" and then "*.json" for the others.
            }

            if (found.Count == MaxFiles)
            {
                Report($"'{text}' brings more than {MaxFiles} files, the most that a configuration includes.");
                return;
            }

            found.Add(new IncludedFile(name, place.Path, place.Line));
        }
    }

    private static string[] Expand(string text, string fileName, string folder, Action<string> report)
    {
        if (!fileName.Contains('*', StringComparison.Ordinal))
        {
            return [text.Replace('\\', '/')];
        }

        var inner = Path.GetDirectoryName(text)!; // Not of a root.
        try
        {
            var files = Directory.EnumerateFiles(
                Path.Combine(folder, inner), fileName, new EnumerationOptions { MatchType = MatchType.Simple });
            return
            [
                .. files
                    .Select(Path.GetFileName)
                    .Where(static name => !name!.StartsWith('.'))
                    .Select(name => inner.Length == 0 ? name! : $"{inner.Replace('\\', '/')}/{name}")
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            report($"The folder of '{text}' cannot be read: {exception.Message}");
            return [];
        }
    }
}

/// <summary>A file that shall be included.</summary>
/// <param name="Text">Its path from the main file's folder, with <c>/</c>.</param>
/// <param name="Place">Where the main file says so.</param>
/// <param name="Line">The line there.</param>
internal sealed record IncludedFile(string Text, string Place, int Line);
