using System.Text.Json.Nodes;
using Meridian.Fixtures;
using Meridian.Formats.Sparkplug;
using Meridian.Formats.Sparkplug.Values;
using Meridian.Sdk.Readings;

namespace Meridian.Formats.Tests.Sparkplug;

/// <summary>The codec beside one that nobody here wrote, in both directions.</summary>
public sealed class TahuTests
{
    [Fact]
    public async Task Decode_WhatTahuWrites_GivesItsValues()
    {
        await using var tahu = await NodeSparkplug.StartAsync();
        var answer = await tahu.WriteAsync(
            """
            {"timestamp":1700000000000,"seq":5,"uuid":"u","metrics":[
            {"name":"i8","type":"Int8","value":-5,"alias":1,"timestamp":1700000000001},
            {"name":"i64","type":"Int64","value":-6},{"name":"u32","type":"UInt32","value":4000000000},
            {"name":"f","type":"Float","value":1.5},{"name":"d","type":"Double","value":-0.1},
            {"name":"b","type":"Boolean","value":true},{"name":"s","type":"String","value":"hé"},
            {"name":"t","type":"DateTime","value":1700000000000},{"name":"y","type":"Bytes","value":{"hex":"00FF"}},
            {"name":"q","type":"Int16","value":1,"properties":{"Quality":{"type":"Int32","value":500}}},
            {"name":"n","type":"Text","value":null,"isHistorical":true,"isTransient":true},
            {"name":"ds","type":"DataSet","value":{"numOfColumns":2,"columns":["x","y"],"types":["Int32","String"],
            "rows":[[1,"one"],[2,"two"]]}},
            {"name":"tp","type":"Template","value":{"templateRef":"m","isDefinition":false,
            "metrics":[{"name":"rpm","type":"Int32","value":7}],"parameters":[]}}]}
            """.ReplaceLineEndings(""));
        var bytes = Convert.FromHexString((string)JsonNode.Parse(answer)!["hex"]!);

        Assert.True(SparkplugCodec.TryDecode(bytes, out var payload, out var reason), reason);

        Assert.Equal((1_700_000_000_000UL, 5UL), (payload.TimestampMilliseconds, payload.Sequence));
        Assert.Equal("u", payload.Uuid);
        Assert.Equal(
            [
                "i8=-5", "i64=-6", "u32=4000000000", "f=1.5", "d=-0.1", "b=true", "s=hé",
                "t=2023-11-14T22:13:20.0000000Z", "y=00FF", "q=1", "n=null",
                """ds={"columns":["x","y"],"types":["Int32","String"],"rows":[[1,"one"],[2,"two"]]}""",
                """tp={"template":"m","metrics":[{"name":"rpm","type":"Int32","value":7}]}""",
            ],
            payload.Metrics.Select(Show), StringComparer.Ordinal);
        Assert.Equal((1UL, 1_700_000_000_001UL),
            (payload.Metrics[0].Alias, payload.Metrics[0].TimestampMilliseconds));
        Assert.Equal(SparkplugQuality.Stale, SparkplugQuality.Of(payload.Metrics[9]));
        Assert.True(payload.Metrics[10] is { IsNull: true, IsHistorical: true, IsTransient: true });
    }

    [Fact]
    public async Task Encode_WhatTahuReads_HasItsValues()
    {
        await using var tahu = await NodeSparkplug.StartAsync();
        ReadingValue[] values =
        [
            ReadingValue.From(-0.1), ReadingValue.From(-6L), ReadingValue.From(ulong.MaxValue), ReadingValue.From(true),
            ReadingValue.From("hé"), ReadingValue.From([0, 255]), ReadingValue.FromJson("""{"a":1}"""),
            ReadingValue.Null,
        ];
        var bytes = SparkplugCodec.Encode(new SparkplugPayload
        {
            TimestampMilliseconds = 1_700_000_000_000,
            Sequence = 255,
            Metrics = [.. values.Select(static (value, i) => MetricOf(value, (ulong)i))],
        });

        var read = JsonNode.Parse(await tahu.ReadAsync(bytes))!;

        Assert.Equal("255", (string)read["seq"]!);
        Assert.Equal("1700000000000", (string)read["timestamp"]!);
        Assert.Equal(
            [
                "Double=-0.1", "Int64=-6", "UInt64=18446744073709551615", "Boolean=true", "String=hé",
                """Bytes={"hex":"00FF"}""", """Text={"a":1}""", "String=null",
            ],
            read["metrics"]!.AsArray().Select(static one => $"{one!["type"]}={Plain(one["value"])}"),
            StringComparer.Ordinal);
        Assert.Equal("500", read["metrics"]![0]!["properties"]!["Quality"]!["value"]!.ToJsonString());
        Assert.Equal("7", (string)read["metrics"]![7]!["alias"]!);
    }

    private static string Plain(JsonNode? value) =>
        value is null ? "null" : value is JsonObject ? value.ToJsonString() : value.ToString();

    private static SparkplugMetric MetricOf(ReadingValue value, ulong alias)
    {
        var written = SparkplugReadingValue.Write(value, out var type, out var contentType);
        return new SparkplugMetric
        {
            Name = $"m{alias}",
            Alias = alias,
            DataType = type,
            ContentType = contentType,
            Value = written,
            IsNull = value.Kind == ReadingValueKind.Null,
            Properties = SparkplugQuality.PropertiesOf(SparkplugQuality.Stale, isNull: false),
        };
    }

    private static string Show(SparkplugMetric metric)
    {
        if (metric.IsNull)
        {
            return $"{metric.Name}=null";
        }

        Assert.True(SparkplugReadingValue.TryRead(
            metric.Value, metric.DataType, false, 1_000, out var value, out var reason), reason);
        return $"{metric.Name}={value}";
    }
}
