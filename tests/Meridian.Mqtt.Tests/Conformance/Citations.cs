using System.Text.RegularExpressions;
using Meridian.Fixtures;

namespace Meridian.Mqtt.Tests.Conformance;

/// <summary>Finds the statements that the sources of the house cite, in comments and in messages.</summary>
internal static partial class Citations
{
    public static IReadOnlyList<Citation> Find() => [.. Directory
        .EnumerateFiles(Path.Combine(RepositoryRoot.Path, "src"), "*.cs", SearchOption.AllDirectories)
        .SelectMany(static file => File.ReadLines(file).SelectMany((line, index) => Identifier().Matches(line)
            .Select(match => new Citation(
                match.Value,
                VersionOf(file, line),
                $"{Path.GetRelativePath(RepositoryRoot.Path, file)}:{index + 1}"))))];

    // The identifiers of both standards look alike, so a bare one may be of either.
    private static string? VersionOf(string file, string line) =>
        (line.Contains("3.1.1", StringComparison.Ordinal), Names5(file, line)) switch
        {
            (true, false) => "3.1.1",
            (false, true) => "5.0",
            _ => null,
        };

    private static bool Names5(string file, string line) =>
        line.Contains("5.0", StringComparison.Ordinal) || line.Contains("StatementOf5", StringComparison.Ordinal)
        || Path.GetFileName(file).Contains("Version5", StringComparison.Ordinal);

    [GeneratedRegex(@"MQTT-\d+\.\d+\.\d+-\d+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Identifier();
}

/// <summary>A statement that a source cites.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Version">The standard that the line names; null where it names none or both.</param>
/// <param name="Place">File and line.</param>
internal sealed record Citation(string Id, string? Version, string Place);
