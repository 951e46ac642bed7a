using Meridian.Fixtures;

namespace Meridian.Mqtt.Tests.Conformance;

/// <summary>
/// The statements of both standards and those that no test proves yet, as the files beside this one say.
/// </summary>
internal static class StatementList
{
    public static readonly string[] Versions = ["3.1.1", "5.0"];

    public static string Folder { get; } =
        Path.Combine(RepositoryRoot.Path, "tests", "Meridian.Mqtt.Tests", "Conformance");

    public static string OpenFile => Path.Combine(Folder, "open.txt");

    /// <summary>Every statement, in the order of the standards.</summary>
    public static IReadOnlyList<Statement> Read() => [.. Versions.SelectMany(version =>
        Lines(Path.Combine(Folder, $"statements-{version}.txt")).Select(line =>
        {
            var (id, text) = Cut(line, " | ");
            return new Statement(version, id, text);
        }))];

    /// <summary>The statements that are known to be open, with the reason of each: "VERSION ID reason".</summary>
    public static IReadOnlyDictionary<(string Version, string Id), string> ReadOpen() =>
        Lines(OpenFile).Select(line =>
        {
            var (version, rest) = Cut(line, " ");
            var (id, reason) = Cut(rest, " ");
            return (Key: (version, id), reason);
        }).ToDictionary(static open => open.Key, static open => open.reason);

    private static IEnumerable<string> Lines(string file) => File.ReadAllLines(file)
        .Select(static line => line.Trim())
        .Where(static line => line.Length > 0 && !line.StartsWith('#'));

    private static (string Head, string Tail) Cut(string line, string separator)
    {
        var at = line.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (line, "") : (line[..at], line[(at + separator.Length)..].Trim());
    }
}

/// <summary>One numbered statement of a standard.</summary>
/// <param name="Version">The standard: "3.1.1" or "5.0".</param>
/// <param name="Id">Its identifier there.</param>
/// <param name="Text">What it asks of a client, in our words; empty when it binds servers alone.</param>
internal sealed record Statement(string Version, string Id, string Text)
{
    public bool BindsClient => Text.Length > 0;
}
