using System.Buffers;
using System.Text;
using System.Text.Json;
using Meridian.Fixtures;
using Meridian.Formats.Templates;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Tests.Templates;

/// <summary>Whatever a user writes and a source says: JSON stays JSON, and what is wrong is told and never thrown.
/// </summary>
public sealed class PayloadTemplateLaws
{
    private const TemplatePlaceholders Allowed = TemplatePlaceholders.Point | TemplatePlaceholders.Value
        | TemplatePlaceholders.Timestamp | TemplatePlaceholders.Quality;

    // Half of a surrogate pair too.
    private static readonly string[] Signs =
        ["\"", "\\", "{", "}", "\0", "\n", "\u0085", "é", "😀", "\uD83D", "\uDE00", "\uFFFE", "a", "/", "<"];

    private static readonly string[] Pieces =
    [
        "{", "}", "{{", "}}", "[", "]", ":", "0", "-1", "{point}", "{value}", "{timestamp}", "{quality}", "{point[0]}",
        "{point[1", "{timestamp:", "unixSeconds", "unixNanoseconds", "iso", "yyyy", "MMMM", "dddd", "fffffff", "K",
        "zzz", "z", "tt", "h", "H", "'", "\"", "\\", "%", "g", "q", "é", "\0", " ", "{topic}", "{value:",
    ];

    private static int Rounds => TestMode.Pick(1_000_000, 20_000);

    [Fact]
    public void Json_OfAnyTexts_IsJsonThatSaysThem() => Seed.Run(random =>
    {
        using var template = Compile("""["{point}", "{value}", "a{point}b{value}", { "{point}": "{value}" }]""")!;
        var output = new ArrayBufferWriter<byte>();
        for (var round = 0; round < Rounds; round++)
        {
            var (point, value) = (Any(Signs, random), Any(Signs, random));
            output.ResetWrittenCount();

            template.Render(Filling(point, ReadingValue.From(value)), output);

            using var document = JsonDocument.Parse(output.WrittenMemory);
            var root = document.RootElement;
            (point, value) = (Whole(point), Whole(value));
            Assert.Equal(point, root[0].GetString());
            Assert.Equal(value, root[1].GetString());
            Assert.Equal($"a{point}b{value}", root[2].GetString());
            Assert.Equal(point, root[3].EnumerateObject().Single().Name);
        }
    });

    [Fact]
    public void Json_OfAnyJsonValue_IsJson() => Seed.Run(random =>
    {
        using var template = Compile("""["{value}", "x{value}"]""")!;
        var output = new ArrayBufferWriter<byte>();
        for (var round = 0; round < Rounds; round++)
        {
            var value = ReadingValue.FromJson(Any([.. Signs, "[", "]", "1", ":", ","], random));
            output.ResetWrittenCount();

            template.Render(Filling("p", value), output);

            using var document = JsonDocument.Parse(output.WrittenMemory);
            Assert.Equal(2, document.RootElement.GetArrayLength());
        }
    });

    [Fact]
    public void Template_OfAnyText_IsFilledOrItsProblemsAreTold() => Seed.Run(random =>
    {
        var output = new ArrayBufferWriter<byte>();
        var compiled = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var text = Any(Pieces, random);
            var json = JsonSerializer.Serialize(text);
            output.ResetWrittenCount();
            using var template = Compile(random.Next(2) == 0 ? json : $"[{json}]");
            if (template is null)
            {
                continue;
            }

            compiled++;
            template.Render(Filling("line1/temp", ReadingValue.From(21.5)), output);
            if (template.IsJson)
            {
                using var document = JsonDocument.Parse(output.WrittenMemory);
                Assert.Equal(1, document.RootElement.GetArrayLength());
            }
        }

        Assert.InRange(compiled, Rounds / 100, Rounds - (Rounds / 100));
    });

    private static PayloadTemplate? Compile(string json)
    {
        var isGood = PayloadTemplate.TryCompile(
            new FreeJson(json), "payload", Allowed, out var template, out var problems);
        Assert.Equal(isGood, problems.Count == 0);
        return template;
    }

    private static TemplateArguments Filling(string point, in ReadingValue value) =>
        new() { Reading = new Reading(point, DateTimeOffset.UnixEpoch, value) };

    private static string Any(string[] pieces, Random random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(8); left > 0; left--)
        {
            text.Append(pieces[random.Next(pieces.Length)]);
        }

        return text.ToString();
    }

    /// <summary>UTF-8 has no half of a pair.</summary>
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
