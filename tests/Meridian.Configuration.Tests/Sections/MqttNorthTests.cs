using System.Text;
using Meridian.Configuration.Tests.Schema;

namespace Meridian.Configuration.Tests.Sections;

/// <summary>What <c>meridian check</c> says of templates and properties of the MQTT North: the place, and a way out.
/// </summary>
public sealed class MqttNorthTests
{
    [Theory]
    [InlineData(
        "\"format\": \"template\", \"payload\": {\n\"a\": [ 1,\n\"{vlaue}\" ] }",
        "payload.a[1]",
        3,
        "The template has {vlaue}, which cannot be filled here; use {point}, {value}, {timestamp}, {quality}.")]
    [InlineData(
        "\"format\": \"template\",\n\"payload\": \"{timestamp:unix}\"",
        "payload",
        2,
        "The template has {timestamp:unix}; the letter 'u' means nothing in a pattern; write iso, "
        + "unixSeconds, unixMilliseconds, unixMicroseconds, unixNanoseconds or a pattern such as "
        + "{timestamp:yyyy-MM-dd HH:mm:ss}, words within it in quotes.")]
    [InlineData(
        "\"format\": \"template\"",
        "payload",
        1,
        "'payload' is missing; it is needed when 'format' is 'template'. Set it to a text, an object or a list, such as "
        + "\"payload\": { \"name\": \"text\" }.")]
    [InlineData(
        "\"payload\": \"{value}\"",
        "payload",
        1,
        "'payload' is only used when 'format' is 'template'; remove it or change 'format'.")]
    [InlineData(
        "\"properties\": { \"contentType\": \"text/plain\" }",
        "properties",
        1,
        "'properties' is only used when 'version' is 'v5' or 'newest'; remove it or change 'version'.")]
    [InlineData(
        "\"version\": \"v5\",\n\"properties\": { \"userProperties\": {\n\"unit\": \"{unit}\" } }",
        "properties.userProperties.unit",
        3,
        "The template has {unit}, which cannot be filled here; use {point}, {value}, {timestamp}, {quality}.")]
    [InlineData(
        "\"version\": \"newest\", \"properties\": { \"messageExpiry\": \"100 ms\" }",
        "properties.messageExpiry",
        1,
        "'messageExpiry' is 100 ms; it must be at least 1 s and at most 49710 d.")]
    public void Setting_ThatIsWrong_IsToldWithItsPlaceAndAWayOut(string settings, string path, int line, string message)
    {
        var json = $$"""
            { "norths": [ { "name": "a", "type": "mqtt", "settings": { "host": "h", {{settings}} } } ] }
            """;

        var result = ConfigurationReader.Read(Encoding.UTF8.GetBytes(json), BuiltIn.Catalog, new FakeEnvironment());

        var problem = Assert.Single(result.Problems);
        Assert.Equal((line, $"norths[0].settings.{path}"), (problem.Line, problem.Path));
        Assert.Equal(message, problem.Message);
    }

    [Theory]
    [InlineData("\"format\": \"template\", \"payload\": { \"token\": \"Bearer ${env:TOKEN}\" }")]
    [InlineData("\"format\": \"template\", \"payload\": \"${env:TOKEN}{value\"")]
    [InlineData("\"version\": \"v5\", \"properties\": { \"userProperties\": { \"token\": \"${env:TOKEN}\" } }")]
    [InlineData("\"topic\": \"${env:TOKEN}/{point}\"")]
    [InlineData("\"otherServers\": [ \"${env:TOKEN}\" ], \"localAddress\": \"${env:TOKEN}\"")]
    public void Problem_OfAValueFromTheEnvironment_NamesTheVariableAndNotWhatItHolds(string settings)
    {
        var json = $$"""
            { "norths": [ { "name": "a", "type": "mqtt", "settings": { "host": "h", {{settings}} } } ] }
            """;
        var environment = new FakeEnvironment { Variables = { ["TOKEN"] = "s3cret{t0ken}#of-the-plant" } };

        var result = ConfigurationReader.Read(Encoding.UTF8.GetBytes(json), BuiltIn.Catalog, environment);

        Assert.NotEmpty(result.Problems);
        Assert.All(result.Problems, static problem =>
        {
            Assert.DoesNotContain("s3cret", problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("t0ken", problem.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("of-the-plant", problem.Message, StringComparison.Ordinal);
        });
    }
}
