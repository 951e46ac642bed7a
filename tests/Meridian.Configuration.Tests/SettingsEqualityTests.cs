using Meridian.Sdk.Settings;

namespace Meridian.Configuration.Tests;

public sealed class SettingsEqualityTests
{
    [Fact]
    public void Settings_ReadTwiceFromOneText_AreEqual()
    {
        const string Text = """
            "brokers": ["one", "two"], "numbers": [1, 2], "password": "secret", "weights": { "a": 1, "b": 2 },
            "payloads": [ { "format": "json", "value": "$.v" } ], "payload": { "format": "text" }, "server": "http://a/",
            "free": { "a": [1, "x"] }
            """;

        var (one, other) = (Sample.BindSouth(Text), Sample.BindSouth(Text));

        Assert.NotEqual(one, other);
        Assert.True(SettingsEquality.AreEqual(one, other));
    }

    [Theory]
    [InlineData("\"brokers\": [\"one\", \"2\"]", "\"brokers\": [\"one\", \"3\"]")]
    [InlineData("\"brokers\": [\"one\"]", "\"brokers\": [\"one\", \"2\"]")]
    [InlineData("\"numbers\": [1, 2]", "\"numbers\": [1]")]
    [InlineData("\"password\": \"one\"", "\"password\": \"two\"")]
    [InlineData("\"password\": \"one\"", "")]
    [InlineData("\"weights\": { \"a\": 1 }", "\"weights\": { \"b\": 1 }")]
    [InlineData("\"weights\": { \"a\": 1 }", "\"weights\": { \"a\": 2 }")]
    [InlineData("\"payload\": { \"value\": \"$.a\" }", "\"payload\": { \"value\": \"$.b\" }")]
    [InlineData("\"payloads\": [ { \"value\": \"$.a\" } ]", "\"payloads\": [ { \"value\": \"$.b\" } ]")]
    [InlineData("\"free\": { \"a\": 1 }", "\"free\": { \"a\": 2 }")]
    [InlineData("\"port\": 1", "\"port\": 2")]
    public void Settings_ThatDifferAnywhere_AreNotEqual(string one, string other)
    {
        Assert.False(SettingsEquality.AreEqual(Sample.BindSouth(one), Sample.BindSouth(other)));
        Assert.False(SettingsEquality.AreEqual(Sample.BindSouth(other), Sample.BindSouth(one)));
    }

    [Fact]
    public void Settings_OfTwoTypes_AreNotEqual() =>
        Assert.False(SettingsEquality.AreEqual(new PayloadSettings(), new Secret("x")));
}
