using System.Text.Json;
using Meridian.Sdk.Readings;
using Meridian.Transforms.Json;

namespace Meridian.Transforms.Tests.Json;

public sealed class ShapeTransformTests
{
    private static readonly TransformSettings Settings = new()
    {
        Shape = new ShapeSettings
        {
            Fields = Trial.Texts(
                ("v", "{value}"),
                ("meta.site", "Lyon"),
                ("meta.machine", "{point[0]}@{south}"),
                ("t", "{timestamp}"),
                ("q", "{quality}"),
                ("meta.group", "{group}"),
                ("text", "is {value}")),
        },
    };

    public static TheoryData<ReadingValue, string, string> Values => new()
    {
        { ReadingValue.From(21.0), "21.0", "21" },
        { ReadingValue.From(-3L), "-3", "-3" },
        { ReadingValue.From(double.NaN), "\"NaN\"", "NaN" },
        { ReadingValue.From(true), "true", "true" },
        { ReadingValue.From("a\"b"), "\"a\\\"b\"", "a\\\"b" },
        { ReadingValue.FromJson("{\"x\":[1]}"), "{\"x\":[1]}", "{\\\"x\\\":[1]}" },
        { ReadingValue.FromJson("{"), "\"{\"", "{" },
        { ReadingValue.Null, "null", "null" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Shape_Reading_FillsTheTemplate(ReadingValue value, string typed, string text)
    {
        var entry = Trial.Entry(value, point: "m1/temp", quality: Quality.Uncertain);

        var left = Trial.Run(Settings, entry).Left.Single();

        Assert.Equal(
            $$$"""{"v":{{{typed}}},"meta":{"site":"Lyon","machine":"m1@s","group":null},"""
            + $$"""
              "t":"2026-11-21T12:00:00.0000000Z","q":"uncertain","text":"is {{text}}"}
              """,
            left.Value.AsString());
        Assert.Equal(entry.Reading with { Value = left.Value }, left.Reading);
        Assert.Equal(ReadingValueKind.Json, left.Value.Kind);
    }

    [Fact]
    public void Shape_AnyStream_IsJson() => Streams.Hold(Streams.Any(), entries =>
    {
        foreach (var left in Trial.Run(Settings, entries).Left)
        {
            using var json = JsonDocument.Parse(left.Value.AsString());
            Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
        }
    });

    [Fact]
    public void Shape_AnyNumberExtractedAgain_IsTheSame() => Streams.Hold(Streams.InOrder(), entries =>
    {
        TransformSettings[] chain =
        [
            Settings,
            new()
            {
                Extract = new ExtractSettings
                {
                    Fields = [new ExtractFieldSettings { Path = "$.v", Point = "{point}" }],
                    Timestamp = "$.t",
                    Quality = "$.q",
                },
            },
        ];

        var left = Trial.Run(chain, entries).Left;

        Assert.Equal(entries.Select(entry => entry.Reading), left.Select(one => one.Reading));
    });
}
