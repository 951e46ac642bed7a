using System.Text.RegularExpressions;

namespace Meridian.Tidy.Tests;

/// <summary>STYLE rules 6, 7, 12, 66: what a source file may not be.</summary>
public sealed partial class SourceFileTests
{
    private const int MaxLines = 400;
    private const int MaxColumns = 120;

    private static readonly string[] Folders = ["src", "tests", "bench"];

    private static readonly string[] BannedFolders = ["Helpers", "Utils", "Common", "Models", "Interfaces", "Services"];

    [Fact]
    public void File_LongerThanTheLimit_IsSplit()
    {
        var tooLong = Sources().Where(file => File.ReadLines(file).Count() > MaxLines).Select(Repository.Relative);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Line_LongerThanTheLimit_IsBroken()
    {
        var tooLong = Sources().SelectMany(file => File.ReadLines(file)
            .Select((line, index) => (line, index))
            .Where(found => found.line.Length > MaxColumns && !IsUnbreakable(found.line))
            .Select(found => $"{Repository.Relative(file)}:{found.index + 1}"));

        Assert.Empty(tooLong);
    }

    [Fact]
    public void Folder_WithAWordThatSaysNothing_DoesNotExist()
    {
        var banned = Sources()
            .Select(Repository.Relative)
            .Where(file => file.Split('/').Intersect(BannedFolders, StringComparer.Ordinal).Any());

        Assert.Empty(banned);
    }

    [Fact]
    public void Type_WithASuffixThatSaysNothing_DoesNotExist()
    {
        var banned = Sources().SelectMany(file => BannedType().Matches(File.ReadAllText(file))
            .Select(match => $"{Repository.Relative(file)}: {match.Value}"));

        Assert.Empty(banned);
    }

    [Fact]
    public void Source_WithUnfinishedWork_DoesNotExist()
    {
        // The words are put together here so that this file does not find itself.
        string[] words = ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Exception"];

        var unfinished = Sources()
            .Where(file => words.Any(word => File.ReadAllText(file).Contains(word, StringComparison.Ordinal)))
            .Select(Repository.Relative);

        Assert.Empty(unfinished);
    }

    [Fact]
    public void Namespace_OfAFile_IsItsFolder()
    {
        var wrong = Sources()
            .Select(file => (File: Repository.Relative(file), Declared: DeclaredNamespace(file)))
            .Where(found => found.Declared.Length > 0)
            .Where(found => !string.Equals(found.Declared, ExpectedNamespace(found.File), StringComparison.Ordinal))
            .Select(found => $"{found.File} says {found.Declared}");

        Assert.Empty(wrong);
    }

    private static string DeclaredNamespace(string file) =>
        NamespaceLine().Match(File.ReadAllText(file)).Groups["name"].Value;

    private static string ExpectedNamespace(string file) =>
        string.Join('.', file.Split('/')[1..^1]);

    /// <summary>A sentence that a log message or a test datum must hold in one literal.</summary>
    private static bool IsUnbreakable(string line) => line.TrimStart().StartsWith('"') || line.Contains("http", StringComparison.Ordinal);

    private static IEnumerable<string> Sources() => Folders.SelectMany(folder => Repository.Files(folder, ".cs"));

    [GeneratedRegex(
        @"^namespace (?<name>[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^\s*(public|internal|private)[\w ]* (class|record|struct|interface) \w+(Manager|Helper|Info|Data|Base)\b",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex BannedType();
}
