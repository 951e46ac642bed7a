using System.Text.Json;
using Meridian.Sdk.Readings;
using Meridian.Transforms.Json;

namespace Meridian.Transforms.Tests.Json;

public sealed class EnrichTransformTests
{
    private static readonly TransformSettings Settings = new()
    {
        Enrich = new EnrichSettings
        {
            Constants = Trial.Texts(("unit", "°C"), ("site", "Lyon \"2\"")),
        },
    };

    public static TheoryData<ReadingValue, string> Values => new()
    {
        { ReadingValue.From(21.0), """{"value":21.0,"unit":"°C","site":"Lyon \"2\""}""" },
        { ReadingValue.From("a"), """{"value":"a","unit":"°C","site":"Lyon \"2\""}""" },
        { ReadingValue.Null, """{"value":null,"unit":"°C","site":"Lyon \"2\""}""" },
        { ReadingValue.From([1, 2]), """{"value":"AQI=","encoding":"base64","unit":"°C","site":"Lyon \"2\""}""" },
        { ReadingValue.FromJson("[1]"), """{"value":[1],"unit":"°C","site":"Lyon \"2\""}""" },
        {
            ReadingValue.FromJson("{\"a\":"),
            """{"value":"{\"a\":","encoding":"text","unit":"°C","site":"Lyon \"2\""}"""
        },
        { ReadingValue.FromJson(" { } "), """ {"unit":"°C","site":"Lyon \"2\""}""" },
        { ReadingValue.FromJson("{\"a\": 1.50 }"), """{"a": 1.50,"unit":"°C","site":"Lyon \"2\""}""" },
        { ReadingValue.FromJson("{\"unit\":\"K\"}"), """{"unit":"K","site":"Lyon \"2\""}""" },
        { ReadingValue.FromJson("{\"a\":{\"unit\":1}}"), """{"a":{"unit":1},"unit":"°C","site":"Lyon \"2\""}""" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Enrich_Value_HasTheConstantsBesideIt(ReadingValue value, string expected) =>
        Assert.Equal(ReadingValue.FromJson(expected), Trial.Run(Settings, Trial.Entry(value)).Left[0].Value);

    [Fact]
    public void Enrich_AnyStream_IsJsonWithTheConstants() => Streams.Hold(Streams.Any(), entries =>
    {
        var left = Trial.Run(Settings, entries).Left;

        foreach (var (entry, one) in entries.Zip(left))
        {
            using var json = JsonDocument.Parse(one.Value.AsString());
            Assert.Equal("°C", json.RootElement.GetProperty("unit").GetString());
            Assert.Equal(entry.Reading with { Value = one.Value }, one.Reading);
        }
    });
}
