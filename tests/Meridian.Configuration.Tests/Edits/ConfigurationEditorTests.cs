using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Meridian.Configuration.Edits;
using Meridian.Configuration.Files;
using Meridian.Fixtures;
using Xunit.Abstractions;

namespace Meridian.Configuration.Tests.Edits;

/// <summary>Changes find the file and the entry that they are of, and say what is not there.</summary>
public sealed class ConfigurationEditorTests : IDisposable
{
    private const string Main = """
        {
          "include": ["halls/*.json"],
          "gateway": { "name": "plant" }, // the plant
          "souths": [
            { "name": "own", "type": "probe", "items": [{ "name": "a", "topic": "t/a" }] }
          ],
        }
        """;

    private const string Hall = """
        {
          // The hall.
          "souths": [
            // The press.
            { "name": "Press", "type": "probe", "settings": { "port": 1 }, "items": [
              { "name": "a", "topic": "t/a" }, // first
              { "name": "b", "topic": "t/b" }
            ] }
          ]
        }
        """;

    private readonly TempFolder _folder = new();
    private readonly ITestOutputHelper _output;

    public ConfigurationEditorTests(ITestOutputHelper output)
    {
        _output = output;
        Directory.CreateDirectory(Path.Combine(_folder.Path, "halls"));
        File.WriteAllText(Path.Combine(_folder.Path, "meridian.json"), Main);
        File.WriteAllText(Path.Combine(_folder.Path, "halls/one.json"), Hall);
    }

    [Fact]
    public void Item_Changed_ChangesItsLineInTheFileItCameFrom()
    {
        var changed = Apply(new PutItems("PRESS", [new("b", Json("""{ "name": "b", "topic": "t/c" }"""))]));

        Assert.Equal(Main, TextOf(changed, ""));
        Assert.Equal(Hall.Replace("t/b", "t/c", StringComparison.Ordinal), TextOf(changed, "halls/one.json"));
    }

    [Fact]
    public void Items_RenamedAddedAndRemoved_LeaveTheOthers()
    {
        var changed = Apply(
            new PutItems("Press", [
                new("a", Json("""{ "name": "a2", "topic": "t/a" }""")),
                new("c", Json("""{ "name": "c", "topic": "t/c" }""")),
            ]),
            new RemoveItems("Press", ["b"]));

        Assert.Equal(
            Hall.Replace("\"name\": \"a\"", "\"name\": \"a2\"", StringComparison.Ordinal)
                .Replace("\"b\"", "\"c\"", StringComparison.Ordinal)
                .Replace("t/b", "t/c", StringComparison.Ordinal),
            TextOf(changed, "halls/one.json"));
    }

    [Fact]
    public void South_PutWithoutItems_KeepsThoseThatItHas()
    {
        var changed = Apply(new PutEntry(
            ConfigurationList.Souths,
            "press",
            Json("""{ "name": "Press", "type": "probe", "settings": { "port": 2 } }""")));

        Assert.Equal(
            Hall.Replace("\"port\": 1", "\"port\": 2", StringComparison.Ordinal), TextOf(changed, "halls/one.json"));
    }

