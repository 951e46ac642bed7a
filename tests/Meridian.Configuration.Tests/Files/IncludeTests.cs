using System.Text;
using Meridian.Configuration.Files;
using Meridian.Fixtures;

namespace Meridian.Configuration.Tests.Files;

/// <summary>A configuration of several files reads as if it were one, and says of each problem where it is.</summary>
public sealed class IncludeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Files_IncludedByNameAndPattern_CountAsOneConfigurationInTheirOrder()
    {
        Write("meridian.json", """
            {
              "include": ["souths/b.json", "souths/*.json", "norths.json"],
              "schedules": [{ "name": "slow", "every": "1 min" }],
              "souths": [{ "name": "own", "type": "probe" }]
            }
            """);
        Write("souths/a.json", """{ "souths": [{ "name": "a", "type": "probe", "schedule": "slow" }] }""");
        Write("souths/b.json", """{ "$schema": "x", "souths": [{ "name": "b", "type": "probe" }] }""");
        Write("souths/.hidden.json", "not read");
        Write("norths.json", """
            // Comments are allowed here, too.
            { "norths": [{ "name": "n", "type": "sink", "from": ["own", "a"], "settings": { "folder": "x" } }] }
            """);

        var source = Load();
        var result = Read(source);

        Assert.Empty(result.Problems);
        var config = result.Config!;
        Assert.Equal(["own", "b", "a"], config.Souths.Select(static south => south.Name), StringComparer.Ordinal);
        Assert.Equal(["own", "a"], Assert.Single(config.Norths).From, StringComparer.Ordinal);
        Assert.Equal(
            ["", "souths/b.json", "souths/a.json", "norths.json"],
            source.Files.Select(static one => one.Name),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Problems_InIncludedFiles_NameTheirFileAndLine()
    {
        Write("meridian.json", """
            {
              "include": ["a.json", "b.json"],
              "souths": [{ "name": "x", "type": "probe" }],
              "norths": [{ "name": "n", "type": "sink", "from": ["nobody"], "settings": { "folder": "x" } }]
            }
            """);
        Write("a.json", """
            {
              "souths": [{ "name": "X", "type": "probe" }]
            }
            """);
        Write("b.json", """
            {
              "gateway": { "name": "other" },
              "souths": [{ "name": "y", "type": "prob" }],
              "norhts": []
            }
            """);

        var problems = Read(Load()).Problems.Select(static one => one.ToString()).ToArray();

        Assert.Collection(
            problems,
            static one => Assert.StartsWith("line 4: norths[0].from[0]: ", one),
            static one => Assert.Equal(
                "a.json: line 2: souths[0].name: 'name' is \"X\", which souths[0] in line 3 of the main file has "
                + "already; names of Souths are unique, without regard to case.",
                one),
            static one => Assert.Equal(
                "b.json: line 2: gateway: 'gateway' stands in the main file alone; move it there.", one),
            static one => Assert.StartsWith("b.json: line 3: souths[0].type: ", one),
            static one => Assert.StartsWith("b.json: line 4: norhts: ", one));
    }

    [Theory]
    [InlineData("missing.json", "The included file 'missing.json' cannot be read: ")]
    [InlineData("../other.json", "'../other.json' names no file that may be included; ")]
    [InlineData("/etc/passwd", "'/etc/passwd' names no file that may be included; ")]
    [InlineData("*/a.json", "'*/a.json' names no file that may be included; ")]
    [InlineData("souths/", "'souths/' names no file that may be included; ")]
    [InlineData("nowhere/*.json", "The folder of 'nowhere/*.json' cannot be read: ")]
    public void Include_ThatLeadsNowhere_IsOneProblemAtItsPlace(string name, string words)
    {
        Write("meridian.json", $$"""{ "include": ["{{name}}"], "norths": [{ "from": ["of the missing file"] }] }""");

        var problem = Assert.Single(Read(Load()).Problems);

        Assert.Equal(("include[0]", 1), (problem.Path, problem.Line));
        Assert.StartsWith(words, problem.Message);
    }

    [Fact]
    public void Include_ThatIsNoListOfTexts_IsSaid()
    {
        Write("meridian.json", """{ "include": "a.json" }""");
        Assert.StartsWith("'include' must be a list", Assert.Single(Read(Load()).Problems).Message);
        Assert.StartsWith(
            "A configuration that lies in no file includes none",
            Assert.Single(Sample.Read("""{ "include": ["a.json"] }""").Problems).Message);
    }

    [Fact]
    public void File_ThatIsNoJson_IsNamed()
    {
        Write("meridian.json", """{ "include": ["a.json"] }""");
        Write("a.json", "{ \"souths\": [\n}");

        Assert.StartsWith("a.json: line 2: This is not JSON", Assert.Single(Read(Load()).Problems).ToString());
    }

    [Fact]
    public void Tag_ChangesWithAnyFile_AndOnlyThen()
    {
        Write("meridian.json", """{ "include": ["a.json"] }""");
        Write("a.json", "{}");
        var before = Load();

        Assert.Equal(before.Tag, Load().Tag);
        Write("a.json", "{ }");
        Assert.NotEqual(before.Tag, Load().Tag, StringComparer.Ordinal);
    }

    [Fact]
    public void Source_WithAnotherTextOfAFile_ReadsThatAndWritesNothing()
    {
        Write("meridian.json", """{ "include": ["a.json"] }""");
        Write("a.json", "{}");

        var changed = Load().With(
            new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
            {
                ["a.json"] = """{ "souths": [{ "name": "a", "type": "probe" }] }"""u8.ToArray(),
            },
            new FakeEnvironment());

        Assert.Equal("a", Assert.Single(Read(changed).Config!.Souths).Name);
        Assert.Empty(Read(Load()).Config!.Souths);
        Assert.Throws<ArgumentException>(() => Load().With(
            new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["b.json"] = default },
            new FakeEnvironment()));
    }

    public void Dispose() => _folder.Dispose();

    private static ConfigurationResult Read(ConfigurationSource source) =>
        ConfigurationReader.Read(source, Sample.Catalog, new FakeEnvironment());

    private ConfigurationSource Load() =>
        ConfigurationSource.Load(Path.Combine(_folder.Path, "meridian.json"), new FakeEnvironment());

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, Encoding.UTF8);
    }
}
