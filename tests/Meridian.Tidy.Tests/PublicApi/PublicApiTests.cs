using System.Reflection;
using Meridian.Fixtures;

namespace Meridian.Tidy.Tests.PublicApi;

/// <summary>
/// STYLE rules 15 and 66: what users build on changes only where somebody has looked at it. The approved texts are in
/// <c>docs/api</c>.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Libraries =>
    [
        "Meridian.Journal", "Meridian.Mqtt", "Meridian.Mqtt.Hosting", "Meridian.Mqtt.Testing", "Meridian.Readings",
        "Meridian.Testing",
    ];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void PublicApi_OfALibrary_IsWhatWasApproved(string library)
    {
        var made = PublicApiText.Of(Assembly.Load(library));
        var file = $"docs/api/{library}.txt";
        var approved = ApprovedText.Of(file, made);

        Assert.True(
            string.Equals(approved, made, StringComparison.Ordinal),
            $"""
            The public API of {library} is not what {file} says:
            {Difference(approved, made)}
            If this is meant, write it anew and look at the difference:
            MERIDIAN_APPROVE=1 dotnet test tests/Meridian.Tidy.Tests --filter PublicApiTests
            """);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Class_OfALibrary_IsSealedUnlessItIsTheRootOfAFamily(string library)
    {
        var types = Assembly.Load(library).GetExportedTypes();
        var open = types
            .Where(static type => type is { IsClass: true, IsSealed: false })
            .Where(type => !Array.Exists(types, other => other.BaseType == type));

        Assert.Empty(open);
    }

    [Fact]
    public void Difference_OfTwoTexts_NamesTheTypeOfEachLine() => Assert.Equal(
        "- class A: int One\n+ class A: long One\n+ class B: int One",
        Difference(
            "class A\n    int One\n    int Two\n",
            "class A\n    long One\n    int Two\n\nclass B\n    int One\n"));

    private static string Difference(string approved, string made)
    {
        var before = Entries(approved);
        var after = Entries(made);
        return string.Join('\n', before.Except(after, StringComparer.Ordinal).Select(static line => $"- {line}")
            .Concat(after.Except(before, StringComparer.Ordinal).Select(static line => $"+ {line}")));
    }

    /// <summary>Each member with its type before it, so that it is found without the lines around it.</summary>
    private static List<string> Entries(string text)
    {
        var entries = new List<string>();
        var type = "";
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] is ' ')
            {
                entries.Add($"{type}: {line.Trim()}");
            }
            else
            {
                type = line;
            }
        }

        return entries;
    }
}
