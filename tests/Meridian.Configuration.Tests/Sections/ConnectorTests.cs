namespace Meridian.Configuration.Tests.Sections;

public sealed class ConnectorTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData(".hidden")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ä")]
    [InlineData("a1234567890123456789012345678901234567890123456789012345678901234")]
    public void Name_UnfitForAFile_IsRefused(string name)
    {
        var problem = Assert.Single(ReadSouth(name, "probe").Problems);

        Assert.Equal("souths[0].name", problem.Path);
        Assert.Contains("a name has 1 to 64 letters", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("Plant-1_north.2")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    public void Name_FitForAFile_IsTaken(string name) =>
        Assert.Equal(
            name, ReadSouth(name, "probe").Config?.Souths[0].Name);

    [Fact]
    public void Names_TwiceOnOneSide_NameTheFirst()
    {
        var problem = Assert.Single(Sample.Read("""
            { "souths": [
              { "name": "line1", "type": "probe" },
              { "name": "LINE1", "type": "probe" } ] }
            """).Problems);

        Assert.Equal(("souths[1].name", 3), (problem.Path, problem.Line));
        Assert.Equal(
            "'name' is \"LINE1\", which souths[0] in line 2 has already; "
            + "names of Souths are unique, without regard to case.",
            problem.Message);
    }

    [Fact]
    public void Names_SameOnBothSides_AreAllowed() =>
        Assert.Empty(Sample.Read("""
            { "souths": [ { "name": "a", "type": "probe" } ],
              "norths": [ { "name": "a", "type": "sink", "settings": { "folder": "x" } } ] }
            """).Problems);

    [Fact]
    public void Names_OfNorthsTwice_AreRefused() =>
        Assert.Equal("norths[1].name", Assert.Single(Sample.Read("""
            { "norths": [ { "name": "a", "type": "sink", "settings": { "folder": "x" } },
                          { "name": "A", "type": "sink", "settings": { "folder": "x" } } ] }
            """).Problems).Path);

    [Theory]
    [InlineData("porbe", "'type' is \"porbe\", which no South is; did you mean 'probe'? (known: probe).")]
    [InlineData("sink", "'type' is \"sink\", which no South is; known: probe.")]
    [InlineData("PROBE", "'type' is \"PROBE\", which no South is; did you mean 'probe'? (known: probe).")]
    public void Type_Unknown_ListsTheKnown(string type, string message)
    {
        var problem = Assert.Single(ReadSouth("a", type).Problems);

        Assert.Equal(("souths[0].type", message), (problem.Path, problem.Message));
    }

    [Fact]
    public void South_WithFaultsEverywhere_ReportsEach()
    {
        var result = Sample.Read("""
            { "souths": [ 5, { "naem": "a", "type": "probe", "enabled": "yes",
                "settings": { "port": 0 }, "items": [ { "name": "x" }, 7 ] } ],
              "norths": { } }
            """);

        Assert.Equal(
            ["norths", "souths[0]", "souths[1].enabled", "souths[1].items[0].topic", "souths[1].items[1]",
             "souths[1].naem", "souths[1].name", "souths[1].settings.port"],
            result.Problems.Select(problem => problem.Path).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public void Settings_LeftOut_AskForWhatIsRequired()
    {
        var problem = Assert.Single(Sample.Read("""
            {
              "norths": [ { "name": "a", "type": "sink" } ] }
            """).Problems);

        Assert.Equal(("norths[0].settings.folder", 2), (problem.Path, problem.Line));
    }

    [Theory]
    [InlineData("[]", "norths[0].from", "is empty")]
    [InlineData("[\"line\"]", "norths[0].from[0]", "did you mean 'line1'?")]
    [InlineData("[\"line1\", \"Line1\"]", "norths[0].from[1]", "twice")]
    [InlineData("[5]", "norths[0].from[0]", "must be a text")]
    [InlineData("\"line1\"", "norths[0].from", "must be a list")]
    public void From_Faulty_IsReported(string from, string path, string words)
    {
        var problem = Assert.Single(Sample.Read($$"""
            { "souths": [ { "name": "line1", "type": "probe" } ],
              "norths": [ { "name": "a", "type": "sink", "from": {{from}}, "settings": { "folder": "x" } } ] }
            """).Problems);

        Assert.Equal(path, problem.Path);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_NamesAFaultySouth_IsNoSecondProblem() =>
        Assert.Equal("souths[0].settings.port", Assert.Single(Sample.Read("""
            { "souths": [ { "name": "line1", "type": "probe", "settings": { "port": 0 } } ],
              "norths": [ { "name": "a", "type": "sink", "from": ["line1"], "settings": { "folder": "x" } } ] }
            """).Problems).Path);

    [Fact]
    public void Check_OfTheConnector_HasThePathAndLineInTheFile()
    {
        var result = Sample.ReadSouth("\"host\": \"h\"", """
            { "name": "1", "topic": "t" },
            { "name": "2" },
            { "name": "3",
              "topic": "h" }
            """);

        Assert.Equal(
            [("souths[0].items[1].topic", 2), ("souths[0].items[2].topic", 4)],
            result.Problems.Select(problem => (problem.Path, problem.Line)));
    }

    [Fact]
    public void Check_ThatFails_IsAProblemOfItsConnector()
    {
        var problem = Assert.Single(Sample.Read(
            """{ "norths": [ { "name": "a", "type": "sink", "settings": { "folder": "broken" } } ] }""").Problems);

        Assert.Equal("norths[0]", problem.Path);
        Assert.Contains(
            "'sink' failed while it checked these settings: Broken.", problem.Message, StringComparison.Ordinal);
    }

    private static ConfigurationResult ReadSouth(string name, string type) =>
        Sample.Read($$"""{ "souths": [ { "name": "{{name}}", "type": "{{type}}" } ] }""");
}
