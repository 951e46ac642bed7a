using System.Buffers;
using System.Text;
using System.Text.Json;
using Meridian.Formats.Templates;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Formats.Tests.Templates;

public sealed class PayloadTemplateTests
{
    private const TemplatePlaceholders Allowed = TemplatePlaceholders.Point | TemplatePlaceholders.Value
        | TemplatePlaceholders.Timestamp | TemplatePlaceholders.Quality;

    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<ReadingValue, string> Values => new()
    {
        { ReadingValue.From(21.5), "21.5" },
        { ReadingValue.From(5.0), "5.0" },
        { ReadingValue.From(double.NaN), "\"NaN\"" },
        { ReadingValue.From(-5L), "-5" },
        { ReadingValue.From(ulong.MaxValue), "18446744073709551615" },
        { ReadingValue.From(true), "true" },
        { ReadingValue.From("say \"é\"\n"), """
            "say \"é\"\n"
            """ },
        { ReadingValue.From([0, 255]), "\"AP8=\"" },
        { ReadingValue.FromJson("""{"a": [1]}"""), """{"a": [1]}""" },
        { ReadingValue.FromJson("{"), "\"{\"" },
        { ReadingValue.Null, "null" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Json_ValueAlone_KeepsItsType(ReadingValue value, string expected)
    {
        using var template = Compile("""{ "v": "{value}", "list": ["{value}"] }""");

        Assert.Equal(
            $$"""{"v":{{expected}},"list":[{{expected}}]}""", Render(template, new Reading("p", Noon, value)));
    }

    [Fact]
    public void Json_OfEverything_IsFilledAndEscaped()
    {
        using var template = Compile("""
            { "{point[0]}": { "{point}": "{value}" }, "t": "{timestamp:unixMilliseconds}", "iso": "{timestamp}",
              "day": "{timestamp:yyyyMMdd}", "both": "{timestamp:unixSeconds} {value}", "q": "{quality}",
              "braces": "{{{point[1]}}}", "°C \"\\": "°C \"\\", "n": 1.50, "b": true, "none": null, "e": [ {}, [] ] }
            """);
        var reading = new Reading("li\"ne/té", Noon, ReadingValue.From("a\"b"), new Quality(0x8007_0000));

        var json = Render(template, reading);

        Assert.Equal(
            string.Join(
                ',',
                """{"li\"ne":{"li\"ne/té":"a\"b"}""",
                """
                "t":1795262400000,"iso":"2026-11-21T12:00:00.0000000Z","day":"20261121"
                """,
                """
                "both":"1795262400 a\"b","q":"bad 0x80070000","braces":"{té}"
                """,
                """
                "°C \"\\":"°C \"\\","n":1.50,"b":true,"none":null,"e":[{},[]]}
                """),
            json);
        using var document = JsonDocument.Parse(json);
        Assert.True(template.IsJson);
        Assert.Equal(Allowed, template.Used);
    }

    [Fact]
    public void Json_RenderedOften_IsTheSameEachTime()
    {
        using var template = Compile("""["{value}", "{point}"]""");

        foreach (var text in (string[])["a", new string('x', 2_000_000), "b"])
        {
            Assert.Equal(
                $"""["{text}","p"]""", Render(template, new Reading("p", Noon, ReadingValue.From(text))));
        }
    }

    [Fact]
    public void Json_Rendered_AllocatesNothing()
    {
        using var template = Compile("""
            { "{point[0]}": "{value}", "t": "{timestamp:unixNanoseconds}", "d": "{timestamp:HH:mm}", "q": "{quality}" }
            """);
        var output = new ArrayBufferWriter<byte>(4_096);
        var arguments = new TemplateArguments { Reading = new Reading("line1/temp", Noon, ReadingValue.From(21.5)) };
        Run(10_000); // Until the compiler has made its last form.

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(1_000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                output.ResetWrittenCount();
                template.Render(arguments, output);
            }
        }
    }

    [Theory]
    [InlineData("{value}", "21.5")]
    [InlineData("{{\"v\":{value}}} {point[1]} {timestamp:HH:mm}", "{\"v\":21.5} temp 12:00")]
    [InlineData("constant", "constant")]
    public void Text_Template_IsFilled(string text, string expected)
    {
        using var template = Compile(JsonSerializer.Serialize(text));

        Assert.Equal(expected, Render(template, new Reading("line1/temp", Noon, ReadingValue.From(21.5))));
        Assert.False(template.IsJson);
    }

    [Fact]
    public void Template_WithMistakes_NamesEachWithItsPlace()
    {
        const string Json = """
            { "a": [ "{value}", { "b": "{topic}" } ], "{x}": 1, "c": "{timestamp:unix}", "d": "{value" }
            """;

        Assert.False(
            PayloadTemplate.TryCompile(new FreeJson(Json), "settings.payload", Allowed, out _, out var problems));

        Assert.Equal(
            ["settings.payload.a[1].b", "settings.payload.{x}", "settings.payload.c", "settings.payload.d"],
            problems.Select(static problem => problem.Path),
            StringComparer.Ordinal);
        Assert.Contains(
            "{topic}, which cannot be filled here; use {point}", problems[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"\"", "The template is empty; write a text such as {value}, or an object.")]
    [InlineData("\"{valu}\"", "The template has {valu}, which cannot be filled here; use {point}")]
    public void Text_WithAMistake_IsReportedAtItsPlace(string json, string words)
    {
        Assert.False(PayloadTemplate.TryCompile(new FreeJson(json), "here", Allowed, out _, out var problems));

        var problem = Assert.Single(problems);
        Assert.Equal("here", problem.Path);
        Assert.StartsWith(words, problem.Message, StringComparison.Ordinal);
    }

    private static PayloadTemplate Compile(string json) =>
        PayloadTemplate.TryCompile(new FreeJson(json), "payload", Allowed, out var template, out var problems)
            ? template
            : throw new ArgumentException(problems[0].Message, nameof(json));

    private static string Render(PayloadTemplate template, in Reading reading)
    {
        var output = new ArrayBufferWriter<byte>();
        template.Render(new TemplateArguments { Reading = reading }, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
