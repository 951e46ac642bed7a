using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Configuration.Edits;
using Meridian.Configuration.Json;

namespace Meridian.Configuration.Tests.Edits;

/// <summary>A change of a file touches what changes, and leaves comments, order and layout to the user.</summary>
public sealed class SyntaxRewriterTests
{
    private const string Plant = """
        // The plant.
        {
          "gateway": { "name": "plant-1" }, // its name
          /* What is read. */
          "souths": [
            // ---- Hall 1 ----

            // The press.
            { "name": "press", "items": [{ "name": "a", "topic": "t/a" }, { "name": "b", "topic": "t/b" }] },
            { "name": "oven" }, // hot
          ],
          "norths": []
        }

        """;

    [Fact]
    public void Nothing_Changed_IsTheSameText() => Assert.Equal(Plant, Edit(Plant, static _ => { }));

    [Fact]
    public void Value_Replaced_LeavesAllAroundIt() => Assert.Equal(
        Plant.Replace("plant-1", "plant-2", StringComparison.Ordinal),
        Edit(Plant, static root => root["gateway"]!["name"] = "plant-2"));

    [Fact]
    public void Item_AddedAndRemoved_OnOneLine() => Assert.Equal(
        Plant.Replace(
            """{ "name": "a", "topic": "t/a" }, { "name": "b", "topic": "t/b" }""",
            """{ "name": "b", "topic": "t/b" }, { "name": "c", "topic": "t/c" }""",
            StringComparison.Ordinal),
        Edit(Plant, static root =>
        {
            var items = root["souths"]![0]!["items"]!.AsArray();
            items.RemoveAt(0);
            items.Add(JsonNode.Parse("""{ "name": "c", "topic": "t/c" }"""));
        }));

    [Fact]
    public void Entry_Removed_TakesItsCommentAlong_AndNotTheHeadline() => Assert.Equal(
        """
        // The plant.
        {
          "gateway": { "name": "plant-1" }, // its name
          /* What is read. */
          "souths": [
            // ---- Hall 1 ----

            { "name": "oven" }, // hot
          ],
          "norths": []
        }

        """,
        Edit(Plant, static root => root["souths"]!.AsArray().RemoveAt(0)));

    [Fact]
    public void Entry_Added_ComesBehindTheCommentOfTheLast_AndKeepsTheTrailingComma() => Assert.Equal(
        Plant.Replace(
            """{ "name": "oven" }, // hot""",
            """
            { "name": "oven" }, // hot
                { "name": "saw", "enabled": false },
            """,
            StringComparison.Ordinal),
        Edit(Plant, static root =>
            root["souths"]!.AsArray().Add(JsonNode.Parse("""{ "name": "saw", "enabled": false }"""))));

    [Fact]
    public void EmptyList_TakesItsFirstRecord_OnALineOfItsOwn() => Assert.Equal(
        Plant.Replace(
            "\"norths\": []",
            """
            "norths": [
                { "name": "n" }
              ]
            """,
            StringComparison.Ordinal),
        Edit(Plant, static root => root["norths"]!.AsArray().Add(JsonNode.Parse("""{ "name": "n" }"""))));

    [Fact]
    public void Property_Added_ComesBehindTheLast() => Assert.Equal(
        Plant.Replace(
            "\"norths\": []",
            """
            "norths": [],
              "schedules": [
                {
                  "name": "night",
                  "cron": "0 0 3 * * ?",
                  "zone": "Europe/Vienna",
                  "note": "when nobody is there and the presses stand still"
                }
              ]
            """,
            StringComparison.Ordinal),
        Edit(Plant, static root => root["schedules"] = new JsonArray(JsonNode.Parse("""
            { "name": "night", "cron": "0 0 3 * * ?", "zone": "Europe/Vienna",
              "note": "when nobody is there and the presses stand still" }
            """))));

    [Fact]
    public void Entries_Reordered_TakeTheirCommentsAlong() => Assert.Equal(
        """
        [
          // two
          { "name": "two" }, // behind two
          // one
          { "name": "one" } // behind one
        ]
        """,
        Edit(
            """
            [
              // one
              { "name": "one" }, // behind one
              // two
              { "name": "two" } // behind two
            ]
            """,
            static root =>
            {
                var list = root.AsArray();
                var first = list[0];
                list.RemoveAt(0);
                list.Add(first);
            }));

    [Fact]
    public void Entry_Renamed_IsTheSameOne() => Assert.Equal(
        """[ { "name": "a2", /* kept */ "x": 1 }, { "name": "b" } ]""",
        Edit("""[ { "name": "a", /* kept */ "x": 1 }, { "name": "b" } ]""", static root => root[0]!["name"] = "a2"));

    [Fact]
    public void Number_WrittenOtherwise_IsLeftAsItIs() => Assert.Equal(
        """{ "a": 1.50, "b": 1e3, "c": 2 }""",
        Edit("""{ "a": 1.50, "b": 1e3, "c": 1 }""", static root => root["c"] = 2));

    [Fact]
    public void WindowsLineEnds_AreKept() => Assert.Equal(
        "{\r\n  \"a\": [\r\n    { \"name\": \"x\" },\r\n    { \"name\": \"y\" }\r\n  ]\r\n}",
        Edit(
            "{\r\n  \"a\": [\r\n    { \"name\": \"x\" }\r\n  ]\r\n}",
            static root => root["a"]!.AsArray().Add(JsonNode.Parse("""{ "name": "y" }"""))));

    [Fact]
    public void LineComment_BeforeAnEntryThatStoodOnTheLineOfAnother_DoesNotSwallowIt()
    {
        var edited = Edit(
            "[1, // one\n 2, 3]",
            static root =>
            {
                root[0] = 2;
                root[1] = 1;
            });

        Assert.Equal("[2,1,3]", Parse(edited).ToJsonString());
    }

    internal static string Edit(string text, Action<JsonNode> change)
    {
        var next = Parse(text);
        change(next);
        return Rewrite(text, next);
    }

    internal static string Rewrite(string text, JsonNode next)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Assert.True(JsonText.TryParse(utf8, out var syntax, out var problem), $"{problem}\n{text}");
        var written = SyntaxRewriter.Rewrite(utf8, syntax, SyntaxDifference.Between(syntax, next));
        return Encoding.UTF8.GetString(written);
    }

    internal static JsonNode Parse(string text) => JsonNode.Parse(
        text,
        documentOptions: new JsonDocumentOptions
        {
            AllowTrailingCommas = true,
            CommentHandling = JsonCommentHandling.Skip,
        })!;
}
