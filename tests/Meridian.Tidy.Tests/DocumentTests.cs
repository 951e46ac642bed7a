using System.Text.RegularExpressions;

namespace Meridian.Tidy.Tests;

/// <summary>A link in the documents leads somewhere.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Link_InADocument_LeadsToAFile()
    {
        var dead = Repository.Files(".", ".md").SelectMany(file => Link().Matches(File.ReadAllText(file))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, target.Split('#')[0])))
            .Select(target => $"{Repository.Relative(file)} → {target}"));

        Assert.Empty(dead);
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Link();
}
