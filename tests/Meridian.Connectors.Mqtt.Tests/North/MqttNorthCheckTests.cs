using Meridian.Connectors.Mqtt.Connection;
using Meridian.Connectors.Mqtt.North;
using Meridian.Connectors.Mqtt.North.Sparkplug;
using Meridian.Sdk;
using Meridian.Sdk.Settings;

namespace Meridian.Connectors.Mqtt.Tests.North;

public sealed class MqttNorthCheckTests
{
    private static readonly MqttNorthSettings Settings = new() { Host = "x", Version = MqttVersion.V5 };

    [Theory]
    [InlineData("{point}", null)]
    [InlineData("a/{point}/{quality}", null)]
    [InlineData("a/{timestamp:yyyy/MM/dd}/{point[0]}", null)]
    [InlineData("a/{topic}", "settings.topic")]
    [InlineData("a/#", "settings.topic")]
    [InlineData("+/{point}", "settings.topic")]
    public void Topic_IsFoundOut(string topic, string? path) =>
        Assert.Equal(path, Check(Settings with { Topic = topic }).FirstOrDefault()?.Path);

    [Theory]
    [InlineData("\"{value}\"", null)]
    [InlineData("{\"a\":[\"{value}\"]}", null)]
    [InlineData("\"{valu}\"", "settings.payload")]
    [InlineData("{\"a\":[0,\"{name}\"]}", "settings.payload.a[1]")]
    [InlineData("[{\"a\":\"{timestamp:unix}\"}]", "settings.payload[0].a")]
    [InlineData(null, "settings.payload")]
    public void Payload_IsFoundOut(string? payload, string? path)
    {
        var settings = Settings with
        {
            Format = MqttNorthFormat.Template,
            Payload = payload is null ? null : new FreeJson(payload),
        };

        Assert.Equal(path, Check(settings).FirstOrDefault()?.Path);
    }

    [Theory]
    [InlineData("{point}", "a", 1_000, null, null)]
    [InlineData("{topic}", "a", 1_000, "settings.properties.userProperties.unit", "use {point}")]
    [InlineData("a\0", "a", 1_000, "settings.properties.userProperties.unit", "U+0000")]
    [InlineData("a", "a\0", 1_000, "settings.properties.contentType", "U+0000")]
    [InlineData("a", "a", 1_500, "settings.properties.messageExpiry", "whole seconds")]
    public void Properties_AreFoundOut(string value, string contentType, int expiryMs, string? path, string? words)
    {
        var settings = Settings with
        {
            Properties = new MqttMessageSettings
            {
                ContentType = contentType,
                MessageExpiry = TimeSpan.FromMilliseconds(expiryMs),
                UserProperties = new Dictionary<string, string>(StringComparer.Ordinal) { ["unit"] = value },
            },
        };

        var problem = Check(settings).SingleOrDefault();

        Assert.Equal(path, problem?.Path);
        Assert.Contains(words ?? string.Empty, problem?.Message ?? string.Empty, StringComparison.Ordinal);
    }

    [Fact]
    public void Properties_OfSparkplug_AreRefused()
    {
        var settings = Settings with
        {
            Format = MqttNorthFormat.SparkplugB,
            Sparkplug = new SparkplugNorthSettings { Group = "g", Node = "n" },
            Properties = new MqttMessageSettings(),
        };

        Assert.Equal("settings.properties", Assert.Single(Check(settings)).Path);
    }

    private static IEnumerable<SettingsProblem> Check(MqttNorthSettings settings) =>
        ((NorthManifest)MqttConnectors.Manifests[1]).Check(settings);
}
