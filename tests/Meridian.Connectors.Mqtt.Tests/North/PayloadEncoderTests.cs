using System.Text;
using Meridian.Connectors.Mqtt.North;
using Meridian.Sdk.Readings;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Tests.North;

public sealed class PayloadEncoderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(MqttNorthFormat.Json, null,
        """{"point":"l/t","timestamp":"2026-11-21T12:00:00.0000000Z","value":21.5,"quality":"good"}""")]
    [InlineData(MqttNorthFormat.Value, null, "21.5")]
    [InlineData(MqttNorthFormat.Template, "\"{point[1]}={value} {timestamp:unixSeconds} {quality}\"",
        "t=21.5 1795262400 good")]
    [InlineData(MqttNorthFormat.Template, """{"ts":"{timestamp:unixMilliseconds}","values":{"{point[1]}":"{value}"}}""",
        """{"ts":1795262400000,"values":{"t":21.5}}""")]
    public void Encode_EachFormat_IsText(MqttNorthFormat format, string? payload, string expected)
    {
        using var encoder = new PayloadEncoder(format, payload is null ? null : new FreeJson(payload));

        for (var repeat = 0; repeat < 2; repeat++)
        {
            var (bytes, isText) = encoder.Encode(new Reading("l/t", Noon, ReadingValue.From(21.5)));

            Assert.Equal(expected, Encoding.UTF8.GetString(bytes.Span));
            Assert.True(isText);
        }
    }

    [Theory]
    [InlineData(MqttNorthFormat.Value, null, "00FF", false)]
    [InlineData(MqttNorthFormat.Template, "\"{value}\"", "30304646", true)]
    [InlineData(MqttNorthFormat.Template, "[\"{value}\"]", "5B224150383D225D", true)]
    public void Encode_Bytes_AreRawInHexOrInBase64(MqttNorthFormat format, string? payload, string hex, bool expected)
    {
        using var encoder = new PayloadEncoder(format, payload is null ? null : new FreeJson(payload));

        var (bytes, isText) = encoder.Encode(new Reading("p", Noon, ReadingValue.From([0, 255])));

        Assert.Equal(hex, Convert.ToHexString(bytes.Span));
        Assert.Equal(expected, isText);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("\"{nonsense}\"")]
    public void Encoder_WithoutATemplate_IsNotMade(string? payload) => Assert.Throws<ArgumentException>(() =>
        new PayloadEncoder(MqttNorthFormat.Template, payload is null ? null : new FreeJson(payload)));
}