    [Fact]
    public void Entries_New_GoToTheMainFileOrTheOneThatIsNamed()
    {
        var changed = Apply(
            new PutEntry(ConfigurationList.Norths, "n", Json("""{ "name": "n", "type": "sink" }""")),
            new PutEntry(ConfigurationList.Souths, "saw", Json("""{ "name": "saw", "type": "probe" }"""))
            {
                File = "halls/one.json",
            },
            new PutItems("saw", [new("x", Json("""{ "name": "x", "topic": "t/x" }"""))]));

        Assert.Equal(
            Main.Replace(
                "  ],\n}",
                """
                  ],
                  "norths": [{ "name": "n", "type": "sink" }],
                }
                """,
                StringComparison.Ordinal),
            TextOf(changed, ""));
        Assert.Contains(
            """
                ] },
                { "name": "saw", "type": "probe", "items": [{ "name": "x", "topic": "t/x" }] }
              ]
            """,
            TextOf(changed, "halls/one.json"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Gateway_AndRemovedEntries()
    {
        var changed = Apply(
            new PutGateway(Json("""{ "name": "other" }""")), new RemoveEntry(ConfigurationList.Souths, "OWN"));

        Assert.Equal(
            """
            {
              "include": ["halls/*.json"],
              "gateway": { "name": "other" }, // the plant
              "souths": [
              ],
            }
            """,
            TextOf(changed, ""));
    }

    [Fact]
    public void Change_OfWhatIsNotThere_IsRefusedInWords()
    {
        Assert.Equal(
            "There is no South \"pres\"; did you mean 'Press'? (known: own, Press).",
            Assert.Throws<ConfigurationEditException>(() => Apply(new RemoveItems("pres", ["a"]))).Message);
        Assert.StartsWith(
            "The South \"Press\" has no item \"A\"; ",
            Assert.Throws<ConfigurationEditException>(() => Apply(new RemoveItems("Press", ["A"]))).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "There is no schedule \"s\"; ",
            Assert.Throws<ConfigurationEditException>(
                () => Apply(new RemoveEntry(ConfigurationList.Schedules, "s"))).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            "The configuration has no file \"x.json\"; it has the main file, halls/one.json.",
            Assert.Throws<ConfigurationEditException>(() => Apply(
                new PutEntry(ConfigurationList.Norths, "n", []) { File = "x.json" })).Message);
    }

    [Fact]
    public void ByteOrderMark_IsKept()
    {
        var source = ConfigurationSource.Of(
            (byte[])[0xEF, 0xBB, 0xBF, .. """{ "gateway": { "name": "a" } }"""u8], new FakeEnvironment());

        var changed = ConfigurationEditor.Apply(
            source, [new PutGateway(Json("""{ "name": "b" }"""))], new FakeEnvironment());

        Assert.Equal(
            (byte[])[0xEF, 0xBB, 0xBF, .. """{ "gateway": { "name": "b" } }"""u8], changed.Main.Utf8.ToArray());
    }

    /// <summary>The promise is a second with 50,000 items; the figure is in the output.</summary>
    [Fact]
    public void Item_OfFiftyThousand_IsChangedAlone()
    {
        var items = string.Join(",\n", Enumerable.Range(0, 50_000).Select(static i => string.Create(
            CultureInfo.InvariantCulture, $$"""      { "name": "item {{i}}", "topic": "plant/line/{{i}}" }""")));
        var text = $$"""{ "souths": [{ "name": "s", "type": "probe", "items": [{{"\n"}}{{items}}] }] }""";
        var source = ConfigurationSource.Of(Encoding.UTF8.GetBytes(text), new FakeEnvironment());
        var clock = Stopwatch.StartNew();

        var changed = ConfigurationEditor.Apply(
            source,
            [new PutItems("s", [new("item 7", Json("""{ "name": "item 7", "topic": "other" }"""))])],
            new FakeEnvironment());
        var edited = clock.ElapsedMilliseconds;
        var result = ConfigurationReader.Read(changed, Sample.Catalog, new FakeEnvironment());
        _output.WriteLine($"edited in {edited} ms, read in {clock.ElapsedMilliseconds - edited} ms");

        Assert.Equal(text.Replace("plant/line/7\"", "other\"", StringComparison.Ordinal), TextOf(changed, ""));
        Assert.Equal(50_000, Assert.Single(result.Config!.Souths).Items.Count);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static string TextOf(ConfigurationSource source, string file) => Encoding.UTF8.GetString(
        source.Files.Single(one => string.Equals(one.Name, file, StringComparison.Ordinal)).Utf8.Span);

    private ConfigurationSource Apply(params ConfigurationEdit[] edits) => ConfigurationEditor.Apply(
        ConfigurationSource.Load(Path.Combine(_folder.Path, "meridian.json"), new FakeEnvironment()),
        edits,
        new FakeEnvironment());
}
